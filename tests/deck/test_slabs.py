"""Layers in any cell become CRYSTAL's setting of their layer group, and back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.cells import minimal_count
from crystald.crystal.deck.geometry.form import Wanted
from crystald.crystal.deck.geometry.layers import is_symmorphic, layer_symbol
from crystald.crystal.deck.geometry.operations import layer_operations
from crystald.crystal.deck.geometry.regenerate import check_regeneration, expand, frame_of
from crystald.crystal.deck.geometry.standardise import standardise
from crystald.errors import DeckError
from crystald.models import Structure

DATA = Path(__file__).parents[3] / "shared" / "data"
CELLS = {1: (7.1,), 2: (7.1, 10.3), 3: (7.1, 8.7, 97.0)}


def nearest(layer: Structure) -> float:
    frame = frame_of(layer)
    fractions = np.array(layer.positions_ang) @ np.linalg.inv(frame)
    delta = fractions[:, None, :] - fractions[None, :, :]
    delta[..., :2] -= np.rint(delta[..., :2])
    return float((np.linalg.norm(delta @ frame, axis=2) + 9 * np.eye(len(fractions))).min())


def layer_of(group: int) -> Structure:
    """Two general sites and one on the origin."""
    random = np.random.default_rng(group)
    while True:
        sites = random.uniform((0.03, 0.03, -3.0), (0.97, 0.97, 3.0), (2, 3)).tolist()
        general = [DeckAtom(z, *site) for z, site in zip((14, 8), sites, strict=True)]
        atoms = (*general, DeckAtom(22, 0.0, 0.0, 0.0))
        layer = expand(Geometry(group, CELLS[minimal_count(group, 2)], atoms, "SLAB"))
        if nearest(layer) > 0.5:
            return layer


def moved(layer: Structure, shift, decimals: int, *, turned: bool = False) -> Structure:
    """The same layer elsewhere, coordinates rounded; turned: on the vectors b and -a."""
    frame = frame_of(layer)
    fractions = np.array(layer.positions_ang) @ np.linalg.inv(frame) + np.array(shift)
    if turned:
        change = np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]])
        frame, fractions = change @ frame, fractions @ np.linalg.inv(change)
    positions = np.round(fractions, decimals) @ frame
    rows = [*frame[:2].tolist(), [0.0, 0.0, 0.0]]
    return Structure(
        tuple(map(tuple, rows)), layer.numbers, tuple(map(tuple, positions.tolist())), 2
    )


@pytest.mark.parametrize("group", range(1, 81))
def test_every_layer_group_survives(group) -> None:
    layer = layer_of(group)
    decimals = 3 + group % 4
    for shift, turned in (((0, 0, 0), False), ((0.13, 0.27, 4.1), group > 7)):
        given = moved(layer, shift, decimals, turned=turned)
        full = standardise(given, wanted=Wanted("full"))
        check_regeneration(given, full)
        assert full.group == group
        assert len(full.atoms) == 3
        assert full.notes == () or (turned and full.notes == (EXCHANGED,))
        safe = standardise(given)
        check_regeneration(given, safe)
        assert is_symmorphic(safe.group)
        assert (safe.group == group) == is_symmorphic(group)
        told = [note for note in safe.notes if note != EXCHANGED]
        assert bool(told) == (not is_symmorphic(group))


EXCHANGED = "a and b of the file are b and a of the deck, as its layer group wants them"


@pytest.mark.parametrize("lengths", [(4.0, 3.0), (3.0, 4.0)])
@pytest.mark.parametrize("upper", [(12, 8), (8, 12)])
def test_a_polar_slab_keeps_its_sides_and_axes(lengths, upper) -> None:
    a, b = lengths
    cell = ((a, 0.0, 0.0), (0.0, b, 0.0), (0.0, 0.0, 0.0))
    found = standardise(Structure(cell, upper, ((0, 0, 11.44), (a / 2, b / 2, 11.0)), 2))
    assert (found.group, found.notes) == (23, ())
    assert found.geometry.cell == pytest.approx(lengths)
    assert next(atom.z for atom in found.atoms if atom.number == upper[0]) > 0


def test_a_polar_slab_on_exchanged_axes_is_told_and_keeps_its_sides() -> None:
    """Pma2 is in the list, Pbm2 is not."""
    upright = layer_of(24)
    exchanged = moved(upright, (0, 0, 0), 6, turned=True)
    found = standardise(exchanged, wanted=Wanted("full"))
    assert found.group == 24
    assert found.notes == (EXCHANGED,)
    assert found.rotation[2] == pytest.approx((0, 0, 1))


def test_graphene_has_the_group_of_its_sheet_wherever_it_lies() -> None:
    cell = ((2.46, 0.0, 0.0), (-1.23, 2.1304, 0.0), (0.0, 0.0, 0.0))
    places = ((0.0, 1.42028, 6.51), (1.23, 0.71014, 6.51))
    found = standardise(Structure(cell, (6, 6), places, 2))
    (atom,) = found.atoms
    assert found.group == 80
    assert (atom.x, atom.y, atom.z) == (0.333333333333, 0.666666666667, 0.0)
    assert found.geometry.cell == pytest.approx((2.46,), abs=1e-4)
    assert found.atoms_in_primitive == 2


def test_numbers_are_those_of_the_program_not_of_the_tables() -> None:
    """C2/m11 is 16 for CRYSTAL23 (its own output says so) and 18 in the Tables."""
    assert layer_symbol(16) == "C2/m11"
    layer = layer_of(16)
    assert standardise(layer).group == 16
    assert standardise(layer_of(35)).symbol == "C2mm"


def test_axes_of_rectangular_layers_follow_the_program(  # one axis along x, whatever the file has
) -> None:
    atoms = (
        DeckAtom(8, 0.0, 0.21, 0.4),
        DeckAtom(14, 0.31, 0.0, 0.7),
        DeckAtom(6, 0.11, 0.37, 1.3),
    )
    layer = expand(Geometry(8, (4.0, 7.0), atoms, "SLAB"))
    found = standardise(moved(layer, (0.2, 0.1, 0.0), 6, turned=True))
    assert found.group == 8
    assert found.geometry.cell == pytest.approx((4.0, 7.0))


def test_a_wrong_layer_is_refused() -> None:
    layer = layer_of(47)
    found = standardise(layer)
    other = Structure(layer.cell_ang, layer.numbers, ((9.0, 9.0, 9.0), *layer.positions_ang[1:]), 2)
    with pytest.raises(DeckError, match="another crystal"):
        check_regeneration(other, found)


def printed_operations(text: str) -> set[tuple[int, ...]]:
    """Rotations of the table SYMMOPS - TRANSLATORS IN FRACTIONAL UNITS, of the plane."""
    table = text[text.index("TRANSLATORS IN FRACTION") :]
    rows = re.findall(r"(?m)^ +\d+ +\d+((?: +-?\d\.\d\d){12}) *$", table)
    return {tuple(round(float(x)) for x in row.split()[:9]) for row in rows}


@pytest.mark.parametrize(
    ("file", "group"),
    [
        ("crystal-code-tools_CRYSTALpytools/examples/phonons/phono_Gstrain0Band.out", 77),
        (
            "Spica-Vir_HPC-job-submission/Imperial-HPC-Job-Submission/CRYSTAL17/testcase/graphene.out",
            77,
        ),
        ("nomad-coe_nomad-parser-crystal/tests/data/surface/w221_sr_pbe0.cryst.out", 2),
    ],
)
def test_operations_are_those_that_real_runs_printed(file, group) -> None:
    path = DATA / file
    if not path.is_file():
        pytest.skip("the real outputs are not beside the project")
    printed = printed_operations(path.read_text(errors="replace"))
    ours = {tuple(int(x) for x in r.ravel()) for r in layer_operations(group)[0]}
    assert printed == ours
