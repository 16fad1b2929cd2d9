"""Names of k points against tables of others: every lattice, in the cells that CRYSTAL prints.

The oracle is ASE's table of special points (Setyawan and Curtarolo 2010, independent of seekpath's,
which follow Hinuma et al. 2017). Two points are the same when an operation of the lattice and a
reciprocal vector bring one onto the other. Names of the two tables differ; what corresponds is
written out here. Some corners of zones have no name in the other table.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import spglib
from ase.cell import Cell

from crystal_standin.reading import d3
from crystald.crystal.deck.d3 import BandDeck, parse_band, print_band
from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.kmesh import primitive_lattice
from crystald.crystal.deck.kpath import find_path, read_route
from crystald.crystal.deck.lint.linter import lint
from crystald.errors import DeckError


def from_reciprocal(lengths, angles):
    """Make the cell (a, b, c, alpha, beta, gamma) of a reciprocal cell."""
    return tuple(Cell(np.linalg.inv(Cell.fromcellpar((*lengths, *angles)).array).T).cellpar())


LATTICES = {
    # variant: group, cell, name of ours = names of the other table
    "CUB": (221, (4.0,), "GAMMA=G X=X M=M R=R"),
    "FCC": (225, (4.2,), "GAMMA=G X=X U=K/U K=K/U L=L W=W"),
    "BCC": (229, (3.0,), "GAMMA=G H=H N=N P=P"),
    "TET": (123, (4.0, 6.0), "GAMMA=G X=X M=M Z=Z R=R A=A"),
    "BCT1": (139, (5.0, 3.0), "GAMMA=G X=X M=M Z=Z/Z1 Z_0=Z/Z1 P=P N=N"),
    "BCT2": (139, (3.0, 7.0), "GAMMA=G X=X P=P N=N M=Z S=S/S1 S_0=S/S1 R=Y/Y1 G_1=Y/Y1"),
    "ORC": (47, (4.0, 6.0, 9.0), "GAMMA=G X=X S=S Y=Y Z=Z U=U R=R T=T"),
    "ORCF1": (
        69,
        (4.0, 6.0, 9.0),
        "GAMMA=G Y=Y T=T Z=Z SIGMA_0=X/X1 U_0=X/X1 C_0=A/A1 A_0=A/A1 L=L",
    ),
    "ORCF2": (
        69,
        (5.0, 6.0, 7.0),
        "GAMMA=G Y=Y C_0=C/C1 A_0=C/C1 Z=Z B_0=D/D1 D_0=D/D1 T=X G_0=H/H1 H_0=H/H1 L=L",
    ),
    "ORCF3": (
        69,
        (4.0, 5.0, 20 / 3),
        "GAMMA=G Y=Y T=T/X/X1 Z=Z SIGMA_0=T/X/X1 U_0=T/X/X1 C_0=A/A1 A_0=A/A1 L=L",
    ),
    "ORCI": (
        71,
        (4.0, 6.0, 9.0),
        "GAMMA=G X=Z F_2=X/X1 SIGMA_0=X/X1 Y_0=Y/Y1 U_0=Y/Y1 R=R W=W S=S T=T",
    ),
    "ORCC": (
        65,
        (4.0, 6.0, 9.0),
        "GAMMA=G Y=Y C_0=X/X1 SIGMA_0=X/X1 Z=Z A_0=A/A1 E_0=A/A1 T=T S=S R=R",
    ),
    "HEX": (191, (3.0, 5.0), "GAMMA=G M=M K=K A=A L=L H=H"),
    "RHL1": (
        166,
        (4.0, 12.0),
        "GAMMA=G T=Z H_2=B/B1 H_0=B/B1 L=L/L1 S_0=Q/X S_2=Q/X F=F",
    ),
    "RHL2": (166, (6.0, 5.0), "GAMMA=G L=L T=Z P_0=Q/Q1 P_2=Q/Q1 F=F"),
    "MCL": (10, (4.0, 6.0, 9.0, 104.0), "GAMMA=G Z=Z D=D/D1 B=Y/Y1 A=C E=E C_2=A Y_2=X"),
    "MCLC1": (
        12,
        (6.0, 4.0, 9.0, 130.0),
        "GAMMA=G C=X/X1/X2 C_2=X/X1/X2 Y_2=Y/Y1 M_2=L D=I/I1 D_2=I/I1 A=Z L_2=M V_2=N/N1",
    ),
    "MCLC2": (
        12,
        (6.0, 6.0, 10.0, 127.0),
        "GAMMA=G A=Z I_2=I/I1/L I=I/I1/L M_2=I/I1/L Y=X/X1/X2/Y/Y1 L_2=M V_2=N/N1",
    ),
    "MCLC3": (12, (5.0, 8.0, 6.0, 104.0), "GAMMA=G Y=X M=I A=Z L_2=M V_2=N/N1"),
    "MCLC4": (
        12,
        (11.0, 8.0, 3.0, 112.0),
        "GAMMA=G C= C_2= Y_2=X M_2=F/F1/F2/I D= D_2= A=Z L_2=N/N1 V_2=M",
    ),
    "MCLC5": (
        12,
        (10.0, 8.0, 7.0, 101.0),
        "GAMMA=G C= C_2= Y_2=X M_2=L D=I/I1 D_2=I/I1 A=Z L_2=N/N1 V_2=M",
    ),
    "TRI1a": (1, (4.0, 6.0, 9.0, 99.0, 104.0, 97.0), "GAMMA=G X=X Y=Y Z=Z R=R T=M U=N V=L"),
    "TRI1b": (1, (4.0, 6.0, 9.0, 81.0, 104.0, 97.0), "GAMMA=G X=X Y=Y Z=M R_2=N T_2=Z U_2=R V_2=L"),
    "TRI2a": (
        1,
        from_reciprocal((0.2, 0.15, 0.11), (100.0, 105.0, 90.0)),
        "GAMMA=G X=X Y=Y Z=Z R_2=R T_2=M U_2=N V_2=L",
    ),
    "TRI2b": (
        1,
        from_reciprocal((0.2, 0.15, 0.11), (80.0, 75.0, 90.0)),
        "GAMMA=G X=X Y=Y Z=Z R=R T=M U=N V=L",
    ),
}

MADE_OF = {"TRI2b": "TRI2a"}
"""With two angles turned over it is the same lattice."""


def found_path(group, cell):
    lattice = primitive_lattice(Geometry(group, cell, ()))
    rows = tuple(map(tuple, lattice.tolist()))
    return lattice, find_path(rows, ((0.0, 0.0, 0.0),), (6,))


def points_of(path):
    ends = ((n, k) for s in path.segments for n, k in zip(s.names, (s.start, s.end), strict=True))
    return {name: np.array(k) / path.iss for name, k in ends}


def same(one, two, rotations):
    images = one @ rotations - two
    return bool((np.abs(images - np.rint(images)).max(axis=1) < 2e-3).any())


@pytest.mark.parametrize("variant", LATTICES)
def test_every_point_is_where_the_other_table_has_it(variant) -> None:
    group, cell, expected = LATTICES[variant]
    lattice, path = found_path(group, cell)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = Cell(lattice).bandpath(npoints=0).special_points
        named = Cell(lattice).get_bravais_lattice().variant
        rotations = spglib.get_symmetry((lattice, [(0, 0, 0)], [1]))["rotations"]
    assert named == MADE_OF.get(variant, variant)
    said = {}
    for name, k in points_of(path).items():
        said[name] = "/".join(n for n, other in theirs.items() if same(k, other, rotations))
    assert " ".join(f"{name}={names}" for name, names in said.items()) == expected


@pytest.mark.parametrize("variant", LATTICES)
def test_every_point_lies_on_the_zone_or_at_its_centre(variant) -> None:
    """No other reciprocal vector is nearer to a point than GAMMA is."""
    group, cell, _ = LATTICES[variant]
    lattice, path = found_path(group, cell)
    reciprocal = np.linalg.inv(lattice).T
    steps = np.mgrid[-3:4, -3:4, -3:4].reshape(3, -1).T
    for name, k in points_of(path).items():
        nearest = np.linalg.norm((k - steps) @ reciprocal, axis=1)
        at_border = np.sort(nearest)[1] - nearest.min() < 3e-3 * np.abs(reciprocal).max()
        assert (nearest.min() < 1e-9) if name == "GAMMA" else at_border, name


@pytest.mark.parametrize("variant", LATTICES)
def test_the_deck_of_every_lattice_is_read_by_the_stand_in_and_passes_the_linter(variant) -> None:
    group, cell, _ = LATTICES[variant]
    _, path = found_path(group, cell)
    text = print_band(BandDeck("a path", path.iss, path.segments, path.points(50, 2000), (1, 20)))
    (band,) = d3.read(text)
    assert band.lines == tuple((s.start, s.end) for s in path.segments)
    assert (band.unit, band.first, band.last, band.plot) == (path.iss, 1, 20, 1)
    assert lint(text, "d3", {"fort.9"}) == ()
    assert parse_band(text).segments == path.segments


@pytest.mark.parametrize("variant", LATTICES)
def test_coordinates_are_exact_or_near(variant) -> None:
    group, cell, _ = LATTICES[variant]
    _, path = found_path(group, cell)
    assert path.error < 5e-4
    assert path.iss <= 1200
    assert bool(path.error) <= bool(path.inexact)


def test_lower_symmetry_keeps_further_points() -> None:
    """Pm-3 does not make X and X_1 equal, F-43m's relatives with 3-fold axes only not W and W_2."""
    pyrite = find_path(
        ((5.4, 0.0, 0.0), (0.0, 5.4, 0.0), (0.0, 0.0, 5.4)),
        tuple(
            (x, y, z)
            for u in (0.385,)
            for x, y, z in (
                (0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0),
                (u, u, u), (-u, -u, -u), (0.5 + u, 0.5 - u, -u), (0.5 - u, 0.5 + u, u),
                (-u, 0.5 + u, 0.5 - u), (u, 0.5 - u, 0.5 + u), (0.5 - u, -u, 0.5 + u),
                (0.5 + u, u, 0.5 - u),
            )
        ),
        (26,) * 4 + (16,) * 8,
    )  # fmt: skip
    points = points_of(pyrite)
    assert points["X"].tolist() == [0, 0.5, 0]
    assert points["X_1"].tolist() == [0.5, 0, 0]


def test_crystal_s_own_letters_where_the_tables_agree() -> None:
    """Letters of the program's manual for these lattices, on its primitive vectors."""
    expected = {
        "FCC": {"X": (0.5, 0, 0.5), "L": (0.5, 0.5, 0.5), "W": (0.5, 0.25, 0.75)},
        "BCC": {"H": (0.5, -0.5, 0.5), "P": (0.25, 0.25, 0.25), "N": (0, 0, 0.5)},
        "HEX": {"M": (0.5, 0, 0), "K": (1 / 3, 1 / 3, 0), "A": (0, 0, 0.5)},
        "CUB": {"M": (0.5, 0.5, 0), "R": (0.5, 0.5, 0.5)},
        "TET": {"M": (0.5, 0.5, 0), "Z": (0, 0, 0.5), "A": (0.5, 0.5, 0.5)},
        "ORC": {"X": (0.5, 0, 0), "S": (0.5, 0.5, 0), "T": (0, 0.5, 0.5)},
    }
    for variant, letters in expected.items():
        group, cell, _ = LATTICES[variant]
        points = points_of(found_path(group, cell)[1])
        assert {n: points[n].tolist() for n in letters} == {
            n: pytest.approx(k) for n, k in letters.items()
        }


# (a, b, gamma), atoms, name of the lattice, points and ISS
PLANES = {
    "oblique": ((3.0, 4.0, 80.0), ((0, 0, 0), (0.2, 0.3, 1.0)), "X C Y", 2),
    "rectangular": ((3.0, 4.0, 90.0), ((0, 0, 0), (0.5, 0.3, 1.0)), "X S Y", 2),
    "square that is rectangular": ((3.0, 3.0, 90.0), ((0, 0, 0), (0.5, 0.3, 1.0)), "X S Y", 2),
    "square": ((3.0, 3.0, 90.0), ((0, 0, 0), (0.5, 0.5, 1.0)), "X M", 2),
    "hexagonal": ((2.46, 2.46, 120.0), ((1 / 3, 2 / 3, 0), (2 / 3, 1 / 3, 0)), "M K", 6),
    "hexagonal, 60 degrees": ((2.46, 2.46, 60.0), ((1 / 3, 1 / 3, 0), (2 / 3, 2 / 3, 0)), "M K", 6),
    "centred": ((3.0, 3.0, 100.0), ((0, 0, 0), (0.2, 0.2, 1.0)), "S SIGMA_0 Y C_0", None),
    "hexagonal that is centred": ((3.0, 3.0, 120.0), ((0, 0, 0), (0.2, 0.2, 1.0)),
                                  "S SIGMA_0 Y C_0", 6),
    "hexagonal that is oblique": ((3.0, 3.0, 120.0), ((0, 0, 0), (0.2, 0.13, 1.0)), "X C Y", 2),
}  # fmt: skip


def slab(cell):
    a, b, gamma = cell
    angle = np.radians(gamma)
    return ((a, 0.0, 0.0), (b * np.cos(angle), b * np.sin(angle), 0.0), (0.0, 0.0, 500.0))


@pytest.mark.parametrize("name", PLANES)
def test_slabs_by_their_plane_lattice(name) -> None:
    cell, atoms, names, iss = PLANES[name]
    lattice = slab(cell)
    path = find_path(lattice, atoms, (6, 8), periodicity=2)
    points = points_of(path)
    assert list(points) == ["GAMMA", *names.split()]
    assert iss in (None, path.iss)
    assert all(k[2] == 0 for k in points.values())
    reciprocal = np.linalg.inv(np.array(lattice)[:2, :2]).T
    steps = np.mgrid[-3:4, -3:4].reshape(2, -1).T
    for label, k in points.items():
        nearest = np.linalg.norm((k[:2] - steps) @ reciprocal, axis=1)
        corner = label in ("K", "SIGMA_0", "C_0", "S" if "X S Y" in names else "", "M" * (iss == 2))
        equal = (nearest - nearest.min() < 2e-3).sum()
        assert equal >= (1 if label == "GAMMA" else 3 if corner else 2), (label, equal)


def test_a_turned_cell_of_a_slab_has_the_same_points_in_space() -> None:
    cell = np.array(slab((3.0, 4.0, 90.0)))
    atoms = np.array([(0, 0, 0), (0.5, 0.3, 1.0)])
    plain = find_path(tuple(map(tuple, cell)), atoms, (6, 8), periodicity=2)
    change = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1]])
    turned = find_path(
        tuple(map(tuple, change @ cell)), atoms @ np.linalg.inv(change), (6, 8), periodicity=2
    )
    for one, two in zip(plain.segments, turned.segments, strict=True):
        assert one.names == two.names
        for k, other in ((one.start, two.start), (one.end, two.end)):
            there = np.array(k) / plain.iss @ np.linalg.inv(cell).T
            here = np.array(other) / turned.iss @ np.linalg.inv(change @ cell).T
            assert np.allclose(np.abs(there[:2]), np.abs(here[:2]))


def test_polymers_run_from_gamma_to_x() -> None:
    lattice = ((2.5, 0.0, 0.0), (0.0, 500.0, 0.0), (0.0, 0.0, 500.0))
    path = find_path(lattice, ((0.0, 0.0, 0.0),), (6,), periodicity=1)
    assert [(s.start, s.end, s.names) for s in path.segments] == [
        ((0, 0, 0), (1, 0, 0), ("GAMMA", "X"))
    ]
    assert path.iss == 2
    assert path.length_inv_ang == pytest.approx(np.pi / 2.5)


def test_molecules_have_no_path() -> None:
    with pytest.raises(DeckError, match="molecule"):
        find_path((), ((0.0, 0.0, 0.0),), (6,), periodicity=0)


def test_a_route_by_names_of_points() -> None:
    assert read_route("G-X - M|R-X") == [("GAMMA", "X"), ("X", "M"), ("R", "X")]
    lattice = primitive_lattice(Geometry(221, (4.0,), ()))
    cell = (tuple(map(tuple, lattice.tolist())), ((0.0, 0.0, 0.0),), (6,))
    path = find_path(*cell, route=read_route("R-M|X-R"))
    assert [s.names for s in path.segments] == [("R", "M"), ("X", "R")]
    assert path.segments[0].start == (1, 1, 1)
    with pytest.raises(DeckError, match="no point K, W") as error:
        find_path(*cell, route=read_route("K-W"))
    assert "GAMMA, M, R, X" in error.value.hint


@pytest.mark.parametrize("text", ["", "X", "X-", "X-X", "X-M|R", "-"])
def test_what_is_no_route(text) -> None:
    with pytest.raises(DeckError, match="is no path"):
        read_route(text)
