"""Decks of people: every record is understood, and belongs to its keyword."""

from __future__ import annotations

import peoplesdecks
import pytest
from textdecks import EXPLICIT, OPTIMISATION, PLOTS, leftovers

from crystald.crystal.deck.text import values
from crystald.crystal.deck.text.reader import read_d3, read_d12, read_deck

SECOND_TITLE = ("mgo_from_blocks.d12", "mgo_inputtest.d12")
"""Made by a tool and never run: a second title where CRYSTAL belongs."""


EMPTY_LINE = ("cubic-rocksalt_2x1_opt.d12",)


@pytest.mark.parametrize("real", peoplesdecks.every(peoplesdecks.files(), peoplesdecks.repeated()))
def test_every_record_of_a_real_deck_is_understood(real: peoplesdecks.RealDeck) -> None:
    found = leftovers(real.read())
    if real.name.endswith(SECOND_TITLE):
        assert found == [(2, "unknown")]
    elif real.name.endswith(EMPTY_LINE):
        assert found == [(116, "blank")]
    else:
        assert found == []


@pytest.mark.parametrize(
    ("text", "suffix"), [(OPTIMISATION, "d12"), (EXPLICIT, "d12"), (PLOTS, "d3")]
)
def test_decks_of_our_own_are_understood_wholly(text: str, suffix: str) -> None:
    deck = read_deck(text, suffix)
    assert deck.print() == text
    assert leftovers(deck) == []
    assert deck.trailing == ()
    assert deck.sections[-1].end is not None


def test_lines_after_the_last_end_are_kept_apart() -> None:
    deck = read_d12(OPTIMISATION + "left over\n8 8\n")
    assert [record.text for record in deck.trailing] == ["left over", "8 8"]


def test_keywords_are_found_in_small_letters_too() -> None:
    deck = read_d12(OPTIMISATION.replace("TOLDEE", "toldee").replace("OPTGEOM", "optgeom"))
    assert values.number_at(deck, "scf/TOLDEE") == 7
    assert deck.find("geometry/OPTGEOM/TOLDEG") is not None


def test_eight_letters_of_a_keyword_count() -> None:
    deck = read_d12("t\nEXTERNAL\nSCELPHON\n2 0\n0 2\nFREQCALC\nDISPERSI\nENDFREQ\nEND\n")
    assert deck.find("geometry/SCELPHONO") is not None
    assert deck.find("geometry/FREQCALC/DISPERSION") is not None


def test_a_slab_that_was_cut_has_cells_of_two_vectors() -> None:
    deck = read_d12(
        "t\nCRYSTAL\n0 0 0\n229\n2.77\n1\n26 0 0 0\nSLABCUT\n1 1 0\n1 5\nSUPERCEL\n4 0\n0 2\nEND\n"
    )
    assert deck.geometry.get("SUPERCEL").numbers == (4, 0, 0, 2)
    assert leftovers(deck) == []


@pytest.mark.parametrize("system", ["CRYSTAL\n0 0 0\n221\n4\n1\n12 0 0 0\n", "EXTERNAL\n"])
def test_a_matrix_may_stand_on_one_line(system: str) -> None:
    text = f"t\n{system}SUPERCEL\n2 0 0 0 1 0 0 0 1\nOPTGEOM\nENDOPT\nEND\n"
    deck = read_d12(text)
    assert deck.geometry.get("SUPERCEL").numbers == (2, 0, 0, 0, 1, 0, 0, 0, 1)
    assert [entry.keyword for entry in deck.geometry.entries][1:] == ["SUPERCEL", "OPTGEOM"]
    assert deck.print() == text


def test_a_block_without_its_end_stops_at_a_word_of_the_place_around() -> None:
    deck = read_d12(OPTIMISATION.replace("ENDOPT\n", ""))
    assert deck.find("geometry/OPTGEOM").end is None
    assert values.basis_name(deck) == "pob-tzvp-rev2"


def test_a_doubled_block_is_two_blocks() -> None:
    deck = read_d12(OPTIMISATION.replace("OPTGEOM\n", "OPTGEOM\nOPTGEOM\n"))
    assert [block.end is None for block in deck.geometry.all("OPTGEOM")] == [True, False]


def test_records_that_lack_are_told_and_the_rest_is_read() -> None:
    deck = read_d12(OPTIMISATION.replace("7      # enough\n", ""))
    assert deck.find("scf/TOLDEE").missing == "1 number"
    assert deck.find("scf/SPINLOCK").numbers == (0, -5)


FURTHER = {
    "a cluster with two radii and an atom at its border": (
        "CLUSTER\n0. 0. 0. 6 2.5\n0 2\n8 0.7\n14 1.1\n1\n4 1 1 0.97\n",
        "geometry/CLUSTER",
        6,
    ),
    "a cluster as it comes": ("CLUSTER\n0.0 0.0 0.0 6 2.5\n0 0\n0\n", "geometry/CLUSTER", 3),
    "two molecules of a crystal": (
        "MOLECULE\n2\n1 0 0 0\n7 0 1 0\n",
        "geometry/MOLECULE",
        3,
    ),
}


@pytest.mark.parametrize("name", FURTHER)
def test_an_edit_takes_its_records_and_no_more(name: str) -> None:
    lines, path, records = FURTHER[name]
    deck = read_d12(f"t\nCRYSTAL\n0 0 0\n113\n5.6 4.7\n1\n6 0. .5 .3\n{lines}STRUCPRT\nSTOP\n")
    entry = deck.find(path)
    assert entry is not None
    assert (len(entry.records), entry.missing) == (records, "")
    assert [one.keyword for one in deck.geometry.entries[2:]] == ["STRUCPRT", "STOP"]


PROFILES = """\
POLI
4 0 4
PROF
 2 0 1 0
 118 3
CP
 2  50. 50.  1
 1 0 0   1 1 0
 1.
DIFF
BR
12. .4
CONV
.4
END
LOCALI
VALENCE
END
ORBITALS
states
1
0
END
PPAN
END
"""


def test_profiles_and_orbitals_are_blocks_of_a_properties_deck() -> None:
    deck = read_d3(PROFILES)
    assert [(one.keyword, one.missing) for one in deck.properties.entries] == [
        (word, "") for word in ("POLI", "PROF", "LOCALI", "ORBITALS", "PPAN")
    ]
    assert deck.properties.end is not None
    assert deck.trailing == ()
    profiles = deck.find("properties/PROF")
    assert profiles is not None
    assert [one.keyword for one in profiles.entries] == ["CP", "DIFF", "BR", "CONV"]
    directions = deck.find("properties/PROF/CP")
    assert directions is not None
    assert directions.numbers == (2, 50, 50, 1, 1, 0, 0, 1, 1, 0, 1)


@pytest.mark.parametrize("pairs", ["-1 1\n", ""])
def test_printing_options_of_densities_may_follow_the_projections(pairs: str) -> None:
    """Both forms stood in decks of people; NPR is the seventh number, what follows is not read."""
    text = f"NEWK\n8 8\n1 0\nDOSS\n1 300 11 14 1 12 1 0 1 105\n-1 2\n{pairs}PPAN\nEND\n"
    deck = read_d3(text)
    assert [(one.keyword, one.missing) for one in deck.properties.entries] == [
        ("NEWK", ""),
        ("DOSS", ""),
        ("PPAN", ""),
    ]
