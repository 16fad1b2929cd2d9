"""BAND runs of other people: our path for the cell they printed meets the points that they chose."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import spglib

from crystald.crystal.deck.geometry.quiet import announcements_ignored
from crystald.crystal.deck.kpath import find_path

DATA = Path(__file__).parents[3] / "shared" / "data"
LINE = re.compile(r"^ LINE +\d+ \((.{5})(.{5})(.{5}):(.{5})(.{5})(.{5})\) IN TERMS OF PRIM", re.M)
VECTORS = re.compile(r"DIRECT LATTICE VECTOR COMPONENTS \(ANGSTROM\)\n((?:.*\n){3})")
ATOM = re.compile(r"^ +\d+ +(\d+) [A-Z][A-Z]? +\d+((?: +-?\d+\.\d{3}){3}) ", re.M)


def runs():
    for path in sorted(DATA.rglob("*")) if DATA.is_dir() else ():
        if path.suffix in (".out", ".outp", ".o") and path.stat().st_size < 3e6:
            text = path.read_text(encoding="utf-8", errors="replace")
            if "BAND STRUCTURE" in text and LINE.search(text) and VECTORS.search(text):
                yield path, text


def crystal_of(text):
    """Read lattice, fractions (Å along the normal of a slab), numbers and periodicity."""
    rows = [[float(x) for x in line.split()] for line in VECTORS.findall(text)[-1].splitlines()]
    lattice = np.array(rows)
    atoms = ATOM.findall(text[text.index("SHELL    X(A)") :])
    numbers = tuple(int(z) % 100 for z, _ in atoms)
    places = np.array([[float(x) for x in xyz.split()] for _, xyz in atoms])
    periodicity = 3 - int((np.abs(np.linalg.norm(lattice, axis=1) - 500) < 1e-3).sum())
    lattice = np.where(np.abs(lattice) < 1e-4, 0, lattice)
    fractions = places @ np.linalg.inv(lattice)
    fractions[:, periodicity:] = places[:, periodicity:]
    return lattice, fractions, numbers, periodicity


FOUND = list(runs())
PRINTED_ANG = 8e-3
"""Places of atoms stand there to three decimals."""


def equal(one, two, rotations):
    images = one @ rotations - two
    return bool((np.abs(images - np.rint(images)).max(axis=1) < 6e-3).any())


@pytest.mark.skipif(not DATA.is_dir(), reason="the real outputs are not beside the project")
def test_there_are_such_runs() -> None:
    assert len(FOUND) >= 4


@pytest.mark.parametrize("text", [t for _, t in FOUND], ids=[p.name for p, _ in FOUND])
def test_the_ends_that_authors_chose_are_ends_of_ours(text) -> None:
    lattice, fractions, numbers, periodicity = crystal_of(text)
    cell = (tuple(map(tuple, lattice.tolist())), tuple(map(tuple, fractions.tolist())), numbers)
    path = find_path(*cell, periodicity=periodicity, tolerance_ang=PRINTED_ANG)
    ends = [np.array(end) / path.iss for s in path.segments for end in (s.start, s.end)]
    flat = fractions @ np.diag([1, 1, 1 if periodicity == 3 else 1 / 500])
    with announcements_ignored():
        operations = spglib.get_symmetry((lattice, flat, numbers), symprec=PRINTED_ANG)["rotations"]
    for line in LINE.findall(text):
        values = np.array([float(word) for word in line])
        for theirs in (values[:3], values[3:]):
            assert any(equal(end, theirs, operations) for end in ends), theirs


@pytest.mark.parametrize(
    "text", [t for p, t in FOUND if "TiS2" in p.name], ids=["TiS2"][: len(FOUND)]
)
def test_seekpath_s_path_comes_out_as_its_author_had_it(text) -> None:
    """TiS2, P-3m1: G-M-K-G-A-L-H-A, L-M, K-H."""
    lattice, fractions, numbers, _ = crystal_of(text)
    cell = (tuple(map(tuple, lattice.tolist())), tuple(map(tuple, fractions.tolist())), numbers)
    path = find_path(*cell, tolerance_ang=PRINTED_ANG)
    theirs = [[float(word) for word in line] for line in LINE.findall(text)]
    ours = [[k / path.iss for k in (*s.start, *s.end)] for s in path.segments]
    assert len(ours) == len(theirs)
    for one, two in zip(ours, theirs, strict=True):  # K-H was written H-K
        assert pytest.approx(two, abs=6e-3) in (one, [*one[3:], *one[:3]])
