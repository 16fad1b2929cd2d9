"""Slabs, polymers and molecules through the steps that start from a material."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from crystal_standin import crystal as standin
from crystal_standin.events import Text
from crystal_standin.job import Job
from crystald.crystal.deck.d12 import parse_d12, print_d12
from crystald.errors import DeckError
from crystald.models import Structure
from crystald.steps.base import DeckRequest, Parent
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

GRAPHENE = Structure(
    ((2.46, 0.0, 0.0), (-1.23, 2.1304224933, 0.0), (0.0, 0.0, 0.0)),
    (6, 6),
    ((0.0, 1.4202816622, 6.5), (1.23, 0.7101408311, 6.5)),
    2,
)
PHOSPHORENE = Structure(
    ((3.31, 0.0, 0.0), (0.0, 4.38, 0.0), (0.0, 0.0, 0.0)),
    (15,) * 4,
    tuple(
        (x * 3.31, y * 4.38, z)
        for x, y, z in ((0, 0.08, 1.05), (0.5, 0.42, 1.05), (0.5, 0.58, -1.05), (0, 0.92, -1.05))
    ),
    2,
)
CHAIN = Structure(((2.6, 0.0, 0.0), (0.0,) * 3, (0.0,) * 3), (6, 6), ((0, 0, 0), (1.2, 0, 0)), 1)
DIMER = Structure(((0.0,) * 3,) * 3, (7, 7), ((0, 0, 0), (0, 0, 1.1)), 0)


HELIX = Structure(  # a sixfold screw axis: rod group 78, which no output has shown
    ((4.0, 0.0, 0.0), (0.0,) * 3, (0.0,) * 3),
    (8,) * 6,
    tuple(
        (2.0 * (k % 2), 1.9 * math.cos(k * math.pi / 3), 1.9 * math.sin(k * math.pi / 3))
        for k in range(6)
    ),
    1,
)


def deck_of(structure: Structure, step: str = "OPT", **changes):
    kind = STEP_TYPES[step]
    settings = kind.check_settings({**(kind.starts_with or {}), **changes}, step)
    prepared = prepare(kind, DeckRequest("x", step, settings, structure))
    return parse_d12(prepared.text), prepared


@pytest.mark.parametrize("step", ["OPT", "SP"])
@pytest.mark.parametrize(
    ("structure", "kind", "group"),
    [
        (GRAPHENE, "SLAB", 80),
        (PHOSPHORENE, "SLAB", 14),
        (CHAIN, "POLYMER", 51),
        (DIMER, "MOLECULE", 15),
    ],
    ids=["graphene", "phosphorene", "chain", "dimer"],
)
def test_decks_are_made_linted_and_read_back(structure, kind, group, step) -> None:
    deck, prepared = deck_of(structure, step)
    assert (deck.geometry.kind, deck.geometry.group) == (kind, group)
    assert print_d12(deck) == prepared.text
    periodic = structure.periodicity
    factors = deck.scf.shrink.factors if deck.scf.shrink else ()
    assert all(factor == 1 for factor in factors[periodic:])
    assert (deck.scf.shrink is None) == (kind == "MOLECULE")


def test_a_layer_with_glides_is_written_in_a_part_of_its_group_unless_asked() -> None:
    safe, prepared = deck_of(PHOSPHORENE)
    assert len(safe.geometry.atoms) == 2
    assert any("pman" in note and "layer_groups: full" in note for note in prepared.notes)
    full, prepared = deck_of(PHOSPHORENE, layer_groups="full")
    assert (full.geometry.group, len(full.geometry.atoms)) == (43, 1)  # the Tables' 42


def test_a_chain_is_written_in_a_part_of_its_group_unless_asked() -> None:
    safe, prepared = deck_of(HELIX)
    assert safe.geometry.group in (1, 28)
    assert any("rod_groups: full" in note for note in prepared.notes)
    full, prepared = deck_of(HELIX, rod_groups="full")
    assert full.geometry.group > 28
    assert len(full.geometry.atoms) == 1
    alone, _ = deck_of(HELIX, symmetry="p1")
    assert (alone.geometry.group, len(alone.geometry.atoms)) == (1, 6)


def test_a_crystal_with_vacuum_becomes_a_slab_when_it_is_said() -> None:
    boxed = Structure((*GRAPHENE.cell_ang[:2], (0.0, 0.0, 20.0)), (6, 6), GRAPHENE.positions_ang)
    assert deck_of(boxed)[0].geometry.group == 191
    deck, _ = deck_of(boxed, dimensionality="slab")
    assert (deck.geometry.kind, deck.geometry.group) == ("SLAB", 80)


def test_a_larger_cell_than_the_smallest_is_told() -> None:
    (a, b, _), places = GRAPHENE.cell_ang, GRAPHENE.positions_ang
    shifted = tuple((x + a[0], y + a[1], z) for x, y, z in places)
    doubled = Structure(((2 * a[0], 0.0, 0.0), b, (0.0,) * 3), (6,) * 4, (*places, *shifted), 2)
    deck, prepared = deck_of(doubled)
    assert deck.geometry == deck_of(GRAPHENE)[0].geometry
    assert any("holds 2 primitive cells" in note for note in prepared.notes)
    assert not any("primitive cells" in note for note in deck_of(GRAPHENE)[1].notes)


def test_a_molecule_moves_its_atoms_only() -> None:
    assert deck_of(DIMER)[0].optimisation.kind == "ATOMONLY"
    with pytest.raises(DeckError, match="no cell"):
        deck_of(DIMER, optimise="CELLONLY")
    with pytest.raises(DeckError, match="no k points"):
        deck_of(DIMER, kmesh=[4, 4, 4])


def test_a_mesh_of_three_directions_is_refused_for_a_slab() -> None:
    with pytest.raises(DeckError, match="2 periodic directions") as error:
        deck_of(GRAPHENE, kmesh=[8, 8, 8])
    assert "8 8 1" in error.value.hint


CENTRED = Structure(  # two of the four vectors of a rectangle of 4.0 by 5.2 Å that has its middle
    ((2.0, 2.6, 0.0), (-2.0, 2.6, 0.0), (0.0, 0.0, 0.0)),
    (14, 8, 8),
    ((0.0, 0.0, 0.0), (0.0, 2.4, 0.9), (0.0, 2.8, -0.9)),
    2,
)


def output_of(deck: str) -> str:
    """Run a deck by the stand-in, which has groups and operators of its own."""
    play = standin.run(Job(deck, {}, dt.datetime(2030, 1, 2, tzinfo=dt.UTC)))
    return "".join(event.text for event in play.events if isinstance(event, Text))


@pytest.mark.parametrize(
    "structure",
    [GRAPHENE, PHOSPHORENE, CHAIN, HELIX, DIMER],
    ids=["graphene", "phosphorene", "chain", "helix", "N2"],
)
def test_the_single_point_stands_at_the_last_geometry_of_the_optimisation(structure) -> None:
    opt, prepared = deck_of(
        structure, basis="STO-3G", functional="PBE", dispersion="none", rod_groups="full"
    )
    output = output_of(prepared.text)
    assert "OPT END - CONVERGED" in output
    assert f"DIMENSIONALITY OF THE SYSTEM      {structure.periodicity}" in output
    step = STEP_TYPES["SP"]
    settings = step.check_settings({}, "SP")
    parents = {"geometry": Parent("OPT", prepared.text, output, frozenset(), standin=True)}
    again = prepare(step, DeckRequest("x", "SP", settings, None, parents))
    sp = parse_d12(again.text)
    assert (sp.geometry.kind, sp.geometry.group) == (opt.geometry.kind, opt.geometry.group)
    assert [a.number for a in sp.geometry.atoms] == [a.number for a in opt.geometry.atoms]
    assert sp.geometry != opt.geometry
    assert "EEEEEEEEEE TERMINATION" in output_of(again.text)


@pytest.mark.parametrize("printed", [True, False], ids=["both cells", "primitive cell alone"])
def test_centred_layers_go_on_whichever_cell_is_printed(printed) -> None:
    """No real output of one could be had: both ways of printing it are read."""
    opt, prepared = deck_of(
        CENTRED, basis="STO-3G", functional="PBE", dispersion="none", optimise="ATOMONLY"
    )
    assert opt.geometry.group in (10, 13, 16, 22, 26, 35, 36, 47, 48)
    output = output_of(prepared.text)
    if not printed:
        kept, skipping = [], False
        for line in output.splitlines(keepends=True):
            skipping = (skipping or "TRANSFORMATION MATRIX" in line) and "T = ATOM" not in line
            kept += [] if skipping else [line]
        output = "".join(kept)
        assert "CRYSTALLOGRAPHIC CELL" not in output
    step = STEP_TYPES["SP"]
    parents = {"geometry": Parent("OPT", prepared.text, output, frozenset(), standin=True)}
    request = DeckRequest("x", "SP", step.check_settings({}, "SP"), None, parents)
    sp = parse_d12(prepare(step, request).text)
    assert sp.geometry.group == opt.geometry.group
    assert sp.geometry.cell == pytest.approx(opt.geometry.cell, abs=1e-5)
    assert sp.geometry.atoms != opt.geometry.atoms
    assert "EEEEEEEEEE TERMINATION" in output_of(print_d12(sp))
