"""Whose zero-point energy is printed, and which negative eigenvalues are imaginary modes."""

from __future__ import annotations

import pytest

from crystald.crystal.output import read_output
from crystald.crystal.output.report import report
from crystald.crystal.output.zero_point import HA_PER_CM1, zero_point_atoms

GAMMA = (0.0, 0.0, 0.0, 400.0, 400.0, 600.0)
EDGE = (200.0, 200.0, 300.0, 300.0, 300.0, 500.0)
POINTS = [(1.0, GAMMA), (3.0, EDGE)]
ONE_CELL = HA_PER_CM1 * (1400.0 + 3 * 1800.0) / 8


@pytest.mark.parametrize(
    ("energy", "points", "atoms"),
    [
        (ONE_CELL, POINTS, 2),
        (4 * ONE_CELL, POINTS, 8),
        (2 * ONE_CELL, POINTS, None),
        (HA_PER_CM1 * 700.0, [(1.0, GAMMA)], 2),
        (HA_PER_CM1 * 700.0, [(1.0, GAMMA[1:])], None),
        (HA_PER_CM1 * 700.0, [(1.0, GAMMA), (1.0, EDGE[:3])], None),
        (1.0, [(0.0, GAMMA)], None),
        (1.0, [], None),
    ],
)
def test_the_printed_frequencies_tell_the_cell(
    energy: float, points: list[tuple[float, tuple[float, ...]]], atoms: int | None
) -> None:
    assert zero_point_atoms(energy, points) == atoms


def modes(*rows: tuple[int, int, float, float]) -> str:
    """Print modes of a crystal: first, last, eigenvalue, frequency."""
    head = (
        " GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    3\n"
        "    MODES         EIGV          FREQUENCIES     IRREP  IR   INTENS    RAMAN\n"
        "             (HARTREE**2)   (CM**-1)     (THZ)             (KM/MOL)\n"
    )
    return head + "".join(
        f"{first:5d}-{last:4d}  {value:12.4E} {cm1:12.4f} {0.03 * cm1:9.4f}  (A  )   A (     0.00)   A\n"
        for first, last, value, cm1 in rows
    )


@pytest.mark.parametrize(
    ("first", "negative", "imaginary"),
    [
        ((1, 3, -2.7e-20, -0.0), 3, 0),
        ((1, 3, -4e-9, -14.0), 3, 0),
        ((1, 3, 1e-20, 0.0), 0, 0),
    ],
)
def test_zeros_and_translations_are_no_imaginary_modes(
    first: tuple[int, int, float, float], negative: int, imaginary: int
) -> None:
    text = modes(first, (4, 6, 1e-6, 220.0)) + "\n"
    facts = read_output(text.splitlines(keepends=True)).facts
    assert facts.value("negative_eigenvalues") == negative
    assert facts.value("imaginary_modes") == imaginary


def test_an_imaginary_mode_beside_translations_is_counted() -> None:
    text = modes((1, 1, -1e-7, -70.0), (2, 4, 1e-20, 0.0), (5, 6, -1e-9, -7.0)) + "\n"
    facts = read_output(text.splitlines(keepends=True)).facts
    assert (facts.value("negative_eigenvalues"), facts.value("imaginary_modes")) == (3, 1)


def test_the_report_has_whole_electrons_and_guesses_nothing() -> None:
    told = report(read_output(["rubbish\n"]), "x")
    assert (told["guess_from_previous"], told["zero_point_atoms"]) == (None, None)
    out = read_output([])
    for electrons, shown in ((320.0, "320"), (319.5, "319.5"), (None, "None")):
        out.n_electrons = electrons
        assert str(report(out, "x")["n_electrons"]) == shown
