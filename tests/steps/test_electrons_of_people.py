"""Ghosts, charged cells and electrons moved by CHEMOD: nothing of them is lost from deck to deck."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crystald.crystal.deck.lint.linter import lint
from crystald.crystal.deck.next.ghosts import with_ghosts_named
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.output import read_output
from crystald.errors import DeckError
from crystald.steps.base import DeckRequest, Parent, PreparedDeck
from crystald.steps.people.carry import peoples_deck
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

HEAD = """\
MgO, by hand
CRYSTAL
0 0 0
221
2.65
{atoms}
OPTGEOM
FULLOPTG
MAXCYCLE
60
ENDOPT
"""
TAIL = "DFT\n{spin}PBE\nXLGRID\nENDDFT\nTOLDEE\n8\nSHRINK\n6 6\nEND\n"
PAIR = "2\n12 0. 0. 0.\n8 .5 .5 .5"
SHELLS = (
    "END\n12 3\n1 0 3 2. 1.\n1 1 3 8. 1.\n1 1 3 2. 1.\n8 2\n1 0 3 2. 1.\n1 1 3 {} 1.\n99 0\n{}END\n"
)
DECKS = {
    "ghosts": HEAD.format(atoms="3\n12 0. 0. 0.\n8 .5 .5 .5\n1 .5 .5 0.")
    + "BASISSET\nSTO-3G\nGHOSTS\n3\n3 4 5\n"
    + TAIL.format(spin=""),
    "chemod": HEAD.format(atoms=PAIR)
    + SHELLS.format("6.", "CHEMOD\n2\n1 2. 8. 0.\n2 2. 8.\n")
    + TAIL.format(spin=""),
    "charged": HEAD.format(atoms=PAIR)
    + SHELLS.format("7.", "CHARGED\n")
    + TAIL.format(spin="SPIN\n"),
    "ghost of a metal": HEAD.format(atoms=PAIR).replace("FULLOPTG", "ATOMONLY")
    + SHELLS.format("6.", "GHOSTS\n1\n1\n")
    + TAIL.format(spin=""),
}
ELECTRONS = {"ghosts": 20, "chemod": 20, "charged": 21, "ghost of a metal": 8}


def next_deck(step: str, parent: Parent, **changes: object) -> PreparedDeck:
    kind = STEP_TYPES[step.rstrip("2")]
    checked = kind.check_settings(changes, step)
    return prepare(kind, DeckRequest("MgO", step, checked, None, {"geometry": parent}))


@pytest.fixture(scope="module")
def first(run, tmp_path_factory):
    """Run the optimisation of each deck, once."""
    done = {}

    def make(name: str):
        if name not in done:
            where = tmp_path_factory.mktemp("first") / "OPT"
            done[name] = run(PreparedDeck(DECKS[name]), "OPT", where, None)
        return done[name]

    return make


@pytest.mark.parametrize("name", ELECTRONS)
def test_a_chain_keeps_the_electrons(name, first, run, tmp_path) -> None:
    ran = first(name)
    lines = [record.text for record in read_d12(DECKS[name]).basis.lines()]
    assert read_output(ran.output.splitlines()).n_electrons == ELECTRONS[name]
    opt = run(next_deck("OPT2", ran.parent("OPT")), "OPT", tmp_path / "OPT2", ran)
    for step in ("SP", "FREQ"):
        ran = run(next_deck(step, opt.parent("OPT2")), step, tmp_path / step, opt)
        deck, output = read_d12(ran.prepared.text), read_output(ran.output.splitlines())
        assert [record.text for record in deck.basis.lines()] == lines
        assert output.n_electrons == ELECTRONS[name]
        assert output.scf_converged
        assert "GUESSP **** SCF GUESS" in ran.output


def test_ghosts_count_the_same_atoms_in_a_geometry_file(first, run, tmp_path) -> None:
    ran = first("ghost of a metal")
    edited = DECKS["ghost of a metal"].replace("OPTGEOM", "SUPERCEL\n1 0 0\n0 1 0\n0 0 1\nOPTGEOM")
    prepared = next_deck("SP", replace(ran.parent("OPT"), deck=edited))
    assert prepared.text.splitlines()[1:2] == ["EXTERNAL"]
    again = run(prepared, "SP", tmp_path / "SP", ran)
    assert "ATOMS TRANSFORMED INTO GHOSTS :   1\n   1( 12)" in again.output
    assert read_output(again.output.splitlines()).n_electrons == 8


@pytest.mark.parametrize(("name", "word"), [("chemod", "CHEMOD"), ("charged", "CHARGED")])
def test_another_basis_set_has_no_shells_for_them(name, word, first) -> None:
    for asked in ({"basis": "POB-TZVP-REV2"}, {"functional": "HSESOL3C", "dispersion": "none"}):
        with pytest.raises(DeckError, match=f"{word}: the electrons of the cell are those of"):
            next_deck("SP", first(name).parent("OPT"), **asked)


def test_ghosts_stay_with_another_basis_set(first) -> None:
    made = next_deck("SP", first("ghosts").parent("OPT"), basis="POB-TZVP-REV2")
    assert "BASISSET\nPOB-TZVP-REV2\nGHOSTS\n3\n3 4 5\n" in made.text


def test_an_odd_charged_cell_cannot_lose_its_spin(first) -> None:
    parent = first("charged").parent("OPT")
    assert "SPIN\n" in next_deck("SP", parent, functional="PBE0", spin="auto").text
    with pytest.raises(DeckError, match="21 electrons in the cell cannot all be paired"):
        next_deck("SP", parent, functional="PBE0", spin=False)


def test_ghosts_that_are_printed_without_an_element_get_it_back(first) -> None:
    ran = first("ghosts")
    head, final, tail = ran.output.partition(" FINAL OPTIMIZED GEOMETRY")
    hidden = head + final + tail.replace("   1 H ", "   0 XX", 6)
    output = read_output(hidden.splitlines())
    assert [atom.number for atom in output.geometry.atoms] == [12, 8, 0, 0, 0]
    assert [atom.number for atom in with_ghosts_named(output).geometry.atoms] == [12, 8, 1, 1, 1]
    parent = replace(ran.parent("OPT"), output=hidden)
    assert peoples_deck(parent).geometry == peoples_deck(ran.parent("OPT")).geometry


@pytest.mark.parametrize(
    ("basis", "rules"),
    [
        (SHELLS.format("6.", "GHOSTS\n1\n1\n"), set()),
        (SHELLS.format("8.", "GHOSTS\n1\n1\n"), {"basis-charges"}),
        (SHELLS.format("6.", "CHEMOD\n2\n1 2. 8. 0.\n2 2. 8.\n"), set()),
        (SHELLS.format("6.", "CHEMOD\n1\n2 2. 8.\n"), {"basis-charges"}),
        (SHELLS.format("7.", "CHARGED\n"), {"odd-electrons"}),
        ("BASISSET\nSTO-3G\nGHOSTS\n1\n2\n", set()),
    ],
)
def test_the_linter_counts_with_them(basis, rules) -> None:
    deck = HEAD.format(atoms=PAIR) + basis + TAIL.format(spin="")
    told = {finding.rule for finding in lint(deck, "d12")}
    assert told & {"basis-charges", "odd-electrons"} == rules
