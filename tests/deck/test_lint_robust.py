"""The linter on decks that Fortran reads otherwise than people do, and on decks of rubbish."""

from __future__ import annotations

import contextlib
import random
import re

import peoplesdecks
import pytest
from lintdecks import EXPLICIT, GOOD, SALT

from crystald.crystal.deck.lint import linter
from crystald.crystal.deck.lint.linter import lint
from crystald.crystal.deck.lint.subject import Severity, Subject
from crystald.crystal.deck.lint.table import Rule
from crystald.crystal.deck.structure.cif import cif_of_deck
from crystald.crystal.deck.text import values
from crystald.crystal.deck.text.reader import read_d12
from crystald.errors import DeckError

CONTINUED = (
    ("salt", "17 .5 .5 .5", "17 .5 .5\n.5"),
    ("salt", "0 0 0\n", "0 0\n0\n"),
    ("salt", "11 0. 0. 0.", "11\n0.\n0. 0."),
    ("salt", "8 16", "8\n16"),
    ("explicit", "0 1 2 6. 1.", "0 1 2 6.\n1."),
    ("explicit", "10. 2 1 0 0 0 0", "10. 2 1\n0 0 0 0"),
    ("explicit", "\n8 2\n", "\n8\n2\n"),
    ("slab", "0 24\n12 12 1", "0\n24\n12 12\n1"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "line", "lines"), CONTINUED)
def test_a_record_goes_on_in_the_next_line(name: str, line: str, lines: str) -> None:
    assert line in GOOD[name]
    text = GOOD[name].replace(line, lines, 1)
    assert lint(text, "d12") == ()
    assert said(text) == said(GOOD[name])


def said(text: str) -> tuple[object, ...]:
    """What a deck says of its geometry, its shells and its mesh, wherever the lines end."""
    deck = read_d12(text)
    system = values.system_input(deck)
    return (
        (system.flags, system.group, system.shift, system.cell),
        tuple((atom.number, atom.position) for atom in system.atoms),
        tuple(
            (one.number, one.effective_charge, one.potential, tuple(map(shell, one.shells)))
            for one in values.basis_elements(deck)
        ),
        values.shrink_of(deck.scf.get("SHRINK")),
    )


def shell(one: values.ShellInput) -> tuple[float, ...]:
    return (one.kind, one.angular, one.primitives, one.charge, one.scale)


def broken(text: str, chance: random.Random) -> str:
    """Break some lines of a deck that a list-directed read takes: flags, atoms, shells, mesh."""
    deck = read_d12(text)
    system, shrink = values.system_input(deck), deck.scf.get("SHRINK")
    lines = [atom.record.number for atom in system.atoms]
    lines += [one.record.number for e in values.basis_elements(deck) for one in e.shells]
    lines += [record.number for record in shrink.records] if shrink is not None else []
    rows = text.splitlines(keepends=True)
    for number in chance.sample(lines, min(len(lines), 5)):
        rows[number - 1] = re.sub(r"^(\s*\S+)[ \t]+(?=[-+.\d])", r"\1\n", rows[number - 1])
    return "".join(rows)


def test_real_decks_say_the_same_with_their_records_broken() -> None:
    chance, told = random.Random(4), 0
    for real in peoplesdecks.repeated()[::5]:
        text = broken(real.text, chance)
        if text != real.text and " numbers" not in read_d12(text).sections[0].entries[0].missing:
            assert said(text) == said(real.text), real.name
            told += 1
    assert told or not peoplesdecks.repeated()


WORDS = ("0", "-1", "1e9", "0.0", "999", "", "END", "BASISSET", "SHRINK", "SUPERCEL", "99 0", "nan", "180", "1/2", "é", "3.d0", "225", "inf", "SLAB")  # fmt: skip


def mutated(text: str, chance: random.Random) -> str:
    """Spoil some lines: one lost, doubled or broken, one word replaced."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 4)):
        at, way = chance.randrange(len(lines)), chance.random()
        words = lines[at].split() or [""]
        if way < 0.2:
            lines[at : at + 1] = []
        elif way < 0.3:
            lines.insert(at, chance.choice(lines))
        elif way < 0.4:
            lines[at : at + 1] = [words[0], " ".join(words[1:])]
        else:
            words[chance.randrange(len(words))] = chance.choice(WORDS)
            lines[at] = " ".join(words)
        lines = lines or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(4))
def test_no_rule_fails_on_spoiled_decks(seed: int) -> None:
    chance = random.Random(seed)
    good = [text for name, text in GOOD.items() if name not in ("bands", "densities")]
    real = [deck.text for deck in peoplesdecks.repeated() if len(deck.text) < 3000]
    for _ in range(60):
        text = mutated(chance.choice((*good, *real)), chance)
        failed = [one.reason for one in lint(text, "d12") if " failed on this deck" in one.reason]
        assert not failed, text
        with contextlib.suppress(DeckError):
            cif_of_deck(read_d12(text))


CELLS = (
    ("225\n5.64", "225\n0", "line 5: a cell parameter is not positive"),
    ("225\n5.64", "225\n-5.64", "line 5: a cell parameter is not positive"),
    ("225\n5.64", "1\n5 5 0 90 90 90", "line 5: a cell parameter is not positive"),
    ("225\n5.64", "62\n5.825 3.4675 0", "line 5: a cell parameter is not positive"),
    ("225\n5.64", "2\n5 5 5 90 90 180", "line 5: (the cell has no volume|no cell has)"),
    ("225\n5.64", "225\n1e9", "line 5: no cell is so long"),
)  # fmt: skip


@pytest.mark.parametrize(("cell", "other", "message"), CELLS)
def test_a_cell_without_volume_is_an_error(cell: str, other: str, message: str) -> None:
    text = SALT.replace(cell, other)
    with pytest.raises(DeckError, match=message):
        cif_of_deck(read_d12(text))
    assert "error" in {one.severity for one in lint(text, "d12") if one.line == 5}


@pytest.mark.parametrize("matrix", ["0 0 0\n0 0 0\n0 0 0\n", "90 0 0\n0 90 0\n0 0 90\n"])
def test_a_wrong_edit_hides_nothing_of_the_basis_set_and_the_mesh(matrix: str) -> None:
    text = SALT.replace("OPTGEOM\n", f"SUPERCEL\n{matrix}OPTGEOM\n")
    text = text.replace("ENDOPT\nBASISSET\nPOB-TZVP-REV2\n", "ENDOPT\nEND\n99 0\nEND\n")
    rules = [one.rule for one in lint(text.replace("SHRINK\n8 16\n", ""), "d12")]
    assert sorted(rules[1:]) == ["basis-elements", "basis-elements", "shrink-lacking"]
    assert rules[0] in ("impossible-edit", "large-cell")


def test_elements_are_looked_for_where_only_the_program_knows_the_cell() -> None:
    text = SALT.replace("OPTGEOM\n", "REDEFINE\n1 0 0\nOPTGEOM\n").replace("11 0.", "88 0.")
    assert [one.rule for one in lint(text, "d12")] == ["basis-coverage"]


def test_more_atoms_than_are_looked_at_are_told_and_not_built() -> None:
    atoms = "11 0. 0. 0.\n" * 10_001
    text = SALT.replace("2\n11 0. 0. 0.\n17 .5 .5 .5\n", f"10001\n{atoms}")
    found = [(one.rule, one.line) for one in lint(text, "d12")]
    assert found == [("large-cell", 2)]
    with pytest.raises(DeckError, match="line 2: 10001 atoms are too many"):
        cif_of_deck(read_d12(text))


def test_a_rule_that_fails_is_an_error_and_the_others_are_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(_subject: Subject) -> None:
        raise ZeroDivisionError("nothing to divide by")

    monkeypatch.setitem(linter.RULES, "basis-charges", Rule(Severity.WARNING, failing))
    found = lint(EXPLICIT.replace("TOLDEE", "toldee"), "d12")
    assert [(one.rule, one.severity) for one in found] == [
        ("basis-charges", "error"),
        ("keyword-in-small-letters", "warning"),
    ]
    assert found[0].reason == (
        "the rule basis-charges failed on this deck: ZeroDivisionError: nothing to divide by"
    )
