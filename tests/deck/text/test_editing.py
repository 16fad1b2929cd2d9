"""One thing is changed at a time, and every other line stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textdecks import EXPLICIT, OPTIMISATION

from crystald.crystal.deck.text import edit, values
from crystald.crystal.deck.text.reader import read_d12
from crystald.errors import DeckError


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    old, new = before.splitlines(), after.splitlines()
    assert len(old) == len(new)
    return [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]


def test_one_number_is_changed_and_its_comment_stays() -> None:
    deck = edit.with_value(read_d12(OPTIMISATION), "scf/TOLDEE", "9")
    assert changed_lines(OPTIMISATION, deck.print()) == [("7      # enough", "9      # enough")]


def test_records_are_replaced_whole_where_they_are_several() -> None:
    deck = edit.with_value(read_d12(OPTIMISATION), "scf/SHRINK", "6 12")
    assert deck.print() == OPTIMISATION.replace("0 16\n8 8 8\n", "6 12\n")


def test_a_keyword_that_is_not_there_is_put_in_last() -> None:
    deck = edit.with_value(read_d12(OPTIMISATION), "scf/GUESSP")
    assert deck.print() == OPTIMISATION.removesuffix("END\n") + "GUESSP\nEND\n"
    inner = edit.with_value(read_d12(OPTIMISATION), "geometry/OPTGEOM/MAXCYCLE", "200")
    assert inner.print() == OPTIMISATION.replace("ENDOPT", "MAXCYCLE\n200\nENDOPT")


def test_a_geometry_that_ends_in_basisset_takes_more_before_it() -> None:
    deck = edit.inserted(read_d12(OPTIMISATION), "geometry", ["EXTPRT"])
    assert deck.print() == OPTIMISATION.replace("BASISSET", "EXTPRT\nBASISSET")


def test_a_block_is_taken_out_and_nothing_else() -> None:
    deck = edit.without(read_d12(OPTIMISATION), "geometry/OPTGEOM")
    assert deck.print() == OPTIMISATION.replace("OPTGEOM\nFULLOPTG\nTOLDEG\n0.0003\nENDOPT\n", "")
    assert edit.without(deck, "geometry/OPTGEOM").print() == deck.print()


def test_edits_that_were_applied_are_taken_out() -> None:
    deck = edit.without_edits(read_d12(OPTIMISATION))
    assert "SUPERCEL" not in deck.print()
    assert "ATOMREMO" not in deck.print()
    assert deck.print().count("\n") == OPTIMISATION.count("\n") - 8


def test_a_geometry_is_replaced_and_the_rest_stays() -> None:
    deck = edit.with_system(read_d12(EXPLICIT), ["EXTERNAL"])
    assert deck.print() == "strontium titanate\nEXTERNAL\n" + EXPLICIT[EXPLICIT.index("END\n") :]


def test_a_block_takes_the_place_of_the_one_before() -> None:
    deck = edit.with_block(read_d12(OPTIMISATION), "geometry", ["OPTGEOM", "CELLONLY", "ENDOPT"])
    assert len(deck.geometry.all("OPTGEOM")) == 1
    assert deck.find("geometry/OPTGEOM/CELLONLY") is not None


def test_windows_line_endings_are_given_to_new_lines() -> None:
    text = OPTIMISATION.replace("\n", "\r\n")
    assert (
        edit.with_value(read_d12(text), "scf/GUESSP").print().count("\r\n") == text.count("\n") + 1
    )


def test_something_put_behind_a_last_line_without_newline_stands_on_its_own() -> None:
    text = EXPLICIT.removesuffix("END\n").rstrip("\n")
    assert edit.with_value(read_d12(text), "scf/GUESSP").print() == f"{text}\nGUESSP\n"


def test_a_place_that_is_not_there_is_told() -> None:
    with pytest.raises(DeckError, match="no geometry/FREQCALC"):
        edit.with_value(read_d12(OPTIMISATION), "geometry/FREQCALC/NUMDERIV", "2")


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    st.sampled_from(["TOLDEE", "MAXCYCLE", "FMIXING", "GUESSP", "SMEAR", "PPAN"]),
    st.integers(1, 99).map(str),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_value_that_was_set_is_read_and_all_other_lines_stay(
    word: str, value: str, small: bool, ending: str
) -> None:
    text = (OPTIMISATION.replace("TOLDEE", "toldee") if small else OPTIMISATION).replace(
        "\n", ending
    )
    records = () if word in ("GUESSP", "PPAN") else (value,)
    deck = edit.with_value(read_d12(text), f"scf/{word}", *records)
    assert deck.find(f"scf/{word}") is not None
    assert values.numbers_at(deck, f"scf/{word}") == tuple(map(float, records))
    old, new = text.split(ending), deck.print().split(ending)
    kept = [line for line in old if line in new]
    assert len(old) - len(kept) <= 1
    assert 0 <= len(new) - len(old) <= 2
    assert edit.with_value(deck, f"scf/{word}", *records).print() == deck.print()
