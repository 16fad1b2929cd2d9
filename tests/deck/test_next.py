"""The next deck of real runs: the last geometry in the deck's form, all other lines as they were."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import peoplesdecks
import pytest

from crystald.crystal.deck.lint.linter import errors_of, lint
from crystald.crystal.deck.next.carry import carried
from crystald.crystal.deck.next.echoed import deck_of, functional_of
from crystald.crystal.deck.next.external import external_of
from crystald.crystal.deck.next.form import ForeignError
from crystald.crystal.deck.next.geometry import next_geometry
from crystald.crystal.deck.next.hamiltonian import functional_in
from crystald.crystal.deck.next.mesh import mesh_of
from crystald.crystal.deck.next.repeated import repeated_deck
from crystald.crystal.deck.structure.build import structure_of
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.settings import scf_of
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import basis_name, hamiltonian_of, system_input
from crystald.crystal.geometry_files.print_fort34 import print_fort34
from crystald.crystal.geometry_files.read_fort34 import read_fort34
from crystald.crystal.geometry_files.whole_cell import whole_structure
from crystald.crystal.output import Output, read_output
from crystald.crystal.output.structure import printed_structure
from crystald.crystal.output.values import PrintedAtom, PrintedGeometry
from crystald.errors import DeckError
from crystald.models import Structure

REFUSED = {"SCELPHONO": "supercell of its phonons", "ELASTCON": "strained", "QHA": "strained"}
LARGE = 60


def output_of(deck: peoplesdecks.RealDeck) -> Path | None:
    path = peoplesdecks.DATA / deck.name
    found = (path.with_suffix(".out"), path.with_name("main.out"), path)
    return next((o for o in found if o.suffix in (".out", ".o") and o.is_file()), None)


@cache
def read(path: Path) -> Output:
    return read_output(path.read_text("utf-8", "replace").splitlines())


def pairs() -> list[object]:
    decks = [d for d in (*peoplesdecks.repeated(), *peoplesdecks.files()) if not d.d3]
    by_output = {o: d for d in reversed(decks) if (o := output_of(d)) is not None}
    found = [(d, o) for o, d in sorted(by_output.items()) if o.stat().st_size < 8e5]
    if not found:
        return [pytest.param(None, None, marks=pytest.mark.skip(reason="no ../shared/data here"))]
    return [pytest.param(d, o, id=d.name[-60:]) for d, o in found]


def surroundings(structure: Structure) -> list[tuple[float, ...]]:
    """What every atom sees around it: a fingerprint that knows no axes, origin or order."""
    cell, places = np.array(structure.cell_ang), np.array(structure.positions_ang)
    axes = [(-2, -1, 0, 1, 2) if axis < structure.periodicity else (0,) for axis in range(3)]
    steps = np.array([(i, j, k) for i in axes[0] for j in axes[1] for k in axes[2]]) @ cell
    numbers = np.array(structure.numbers)
    rows = []
    for place, number in zip(places, numbers, strict=True):
        away = np.linalg.norm(places[:, None] + steps[None] - place, axis=2)
        near = [(d, n) for d, n in zip(away.ravel(), np.repeat(numbers, len(steps)), strict=True)]
        kept = sorted((round(float(d), 2), int(n)) for d, n in near if d < 5.0)[:40]
        rows.append((float(number), sum(d for d, _ in kept), float(len(kept))))
    return sorted(rows)


@pytest.mark.parametrize(("real", "path"), pairs())
def test_the_last_geometry_of_a_real_run_is_what_its_next_decks_stand_for(real, path) -> None:
    deck, output = real.read(), read(path)
    words = {e.keyword for e in deck.geometry.entries}
    for word, said in REFUSED.items():
        if word in words:
            with pytest.raises(DeckError, match=said):
                next_geometry(deck, output)
            return
    if "slab_testgeom" in str(path):  # its operators are those of the cell before it was cut
        with pytest.raises(DeckError, match="does not carry the atoms"):
            next_geometry(deck, output)
        return
    geometry = next_geometry(deck, output)
    printed = printed_structure(output.geometry)
    if printed is None:  # a molecule prints no lattice
        printed = whole_structure(read_fort34(print_fort34(external_of(output)).splitlines()))
    for purpose in ("SP", "OPT", "FREQ"):
        new = carried(deck, geometry, purpose, "next")
        text = new.print()
        assert read_d12(text).print() == text
        assert [r.text for r in new.basis.lines()] == [r.text for r in deck.basis.lines()]
        left = [r.text for r in new.scf.lines()]
        assert left == [r.text for r in deck.scf.lines() if r.text not in ("GUESSP",)]
        assert ("OPTGEOM" in text) == (purpose == "OPT" and "OPTGEOM" in words)
        if purpose == "SP" and len(printed.numbers) < LARGE:
            there = structure_of(new, geometry.fort34)
            np.testing.assert_allclose(surroundings(there), surroundings(printed), atol=0.3)
            assert there.periodicity == printed.periodicity
    staged = {"fort.34"} if geometry.fort34 else set()
    wrong = errors_of(lint(carried(deck, geometry, "SP", "next").print(), "d12", staged, None))
    before = {one.rule for one in errors_of(lint(real.text, "d12", None, None))}
    assert {one.rule for one in wrong} <= before | {"no-such-atom"}


def real(name: str) -> tuple[DeckText, Output]:
    found = [d for d in (*peoplesdecks.repeated(), *peoplesdecks.files()) if name in d.name]
    if not found or (path := output_of(found[0])) is None:
        pytest.skip("no ../shared/data here")
    return found[0].read(), read(path)


def test_group_setting_and_origin_of_the_deck_are_kept() -> None:
    deck, output = real("qua_hf_2d_f.out")
    geometry = next_geometry(deck, output)
    assert geometry.lines[:4] == (
        "CRYSTAL",
        "0 0 2",
        *(r.text for r in deck.geometry.entries[0].records[1:3]),
    )
    assert geometry.same_form


def test_numbers_of_core_potentials_are_kept() -> None:
    deck, output = real("test39_dft.out")
    numbers = [atom.number for atom in system_input(deck).atoms]
    again = carried(deck, next_geometry(deck, output), "SP", "next")
    assert [atom.number for atom in system_input(again).atoms] == numbers
    assert min(numbers) > 200


def test_what_an_edit_made_is_not_made_again() -> None:
    deck, output = real("cry14_scf_and_opt_slab.out")
    geometry = next_geometry(deck, output)
    again = carried(deck, geometry, "OPT", "next")
    assert "SLABCUT" in deck.print()
    assert "SLABCUT" not in again.print()
    assert again.find("geometry/OPTGEOM") is not None
    assert not geometry.same_form
    told = read_fort34((geometry.fort34 or "").splitlines())
    assert (told.dimensionality, len(told.operators)) == (2, 16)


def test_the_last_geometry_and_not_the_first() -> None:
    deck, output = real("mgo_optgeom.out")
    lines = next_geometry(deck, output).lines
    assert output.geometry is not None
    assert output.geometry.crystallographic_parameters is not None
    assert lines[3] == f"{output.geometry.crystallographic_parameters[0]:.10f}"
    assert float(lines[3]) != system_input(deck).cell[0]


def test_a_deck_of_another_run_is_refused() -> None:
    deck, output = real("mgo_optgeom.out")
    other = read_d12(deck.print().replace("\n225", "\n221", 1))
    with pytest.raises(ForeignError, match="not that of space group 221"):
        next_geometry(other, output)


def test_an_atom_that_symmetry_makes_may_stand_in_the_deck_of_the_run() -> None:
    deck, output = real("mgo_optgeom.out")
    lines = next_geometry(deck, output).lines
    first, second = system_input(deck).atoms
    place = " ".join(
        f"{x + shift:g}" for x, shift in zip(first.position, (0, 0.5, 0.5), strict=True)
    )
    written = deck.print().replace("\n2\n", "\n3\n", 1)
    last = f"\n{second.record.text}\n"
    twice = read_d12(written.replace(last, f"{last}{first.number} {place}\n", 1))
    assert len(system_input(twice).atoms) == 3
    geometry = next_geometry(twice, output)
    assert (geometry.lines, geometry.same_form) == (lines, True)


def test_operators_are_exact_to_the_digits_of_the_atoms() -> None:
    deck, output = real("test_nano05.out")
    made = external_of(output)
    assert (made.dimensionality, len(made.operators)) == (1, 64)
    for operator in made.operators:
        rows = np.array(operator.rotation)
        np.testing.assert_allclose(rows @ rows.T, np.eye(3), atol=1e-10)
    again = read_fort34(print_fort34(made).splitlines())
    assert len(whole_structure(again).numbers) == 32
    assert deck.find("geometry/SWCNT") is not None


def test_a_mesh_of_printed_operators_is_the_mesh_of_the_group() -> None:
    _, output = real("mgo_optgeom.out")
    mesh = mesh_of(output, 30.0)
    assert mesh is not None
    assert len(set(mesh.factors)) == 1
    _, slab = real("graphene.out")
    mesh = mesh_of(slab, 30.0)
    assert mesh is not None
    assert mesh.factors[0] == mesh.factors[1]
    assert mesh.factors[0] % 3 == 0
    assert mesh.factors[2] == 1
    _, molecule = real("mole-scf.out")
    assert mesh_of(molecule, 30.0) is None


def test_an_output_that_repeats_its_deck_needs_no_other() -> None:
    for name in ("optgeom.out", "mole-scf.out", "Fe.out"):
        deck, output = real(name)
        path = next(
            o for d in peoplesdecks.repeated() if d.name.endswith(name) and (o := output_of(d))
        )
        found = repeated_deck(path.read_text("utf-8", "replace"))
        assert found is not None
        assert read_d12(found).basis.entries
        del deck, output


def test_a_deck_of_an_output_alone_says_what_was_echoed() -> None:
    _, output = real("adsorbate.out")
    with pytest.raises(DeckError, match="does not tell"):  # its ghosts
        deck_of(output)
    _, own_basis = real("mgo_optgeom.out")
    with pytest.raises(DeckError, match="does not tell the basis set"):
        deck_of(own_basis)


def test_what_an_output_echoes_is_what_its_deck_says() -> None:
    deck, output = real("density/system.out")
    made = read_d12(deck_of(output)[0])
    assert hamiltonian_of(made) == hamiltonian_of(deck)
    assert basis_name(made) == basis_name(deck)
    assert scf_of(made).tolinteg == scf_of(deck).tolinteg
    factors = scf_of(made).shrink.factors
    assert factors[:2] == scf_of(deck).shrink.factors[:2]


def test_a_run_s_own_geometry_file_is_taken_where_it_is_of_the_last_geometry() -> None:
    deck, output = real("nio_sto3g_afm_opt_walltime2/INPUT")
    made = external_of(output)
    own = replace(made, group=123, centring=3)
    geometry = next_geometry(deck, output, print_fort34(own))
    assert read_fort34((geometry.fort34 or "").splitlines()).group == 123
    moved = replace(own, positions_ang=((0.1, 0.0, 0.0), *own.positions_ang[1:]))
    geometry = next_geometry(deck, output, print_fort34(moved))
    assert read_fort34((geometry.fort34 or "").splitlines()).group == 0
    torn = print_fort34(own)[:500]
    geometry = next_geometry(deck, output, torn)
    assert read_fort34((geometry.fort34 or "").splitlines()).group == 0


def test_functionals_are_named_by_their_echoed_lines() -> None:
    met = set()
    for one in peoplesdecks.repeated():
        path = output_of(one)
        if path is None or path.stat().st_size > 4e5:
            continue
        said = functional_in(one.read())
        if said is None or said[0] == "HF":
            continue
        if "exchange_functional" in read(path).facts:
            met.add((functional_of(read(path)), said[0]))
    assert met == {(name, name) for name, _ in met}
    assert not peoplesdecks.repeated() or {"PBE", "B3LYP", "HSE06"} <= {name for name, _ in met}


@pytest.mark.parametrize(
    ("kinds", "words"),
    [(("ELASTIC",), "ELASTCON"), (("EOS",), "EOS"), (("QHA",), "QHA")],
)
def test_who_gives_a_strained_geometry_is_told_where_the_other_one_is(kinds, words) -> None:
    deck, output = read_d12(DECK_OF_HINTS), Output(kinds=kinds)
    output.geometry = PrintedGeometry(3, atoms=(PrintedAtom(1, True, 12, "Mg", 0, 0, 0),))
    with pytest.raises(DeckError, match="ends at a strained geometry") as refused:
        next_geometry(deck, output)
    assert f"take {words} out of it" in refused.value.hint
    assert "the output of the optimisation before" in refused.value.hint


DECK_OF_HINTS = "t\nCRYSTAL\n0 0 0\n225\n4.2\n1\n12 0 0 0\nEND\n"
