"""The linter on decks of real runs: silent as they are, and told once they are spoiled."""

from __future__ import annotations

import re

import peoplesdecks
import pytest

from crystald.crystal.deck.lint.linter import errors_of, lint
from crystald.crystal.deck.lint.subject import Severity

NOT_RUN = (
    "mgo_from_blocks.d12",
    "mgo_inputtest.d12",
    "cubic-rocksalt_2x1_opt.d12",
    "doss_content.txt",
)
"""Decks of the data set that no output belongs to. That the program would not take them rests on what
other people's programs know of its rules, not on a run that was refused."""


@pytest.mark.parametrize("real", peoplesdecks.every(peoplesdecks.files(), peoplesdecks.repeated()))
def test_no_error_is_said_of_a_real_deck_that_ran(real: peoplesdecks.RealDeck) -> None:
    found = errors_of(lint(real.text, "d3" if real.d3 else "d12"))
    if real.name.endswith(NOT_RUN):
        assert {one.rule for one in found} <= {"second-line", "comment-line", "newk-first"}
        assert found
    else:
        assert found == ()


FREQUENCIES = "frequencies-toldee"
"""The one warning that is said of runs that ended well: their modes may be false all the same."""


@pytest.mark.parametrize("real", peoplesdecks.every(peoplesdecks.files(), peoplesdecks.repeated()))
def test_no_warning_is_said_of_a_deck_that_ran_well(real: peoplesdecks.RealDeck) -> None:
    found = [one for one in lint(real.text, "d3" if real.d3 else "d12") if one.rule != FREQUENCIES]
    if real.ended in ("", "ok") and not real.name.endswith(NOT_RUN):
        assert {one.severity for one in found} <= {Severity.INFO}
    assert len(found) <= 2 or real.name.endswith(NOT_RUN)


def before(text: str, keyword: str, lines: str) -> str | None:
    """Put lines before a keyword; None for a deck without it."""
    found = re.search(rf"(?m)^{keyword}\b", text)
    return text[: found.start()] + lines + text[found.start() :] if found else None


def without_last_end(text: str) -> str:
    body = text.rstrip()
    return body[: body.rindex("\n") + 1]


WAYS = {
    "blank line": ("blank-line", lambda text: before(text, "SHRINK", "\n")),
    "comment": ("comment-line", lambda text: before(text, "TOLINTEG", "# tolerances\n")),
    "doubled block": ("doubled-block", lambda text: before(text, "OPTGEOM", "OPTGEOM\n")),
    "doubled frequencies": ("doubled-block", lambda text: before(text, "FREQCALC", "FREQCALC\n")),
    "early END": ("end-before-basisset", lambda text: before(text, "BASISSET", "END\n")),
    "no last END": ("missing-end", without_last_end),
    "open basis": ("basis-closed", lambda text: re.sub(r"(?m)^ *99 +0.*\n", "", text, count=1)),
    "misspelt": ("unknown-keyword", lambda text: text.replace("\nSHRINK", "\nSHRNIK")),
    "spin without SPIN": ("spin-words", lambda text: before(text, "SHRINK", "SPINLOCK\n0 5\n")),
    "lost record": ("missing-record", lambda text: re.sub(r"(?m)^(FMIXING)\n.*\n", r"\1\n", text)),
    "two numbers": ("shrink-form", lambda text: re.sub(r"(?m)^SHRINK\n *([1-9]\d*).*", r"SHRINK\n\1 \1 997", text)),
    "order": ("tolinteg", lambda text: re.sub(r"(?m)^TOLINTEG\n.*", "TOLINTEG\n7 7 7 9 8", text)),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_real_deck_that_can_be_spoiled_so_is_told(way: str) -> None:
    rule, spoil = WAYS[way]
    decks = [deck for deck in peoplesdecks.repeated() if not deck.name.endswith(NOT_RUN)]
    if not decks:
        pytest.skip("no ../shared/data here")
    told = 0
    for deck in decks:
        spoiled = spoil(deck.text)
        spin = "SPIN" in deck.text or "UHF" in deck.text
        if spoiled is None or spoiled == deck.text or (rule == "spin-words" and spin):
            continue
        assert rule in {one.rule for one in lint(spoiled, "d12")}, deck.name
        told += 1
    assert told >= 3


SHORT = tuple(deck for deck in peoplesdecks.repeated() if deck.text.count("\n") < 70)[::4]


@pytest.mark.parametrize("real", peoplesdecks.every(SHORT))
def test_a_real_deck_cut_at_any_line_has_an_error(real: peoplesdecks.RealDeck) -> None:
    lines = real.text.splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if line.strip())
    for count in range(1, last + 1):
        found = lint("".join(lines[:count]), "d12")
        assert errors_of(found), f"{real.name}, {count} of {last + 1} lines"
