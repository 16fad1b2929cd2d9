"""Decks of people: every byte kept, every record understood, one thing changed at a time."""

from __future__ import annotations

import peoplesdecks
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lintdecks import PEROVSKITE, POTENTIAL

from crystald.crystal.deck.text import edit, values
from crystald.crystal.deck.text.geometry_words import EDITS, GEOMETRY
from crystald.crystal.deck.text.grammar import BASIS, PROPERTIES, SCF, Grammar
from crystald.crystal.deck.text.grammar import GEOMETRY as GEOMETRY_GRAMMAR
from crystald.crystal.deck.text.reader import read_d3, read_d12, read_deck
from crystald.crystal.deck.text.settings import frequencies_of, optimisation_of, scf_of
from crystald.crystal.deck.text.tree import DeckText, Kind
from crystald.errors import DeckError

OPTIMISATION = """\
rock salt, by hand
CRYSTAL
0 0 0
225   # face centred
5.64
2
11 0. 0. 0.   Biso 1.0 Na
17\t.5 .5 .5
SUPERCEL
2 0 0
0 2 0
0 0 2
ATOMREMO
3
1 2
3
OPTGEOM
FULLOPTG
TOLDEG
0.0003
ENDOPT
BASISSET
pob-tzvp-rev2
GHOSTS
1
4
DFT
SPIN
PBE-D3
XLGRID
ENDDFT
SHRINK
0 16
8 8 8
TOLINTEG
7 7 7 7 14
TOLDEE
7      # enough
SPINLOCK
0 -5
END
"""

EXPLICIT = f"""\
{PEROVSKITE}END
238 2
{POTENTIAL}0 0 1 2. 1.
 1.5 1.0
0 2 1 6. 1.
 3.0 1.0
22 1
1 0 3 2. 0.
8 1
0 1 2 8. 1.
 49.4 -0.1 0.2
 10.4 -0.2 0.3
99   0
CHARGED
END
UHF
SHRINK
8 8
END
"""

PLOTS = """\
NEWK
12 24
1 0
BAND
path of rock salt
2 4 200 1 26 1 0
0 0 0  2 0 2  G-X
2 0 2  2 2 2
DOSS
2 300 -1 -1 2 12 0
-0.7 +0.8
-1 1
3 5 6
7
ECH3
100
SCALE
3
BOLTZTRA
TRANGE
300 700 200
END
END
"""


def leftovers(deck: DeckText) -> list[tuple[int, str]]:
    """What was not understood, or is not complete."""
    return [
        (entry.head.number, entry.missing or entry.kind.value)
        for _, entry in deck.walk()
        if entry.missing
        or entry.kind in (Kind.UNKNOWN, Kind.BLANK)
        or (entry.kind is Kind.BLOCK and entry.end is None)
    ]


@pytest.mark.parametrize("real", peoplesdecks.every(peoplesdecks.files(), peoplesdecks.repeated()))
def test_a_real_deck_is_printed_to_the_same_bytes(real: peoplesdecks.RealDeck) -> None:
    assert real.read().print() == real.text


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


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n  \n"])
def test_line_endings_and_missing_last_newlines_are_kept(ending: str, last: str) -> None:
    text = (OPTIMISATION.rstrip("\n") + last).replace("\n", ending)
    assert read_d12(text).print() == text
    assert leftovers(read_d12(text)) == []


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


def test_the_geometry_is_read_with_its_comments() -> None:
    found = values.system_input(read_d12(OPTIMISATION))
    assert (found.system, found.dimension, found.group, found.cell) == (
        "CRYSTAL",
        3,
        "225",
        (5.64,),
    )
    assert [(a.number, a.position) for a in found.atoms] == [
        (11, (0.0, 0.0, 0.0)),
        (17, (0.5, 0.5, 0.5)),
    ]


@pytest.mark.parametrize("lines", ["227\n6 6 6\n", "6 6 6\n227\n"])
def test_a_shift_of_the_origin_is_read_before_or_after_the_group(lines: str) -> None:
    found = values.system_input(read_d12(f"t\nCRYSTAL\n0 0 2\n{lines}5.43\n1\n14 0 0 0\nEND\n"))
    assert (found.group, found.shift, found.cell) == ("227", (6.0, 6.0, 6.0), (5.43,))


def test_a_group_given_by_its_symbol_is_read() -> None:
    found = values.system_input(
        read_d12("t\nCRYSTAL\n1 0 0\nF D 3 M # symbol\n5.43\n1\n14 .125 .125 .125\nEND\n")
    )
    assert (found.group, found.flags) == ("F D 3 M", (1, 0, 0))


def test_a_geometry_cut_short_is_told_with_its_line() -> None:
    with pytest.raises(DeckError, match="line 9: 4 numbers of CRYSTAL"):
        values.system_input(
            read_d12("t\nCRYSTAL\n0 0 0\n225\n5.64\n3\n11 0 0 0\n17 .5 .5 .5\nEND\n")
        )


def test_an_explicit_basis_is_read_with_its_potential() -> None:
    strontium, titanium, oxygen = values.basis_elements(read_d12(EXPLICIT))
    assert (strontium.number, strontium.effective_charge, strontium.potential) == (238, 10, "INPUT")
    assert [shell.charge for shell in strontium.shells] == [2, 6]
    assert (titanium.shells[0].kind, oxygen.shells[0].primitives) == (1, 2)
    assert values.basis_name(read_d12(EXPLICIT)) is None


def test_the_hamiltonian_is_read() -> None:
    found = values.hamiltonian_of(read_d12(OPTIMISATION))
    assert (found.theory, found.functional, found.grid) == ("DFT", "PBE-D3", "XLGRID")
    assert found.spin
    assert found.dispersion
    assert values.hamiltonian_of(read_d12(EXPLICIT)).theory == "UHF"


def test_a_functional_put_together_is_read() -> None:
    text = OPTIMISATION.replace("PBE-D3\n", "EXCHANGE\nPBE\nCORRELAT\nPBE\nHYBRID\n25.\n")
    found = values.hamiltonian_of(read_d12(text))
    assert (found.exchange, found.correlation, found.hybrid_percent) == ("PBE", "PBE", 25)
    assert found.functional is None


def test_the_mesh_is_read_in_both_forms() -> None:
    three = values.shrink_of(read_d12(OPTIMISATION).find("scf/SHRINK"))
    one = values.shrink_of(read_d12(EXPLICIT).find("scf/SHRINK"))
    assert (three.factors, three.gilat, three.anisotropic) == ((8, 8, 8), 16, True)
    assert (one.factors, one.gilat, one.anisotropic) == ((8, 8, 8), 8, False)


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


def test_edits_are_words_of_the_geometry() -> None:
    assert GEOMETRY.keys() >= EDITS


def tables(grammar: Grammar) -> list[Grammar]:
    return [grammar, *(g for block in grammar.blocks.values() for g in tables(block.inner))]


@pytest.mark.parametrize("grammar", [GEOMETRY_GRAMMAR, BASIS, SCF, PROPERTIES])
def test_no_two_words_of_a_place_share_their_eight_letters(grammar: Grammar) -> None:
    for one in tables(grammar):
        for word in (*one.words, *one.blocks):
            assert one.find(word) == word
            assert one.find(word[:8]) in (word, word[:8]) or "-" in word


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


def test_blocks_are_read_as_values() -> None:
    deck = read_d12(OPTIMISATION.replace("TOLDEG", "FRAGMENT\n2\n1 3\nMAXCYCLE\n50\nTOLDEG"))
    found = optimisation_of(deck)
    assert (found.kind, found.maxcycle, found.toldeg) == ("FULLOPTG", 50, 0.0003)
    assert (found.toldex, found.restart, found.fragment) == (None, False, (1, 3))
    assert frequencies_of(deck) is None
    scf = scf_of(deck)
    assert (scf.tolinteg, scf.toldee, scf.spinlock) == ((7, 7, 7, 7, 14), 7, (0, -5))
    assert (scf.shrink.factors, scf.smear_ha, scf.scheme, scf.guessp) == (
        (8, 8, 8),
        None,
        None,
        False,
    )


def test_frequencies_are_read_as_values() -> None:
    words = "NUMDERIV\n2\nSTEPSIZE\n.005\nINTENS\nINTRAMAN\nINTCPHF\nENDCPHF\nDISPERSI\nRESTART\n"
    deck = read_d12(f"t\nEXTERNAL\nFREQCALC\n{words}END\nEND\n")
    found = frequencies_of(deck)
    assert (found.numderiv, found.stepsize_ang, found.intensities) == (2, 0.005, True)
    assert (found.method, found.raman, found.dispersion, found.restart) == (
        "INTCPHF",
        True,
        True,
        True,
    )
    assert optimisation_of(deck) is None


def test_spins_of_atoms_are_read_in_pairs() -> None:
    deck = read_d12(
        "t\nEXTERNAL\nBASISSET\nX\nUHF\nATOMSPIN\n2\n1 1 # up\n2 -1\nBROYDEN\n1 50 2\nEND\n"
    )
    assert scf_of(deck).atomspin == ((1, 1), (2, -1))
    assert scf_of(deck).scheme == "BROYDEN"


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


SPIN_ORBIT = """\
lead
CRYSTAL
0 0 0
225
4.95
1
282 0. 0. 0.
END
282 2
INPSOC
INTERNAL 1.0
4. 0 2 1 0 0 0
 1.5 20.0 0.0 0
 1.2 10.0 0.0 0
 0.9  5.0 1.5 0
0 0 1 2. 1.
 0.5 1.0
0 2 1 2. 1.
 0.4 1.0
99 0
END
DFT
PBE0
ENDDFT
SHRINK
12 12
TWOCOMPON
GUESSPATNC
1
1 90.0 90.0 1.0
SOC
ENDTWO
FMIXING
50
END
"""


def test_a_potential_with_its_spin_orbit_part_is_read() -> None:
    deck = read_d12(SPIN_ORBIT)
    assert deck.print() == SPIN_ORBIT
    assert leftovers(deck) == []
    (lead,) = values.basis_elements(deck)
    assert (lead.potential, lead.effective_charge) == ("INPSOC", 4)
    assert [shell.angular for shell in lead.shells] == [0, 2]
    guess = deck.find("scf/TWOCOMPON/GUESSPATNC")
    assert guess is not None
    assert guess.numbers == (1, 1, 90, 90, 1)
    assert deck.find("scf/TWOCOMPON/SOC") is not None


@pytest.mark.parametrize(
    ("group", "cell", "parameters"),
    [
        ("62", "5.1 6.2\n7.3", (5.1, 6.2, 7.3)),
        ("62", "5\n6\n7", (5, 6, 7)),
        ("14", "5.1 6.2 7.3\n 98.5  beta", (5.1, 6.2, 7.3, 98.5)),
        ("2", "5.1 6.2 7.3\n80 85\n95", (5.1, 6.2, 7.3, 80, 85, 95)),
        ("225", "4.2", (4.2,)),
        ("225", "4.2 a comment with 4.2 4.2", (4.2,)),
    ],
)
def test_a_cell_may_stand_on_several_lines(group, cell, parameters) -> None:
    text = f"t\nCRYSTAL\n0 0 0\n{group}\n{cell}\n2\n12 0 0 0\n8 .5 .5 .5\nSUPERCEL\n2 0 0\n0 2 0\n0 0 2\nEND\n"
    deck = read_d12(text)
    system = values.system_input(deck)
    assert (system.cell, system.cell_line) == (parameters, 5)
    assert [atom.number for atom in system.atoms] == [12, 8]
    assert [entry.keyword for entry in deck.geometry.entries] == ["CRYSTAL", "SUPERCEL"]
    assert deck.print() == text


@pytest.mark.parametrize("cell", ["4.2\n2\n12 0 0\n0\n8 .5 .5\n.5", "4.2\n1\n12 0 0\n0"])
def test_atoms_on_several_lines_are_no_cell(cell) -> None:
    system = values.system_input(read_d12(f"t\nCRYSTAL\n0 0 0\n225\n{cell}\nEND\n"))
    assert system.cell == (4.2,)
    assert system.atoms[0].number == 12
