"""Printing a deck that was read gives the same bytes."""

from __future__ import annotations

import peoplesdecks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textdecks import EXPLICIT, OPTIMISATION, PLOTS, leftovers

from crystald.crystal.deck.text.reader import read_d3, read_d12


@pytest.mark.parametrize("real", peoplesdecks.every(peoplesdecks.files(), peoplesdecks.repeated()))
def test_a_real_deck_is_printed_to_the_same_bytes(real: peoplesdecks.RealDeck) -> None:
    assert real.read().print() == real.text


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n  \n"])
def test_line_endings_and_missing_last_newlines_are_kept(ending: str, last: str) -> None:
    text = (OPTIMISATION.rstrip("\n") + last).replace("\n", ending)
    assert read_d12(text).print() == text
    assert leftovers(read_d12(text)) == []


pieces = st.sampled_from(
    (OPTIMISATION + EXPLICIT + PLOTS).splitlines() + ["", "# remark", "end", "\t8\t8", "ÅÅ", "-"]
)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(pieces, max_size=40), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_lines_in_any_order_are_printed_to_the_same_bytes(
    lines: list[str], ending: str, last: bool
) -> None:
    text = ending.join(lines) + (ending if last else "")
    for read in (read_d12, read_d3):
        deck = read(text)
        assert deck.print() == text
        assert [record.number for record in deck.lines()] == list(
            range(1, len(list(deck.lines())) + 1)
        )


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_printed_to_the_same_bytes(text: str) -> None:
    assert read_d12(text).print() == text
    assert read_d3(text).print() == text
