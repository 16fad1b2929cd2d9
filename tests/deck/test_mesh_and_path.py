"""k meshes that the point group allows, and paths in CRYSTAL's integers."""

from __future__ import annotations

import numpy as np
import pytest

from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.geometry.cells import full_cell, minimal_count
from crystald.crystal.deck.geometry.operations import reference_operations
from crystald.crystal.deck.geometry.parameters import lattice_of
from crystald.crystal.deck.kmesh import check_mesh, kmesh, primitive_lattice
from crystald.crystal.deck.kpath import find_path
from crystald.errors import DeckError

CELLS = {
    1: (6.0,),
    2: (4.0, 9.0),
    3: (4.0, 6.0, 9.0),
    4: (4.0, 6.0, 9.0, 104.0),
    6: (4.0, 6.0, 9.0, 81.0, 104.0, 97.0),
}


def mesh(group, cell, length=30.0):
    return kmesh(Geometry(group, cell, ()), length)


@pytest.mark.parametrize(
    ("group", "cell", "factors"),
    [
        (225, (4.2112,), (13, 13, 13)),  # d(111) = 2.43 Å
        (221, (3.9,), (8, 8, 8)),
        (136, (4.594, 2.9586), (7, 7, 11)),
        (186, (3.2498, 5.2066), (12, 12, 6)),  # K: multiples of three in the plane
        (115, (4.0, 12.0), (8, 8, 3)),
        (62, (10.0, 6.0, 4.7), (3, 5, 7)),
        (14, (5.0, 6.0, 7.0, 100.0), (7, 5, 5)),
        (2, (40.0, 40.0, 40.0, 90.0, 90.0, 90.0), (2, 2, 2)),
    ],
)
def test_factors_by_the_lengths_of_reciprocal_vectors(group, cell, factors) -> None:
    found = mesh(group, cell)
    assert found.factors == factors
    assert found.gilat == 2 * max(factors)
    assert found.records()[0].startswith("0 ") == (len(set(factors)) > 1)


@pytest.mark.parametrize("group", range(1, 231))
def test_the_mesh_maps_onto_itself_under_every_operation(group) -> None:
    """Otherwise the program stops: ANISOTROPIC SHRINKING FACTOR."""
    geometry = Geometry(group, CELLS[minimal_count(group)], ())
    factors = np.array(kmesh(geometry, 30.0).factors)
    primitive = primitive_lattice(geometry)
    cartesian = np.array(_lattice(geometry))
    points = np.diag(1 / factors)
    for rotation in reference_operations(group)[0]:
        turned = np.linalg.inv(cartesian) @ np.array(rotation).T @ cartesian
        images = points @ np.linalg.inv(primitive).T @ np.linalg.inv(turned).T @ primitive.T
        steps = images * factors
        assert np.allclose(steps, np.rint(steps), atol=1e-6)


def test_unlike_factors_of_equivalent_vectors_are_refused() -> None:
    def check(group, factors):
        check_mesh(Geometry(group, (), ()), factors)

    check(115, (8, 8, 3))
    check(62, (3, 5, 7))
    with pytest.raises(DeckError, match="1 and 2") as error:
        check(115, (8, 6, 3))
    assert "example 8" in error.value.hint
    with pytest.raises(DeckError, match="1 and 2 and 3"):
        check(225, (8, 8, 6))


@pytest.mark.parametrize(
    ("kind", "group", "cell", "factors"),
    [
        ("SLAB", 80, (2.46,), (15, 15, 1)),
        ("SLAB", 37, (2.46, 5.0), (13, 6, 1)),
        ("SLAB", 47, (2.46, 8.0), (13, 13, 1)),  # a real run stopped with 18 9 1
        ("POLYMER", 1, (2.6,), (12, 1, 1)),
    ],
)
def test_open_directions_have_one_point_and_centred_layers_one_factor(
    kind, group, cell, factors
) -> None:
    geometry = Geometry(group, cell, (), kind)
    found = kmesh(geometry, 30.0)
    assert found.factors == factors
    assert found.gilat == 2 * max(factors)
    check_mesh(geometry, factors)


def test_meshes_along_open_directions_are_refused() -> None:
    with pytest.raises(DeckError, match="2 periodic directions") as error:
        check_mesh(Geometry(80, (2.46,), (), "SLAB"), (8, 8, 8))
    assert "8 8 1" in error.value.hint
    molecule = Geometry(1, (), (), "MOLECULE")
    assert kmesh(molecule, 30.0) is None
    with pytest.raises(DeckError, match="no k points"):
        check_mesh(molecule, (1, 1, 1))


def _lattice(geometry):
    return lattice_of(full_cell(geometry.group, geometry.cell))


def path_of(group, cell, **options):
    geometry = Geometry(group, cell, ())
    lattice = tuple(map(tuple, primitive_lattice(geometry).tolist()))
    return find_path(lattice, ((0.0, 0.0, 0.0),), (6,), **options)


def test_face_centred_cubic_is_exact() -> None:
    path = path_of(225, (4.2112,))
    assert path.iss == 8
    points = {
        name: k for s in path.segments for name, k in zip(s.names, (s.start, s.end), strict=True)
    }
    assert points["GAMMA"] == (0, 0, 0)
    assert points["X"] == (4, 0, 4)
    assert points["L"] == (4, 4, 4)
    assert points["W"] == (4, 2, 6)
    assert points["K"] == (3, 3, 6)
    assert path.inexact == ()


@pytest.mark.parametrize(("group", "cell", "iss"), [(221, (4.0,), 2), (191, (3.0, 5.0), 6)])
def test_simple_lattices_are_exact(group, cell, iss) -> None:
    assert path_of(group, cell).iss == iss


def test_points_that_depend_on_the_cell_are_close_or_left_out() -> None:
    cell = (4.7602, 12.9933)
    whole = path_of(166, cell)
    assert whole.inexact
    assert whole.iss <= 1000
    exact = path_of(166, cell, exact=True)
    assert exact.iss == 2
    assert exact.inexact == ()
    assert exact.left_out == whole.inexact
    assert {n for s in exact.segments for n in s.names} >= {"GAMMA", "T", "L"}


def test_jumps_are_segments_of_their_own() -> None:
    path = path_of(225, (4.2112,))
    jumps = [
        (one.end, two.start)
        for one, two in zip(path.segments, path.segments[1:], strict=False)
        if one.end != two.start
    ]
    assert jumps


def test_the_number_of_points_follows_the_length() -> None:
    path = path_of(221, (4.0,))
    assert path.points(50, 2000) == pytest.approx(50 * path.length_inv_ang, abs=1)
    assert path.points(500, 2000) == 2000
    assert path.length_inv_ang == pytest.approx(
        2 * np.pi / 4 * (0.5 + 0.5 + 2**0.5 / 2 + 3**0.5 / 2 + 2**0.5 / 2 + 0.5 + 0.5), rel=0.35
    )
