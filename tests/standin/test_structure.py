"""Crystals are rebuilt from group and asymmetric unit by the published rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_standin.lattice import groups, kmesh, structure
from crystal_standin.model import relax

CELLS = {
    "TRICLINIC": (6.1, 7.2, 8.3, 85.0, 95.0, 101.0),
    "MONOCLINIC": (6.1, 7.2, 8.3, 101.0),
    "ORTHORHOMBIC": (6.1, 7.2, 8.3),
    "TETRAGONAL": (6.1, 8.3),
    "HEXAGONAL": (6.1, 8.3),
    "CUBIC": (9.1,),
}
GENERAL = (0.1234, 0.2345, 0.0456)
TWO_ORIGINS = {
    48, 50, 59, 68, 70, 85, 86, 88, 125, 126, 129, 130, 133, 134, 137, 138, 141, 142, 201, 203,
    222, 224, 227, 228,
}  # fmt: skip


def crystal(number: int, xyz=GENERAL, ifhr: int = 0, ifso: int = 0) -> structure.Crystal:
    group = groups.by_number(number, ifhr, ifso)
    cell = (6.0, 70.0) if group.rhombohedral_axes else CELLS[group.family]
    parameters = groups.cell_parameters(group, cell)
    return structure.build(group, parameters, ((6, GENERAL), (8, xyz)))


def site_symmetry(built: structure.Crystal) -> float:
    images = built.fractional[None] @ built.rotations.transpose(0, 2, 1)
    difference = (images + built.translations[:, None])[:, :, None] - built.fractional
    return float(np.abs(difference - np.rint(difference)).sum(axis=3).min(axis=2).max())


@pytest.mark.parametrize("number", range(1, 231))
def test_every_group_rebuilds_a_whole_cell(number) -> None:
    for ifso in (0, 1):
        built = crystal(number, (0.0, 0.0, 0.0), ifso=ifso)
        order = len(built.rotations)
        general, special = (int((built.orbit == i).sum()) for i in (0, 1))
        assert general == order
        assert order % special == 0
        assert site_symmetry(built) < 1e-6
        centring = round(1 / abs(float(np.linalg.det(built.group.primitive))))
        assert abs(float(np.linalg.det(built.conventional))) == pytest.approx(
            centring * built.volume_ang3
        )


def test_exactly_the_groups_with_two_origins_change_with_ifso() -> None:
    changed = {
        n
        for n in range(1, 231)
        if not np.array_equal(
            groups.by_number(n, 0, 0).translations, groups.by_number(n, 0, 1).translations
        )
    }
    assert changed == TWO_ORIGINS
    for number in TWO_ORIGINS:
        second = groups.by_number(number, 0, 0)
        inversion = [
            t for r, t in zip(second.rotations, second.translations, strict=True) if r.trace() == -3
        ]
        assert not np.any(inversion)


@pytest.mark.parametrize("number", [146, 148, 155, 160, 161, 166, 167])
def test_rhombohedral_axes_give_the_same_crystal(number) -> None:
    group = groups.by_number(number, 1, 0)
    x, y, z = 0.1, 0.2, 0.35
    hexagonal = structure.build(
        groups.by_number(number, 0, 0), (5.0, 5.0, 13.0, 90.0, 90.0, 120.0), ((6, (x, y, z)),)
    )
    a, _, _, alpha, _, _ = structure.parameters_of(hexagonal.lattice)
    cell = groups.cell_parameters(group, (a, alpha))
    rhombohedral = structure.build(group, cell, ((6, (x + z, -x + y + z, -y + z)),))
    assert len(rhombohedral.numbers) == len(hexagonal.numbers)
    assert np.allclose(distances(rhombohedral), distances(hexagonal), atol=1e-6)


def distances(built: structure.Crystal) -> list[float]:
    from crystal_standin.model.energy import pairs_within

    return sorted(pairs_within(built.lattice, built.fractional, 6.0).distances)


def test_diamond_needs_the_second_origin() -> None:
    group = groups.by_number(227, 0, 0)
    cell = groups.cell_parameters(group, (3.567,))
    right = structure.build(group, cell, ((6, (0.125, 0.125, 0.125)),))
    wrong = structure.build(group, cell, ((6, (0.0, 0.0, 0.0)),))
    first = structure.build(groups.by_number(227, 0, 1), cell, ((6, (0.0, 0.0, 0.0)),))
    assert (len(right.numbers), len(wrong.numbers), len(first.numbers)) == (2, 4, 2)
    assert np.allclose(distances(right), distances(first), atol=1e-9)


def test_corundum_comes_out_in_crystals_own_order() -> None:
    group = groups.by_number(167, 0, 0)
    cell = groups.cell_parameters(group, (4.7602, 12.9933))
    built = structure.build(group, cell, ((8, (0.30624, 0, 0.25)), (13, (0, 0, 0.35216))))
    assert np.allclose(built.fractional[0], [-0.44376, -0.05624, 0.25])
    assert np.allclose(built.fractional[1], [0.25, -0.44376, -0.05624])
    assert np.allclose(built.lattice[0], [2.74830275140, 0, 4.3311], atol=1e-9)
    assert built.firsts == [0, 6]


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (2, ("a", "b", "c", "alpha", "beta", "gamma")),
        (14, ("a", "b", "c", "beta")),
        (62, ("a", "b", "c")),
        (136, ("a", "c")),
        (186, ("a", "c")),
        (225, ("a",)),
    ],
)
def test_minimal_cells(number, names) -> None:
    assert groups.minimal_names(groups.by_number(number, 0, 0)) == names


def test_symbols_name_settings() -> None:
    assert groups.by_symbol("P 1 21/N 1", 0, 0).number == 14
    assert groups.by_symbol("C M C A", 0, 0).number == 64
    assert groups.by_symbol("F D 3 M", 0, 1).translations.tolist() == (
        groups.by_number(227, 0, 1).translations.tolist()
    )


@settings(max_examples=40, deadline=None)
@given(
    number=st.integers(1, 230),
    lengths=st.tuples(*[st.floats(4, 12)] * 3),
    beta=st.floats(75, 115),
)
def test_vectors_give_back_their_parameters(number, lengths, beta) -> None:
    group = groups.by_number(number, 0, 0)
    given_values = dict(zip(("a", "b", "c"), lengths, strict=True)) | {
        "alpha": 88.0, "beta": beta, "gamma": 93.0,
    }  # fmt: skip
    minimal = tuple(given_values[name] for name in groups.minimal_names(group))
    parameters = groups.cell_parameters(group, minimal)
    assert structure.parameters_of(structure.vectors(parameters)) == pytest.approx(parameters)


@pytest.mark.parametrize(
    ("number", "strains"), [(1, 6), (14, 4), (62, 3), (136, 2), (167, 2), (225, 1)]
)
def test_free_strains_follow_the_crystal_family(number, strains) -> None:
    assert len(relax.free_coordinates(crystal(number), "FULLOPTG").strains) == strains


@pytest.mark.parametrize("number", [14, 136, 167, 186, 227])
def test_weights_of_a_net_sum_to_one(number) -> None:
    mesh = kmesh.irreducible(crystal(number), (4, 4, 4))
    assert mesh.weights.sum() == pytest.approx(1)
    assert mesh.indices[0].tolist() == [0, 0, 0]
