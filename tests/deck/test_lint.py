"""The linter: silent on decks that ran well, and every way to spoil a deck is told by its rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lintdecks import DENSITIES, EXPLICIT, EXTERNAL, GOOD, SALT

from crystald.crystal.deck.lint.linter import lint, refuse_bad
from crystald.crystal.deck.lint.table import RULES
from crystald.errors import DeckError


def suffix_of(deck: str) -> str:
    return "d3" if deck in ("bands", "densities") else "d12"


@pytest.mark.parametrize("name", GOOD)
def test_it_is_silent_on_good_decks(name: str) -> None:
    assert lint(GOOD[name], suffix_of(name)) == ()


POTENTIAL = "INPUT\n10. 2 1 0 0 0 0\n 2.2 -1.1 0\n 5.6 -13.3 0\n 13.8 -43.2 0\n"
BLOCK = "\nDFT\nSPIN\n"

SPOILED: list[tuple[str, str, str, str, int]] = [
    # rule, deck, what is replaced, by what, line
    ("blank-line", "salt", "SPIN\n", "SPIN\n\n", 18),
    ("blank-line", "salt", "OPTGEOM\n", "\nOPTGEOM\n", 9),
    ("blank-among-numbers", "explicit", "8 2\n", "\n8 2\n", 32),
    ("blank-among-numbers", "explicit", " 49.4", "\n 49.4", 35),
    ("comment-line", "explicit", "8 2\n", "# External basis set from a library\n8 2\n", 32),
    ("comment-line", "salt", "SPIN\n", "# spin\nSPIN\n", 17),
    ("unknown-keyword", "salt", "TOLINTEG", "TOLINTG", 23),
    ("unknown-keyword", "salt", "0 5\n", "0 5\n3\n", 31),
    ("unverified-keyword", "salt", "END\n", "QWERTY\nEND\n", 31),
    ("missing-record", "salt", "0 5\n", "", 30),
    ("missing-record", "salt", "0 5\n", "2\n", 31),
    ("missing-record", "salt", "7 7 7 7 14", "7 7 7 7", 25),
    ("missing-record", "salt", "MAXCYCLE\n", "BROYDEN\nMAXCYCLE\n", 28),
    ("missing-record", "densities", "12 24\n1 0\n", "0 24\n", 3),
    ("missing-record", "densities", "NEWK\n", "ECH3\n100\nSCALE\nNEWK\n", 4),
    ("missing-record", "densities", "NEWK\n", "POTC\n1 1000\nNEWK\n", 3),
    ("missing-record", "slab", "12 12 1\n", "", 11),
    ("missing-end", "salt", "0 5\nEND\n", "0 5\n", 30),
    ("missing-end", "salt", "ENDDFT\n", "", 19),
    ("missing-end", "salt", "ENDOPT\n", "", 12),
    ("missing-end", "explicit", "ENDFREQ\nEND\n", "ENDFREQ\n", 12),
    ("missing-end", "explicit", "99 0\nEND\n", "99 0\n", 37),
    ("missing-end", "bands", "END\n", "", 5),
    ("ends-early", "explicit", "END\nSHRINK\n8 8\nTOLDEE\n10\nEND\n", "END\n", 38),
    ("ends-early", "molecule", "BASISSET\nSTO-3G\nTOLDEE\n8\nEND\n", "END\n", 7),
    ("after-the-end", "salt", "0 5\nEND\n", "0 5\nEND\nLDREMO\n4\n", 32),
    ("not-ascii", "bands", "G-X", "Γ-X", 4),
    ("title-not-ascii", "salt", "rock salt", "β-NaCl", 1),
    ("title-long", "salt", "rock salt", "rock salt " * 9, 1),
    ("no-title", "salt", "rock salt\n", "", 1),
    ("carriage-return", "salt", "rock salt\n", "rock salt\r\n", 1),
    ("keyword-indented", "salt", "\nSPIN", "\n SPIN", 17),
    ("unknown-keyword", "salt", "OPTGEOM\n", "OPTGEOM\nTIGHTOPT\n", 10),
    ("keyword-in-small-letters", "salt", "TOLDEE", "toldee", 25),
    ("second-line", "salt", "rock salt\n", "rock salt\nmade by a tool\n", 2),
    ("group", "salt", "225", "255", 4),
    ("group", "slab", "\n80\n", "\n191\n", 3),
    ("cell-parameters", "hexagonal", "3.2494 5.2038", "3.2494", 5),
    ("cell-misread", "hexagonal", "3.2494 5.2038", "3.2494 3.2494 5.2038 90 90 120", 5),
    ("cell-misread", "rhombohedral", "5.128 55.28", "5.128 5.128 5.128 55.28 55.28 55.28", 5),
    ("cell-misread", "hexagonal", "3.2494 5.2038", "3.2494 3.2494 5.2038", 5),
    ("cell-misread", "anatase", "3.7845 9.5143", "3.7845 3.7845 9.5143", 5),
    ("cell-surplus", "hexagonal", "3.2494 5.2038", "3.2494 5.2038 120", 5),
    ("cell-surplus", "salt", "\n5.64\n", "\n5.64 5.64 5.64\n", 5),
    ("cell-surplus", "salt", "\n5.64\n", "\n5.64 5.64 5.64 90 90 90\n", 5),
    ("cell-angle", "hexagonal", "3.2494 5.2038", "3.2494 120", 5),
    ("rhombohedral-angle", "rhombohedral", "5.128 55.28", "4.7588 4.7588 12.991", 5),
    ("cell-angle", "rhombohedral", "0 1 0\n167\n5.128 55.28\n2\n13 0.352 0.352 0.352\n8 0.556 0.944 0.250",
     "0 0 0\n167\n5.128 55.28\n2\n13 0. 0. 0.352\n8 0.306 0. 0.250", 5),
    ("rhombohedral-angle", "rhombohedral", "5.128 55.28", "4.7588 12.991", 5),
    ("possible-cell", "salt", "5.64", "-5.64", 5),
    ("possible-cell", "salt", "5.64", "2.4", 5),
    ("possible-cell", "salt", "5.64", "0", 5),
    ("possible-cell", "salt", "5.64", "564.", 5),
    ("possible-cell", "salt", "5.64", "56.4", 5),
    ("sites", "salt", "225\n5.64", "2\n5 5 5 90 90 200", 5),
    ("distances", "salt", "17 .5 .5 .5", "17 .05 .05 .05", 2),
    ("sites", "salt", "17 .5 .5 .5", "17 0. .5 .5", 8),
    ("repeated-sites", "salt", "2\n11 0. 0. 0.\n", "3\n11 0. 0. 0.\n11 .5 0. .5\n", 8),
    ("impossible-edit", "salt", "OPTGEOM\n", "SUPERCEL\n0 0 0\n0 0 0\n0 0 0\nOPTGEOM\n", 9),
    ("impossible-edit", "salt", "OPTGEOM\n", "SUPERCEL\n1 0 0\n0 1 0\n1 1 0\nOPTGEOM\n", 9),
    ("impossible-edit", "salt", "OPTGEOM\n", "ATOMREMO\n1\n3\nOPTGEOM\n", 9),
    ("large-cell", "salt", "OPTGEOM\n", "SUPERCEL\n90 0 0\n0 90 0\n0 0 90\nOPTGEOM\n", 9),
    ("atom-numbers", "molecule", "\n8 0.", "\n200 0.", 6),
    ("doubled-block", "salt", "OPTGEOM\n", "OPTGEOM\nOPTGEOM\n", 10),
    ("end-before-basisset", "salt", "ENDOPT\n", "ENDOPT\nEND\n", 14),
    ("ghosts-in-geometry", "salt", "OPTGEOM\n", "GHOSTS\n1\n1\nOPTGEOM\n", 9),
    ("preoptgeom", "salt", "OPTGEOM", "PREOPTGEOM", 9),
    ("basis-coverage", "salt", "11 0. 0. 0.", "88 0. 0. 0.", 15),
    ("basis-name", "salt", "POB-TZVP-REV2", "POB-QZVP-REV9", 15),
    ("basis-elements", "explicit", "\n8 .5 .5 0.", "\n108 .5 .5 0.", 14),
    ("basis-elements", "explicit", "238 0. 0. 0.", "38 0. 0. 0.", 14),
    ("basis-closed", "explicit", "99 0\n", "", 36),
    ("basis-cut-short", "explicit", "0 1 2 6. 1.\n 49.4 -0.1 0.2\n 10.4 -0.2 0.3\n", "", 34),
    ("basis-shells", "explicit", "1 3 3 2. 0.", "1 3 3 12. 0.", 31),
    ("basis-potential-number", "explicit", POTENTIAL, "", 14),
    ("basis-offset", "salt", "\n17 .5", "\n217 .5", 8),
    ("basis-charges", "explicit", "0 1 2 6. 1.", "0 1 2 4. 1.", 14),
    ("basis-lacking", "molecule", "BASISSET\nSTO-3G\n", "END\n", 8),
    ("composite-dispersion", "salt", f"POB-TZVP-REV2{BLOCK}PBE-D3", f"SOLDEF2MSVP{BLOCK}HSESOL3C-D3", 18),
    ("dispersion-parameters", "salt", "PBE-D3", "PBESOL-D3", 18),
    ("dispersion-parameters", "salt", "PBE-D3", "SCAN-D3", 18),
    ("composite-basis", "salt", "PBE-D3", "PBEH3C", 18),
    ("composite-basis", "molecule", "STO-3G\n", "STO-3G\nHF3C\nEND\n", 9),
    ("outside-dft", "salt", "DFT\n", "", 17),
    ("no-functional", "salt", "PBE-D3\n", "", 16),
    ("two-functionals", "salt", "PBE-D3", "PBE-D3\nB3LYP", 19),
    ("spin-words", "salt", "SPIN\nPBE", "PBE", 28),
    ("spin-lock-cycles", "salt", "0 5\n", "0 100\n", 29),
    ("odd-electrons", "molecule", "\n8 0.", "\n7 0.", 9),
    ("shrink-lacking", "slab", "SHRINK\n0 24\n12 12 1\n", "", 9),
    ("shrink-of-molecule", "molecule", "TOLDEE", "SHRINK\n2 2\nTOLDEE", 9),
    ("shrink-form", "salt", "8 16", "8 8 4", 22),
    ("shrink-form", "slab", "0 24\n12 12 1", "12 12 2", 10),
    ("shrink-third", "salt", "8 16", "8 8 8", 22),
    ("shrink-third", "slab", "0 24\n12 12 1", "12 12 1", 10),
    ("shrink-open-directions", "slab", "12 12 1", "12 12 12", 11),
    ("shrink-symmetry", "anatase", "4 4\n", "0 8\n4 4 2\n", 13),
    ("shrink-symmetry", "hexagonal", "4 4\n", "0 8\n6 4 4\n", 13),
    ("tolinteg", "salt", "7 7 7 7 14", "7 7 7 14 7", 24),
    ("tolinteg", "salt", "7 7 7 7 14", "7 7 7 7.5 14", 24),
    ("out-of-range", "salt", "\n100\n", "\n0\n", 28),
    ("levshift-under-diis", "salt", "MAXCYCLE", "LEVSHIFT\n5 1\nMAXCYCLE", 27),
    ("said-twice", "salt", "MAXCYCLE\n", "TOLDEE\n8\nMAXCYCLE\n", 27),
    ("exponent", "salt", "0.0003", "3E-04", 12),
    ("frequencies-toldee", "explicit", "\n10\nEND\n", "\n8\nEND\n", 10),
    ("frequencies-smeared", "explicit", "TOLDEE", "SMEAR\n0.01\nTOLDEE", 41),
    ("raman-without-cphf", "explicit", "NOINTENS", "INTENS\nINTRAMAN", 12),
    ("no-such-atom", "salt", "REV2\n", "REV2\nGHOSTS\n1\n3\n", 16),
    ("no-such-atom", "salt", "MAXCYCLE\n", "ATOMSPIN\n1\n9 1\nMAXCYCLE\n", 27),
    ("no-such-atom", "salt", "FULLOPTG\n", "FULLOPTG\nFRAGMENT\n2\n1 4\n", 11),
    ("unlike-spins", "spins", "ATOMSPIN\n2\n1 1\n2 1", "ATOMSPIN\n2\n1 1\n2 -1", 15),
    ("band-points", "bands", "0 0 0  4 0 4", "0. 0. 0.  0.5 0. 0.5", 4),
    ("band-points", "bands", "4 0 4  4 2 6", "0.5 0 0.5  0.5 0.25 0.75", 5),
    ("band-labels", "bands", "4 0 4  4 2 6", "X W", 5),
    ("band-window", "bands", "1 26 1 0", "26 1 1 0", 3),
    ("band-window", "bands", " 100 1", " 3 1", 3),
    ("projections", "densities", "2 300", "16 300", 5),
    ("doss-window", "densities", "-0.7 0.8", "0.8 -0.7", 6),
    ("newk-first", "densities", "NEWK\n12 24\n1 0\n", "", 1),
    ("newk-before-band", "bands", "BAND\n", "NEWK\n8 8\n1 0\nBAND\n", 4),
]  # fmt: skip

CHAIN = "\n".join(
    ["hydrogen", "CRYSTAL", "0 0 0", "221", "1.8", "1", "1 0 0 0", "BASISSET", "STO-3G", "SHRINK", "8 16",
     "END", ""]
)  # fmt: skip


def test_odd_electrons_without_spin_are_a_warning_unless_they_may_be_those_of_a_metal() -> None:
    metal = CHAIN
    magnetic = CHAIN.replace("1 0 0 0", "27 0 0 0").replace("1.8", "2.8")
    for deck, rule in ((metal, "odd-electrons-in-bands"), (magnetic, "odd-electrons")):
        assert [one.rule for one in lint(deck, "d12")] == [rule]
    assert RULES["odd-electrons"].severity == "warning"
    assert RULES["odd-electrons-in-bands"].severity == "info"


ALSO = {
    # what else must be said of a spoiled deck, and why
    "missing-end": {"basis-name"},
    "outside-dft": {"after-the-end", "unverified-keyword"},
    "second-line": set(),
    "projections": {"missing-record"},
    "intensities-of-metal": {"frequencies-smeared"},
}
"""Rules that may speak beside the one that is meant."""


@pytest.mark.parametrize(("rule", "deck", "old", "new", "line"), SPOILED)
def test_a_spoiled_deck_is_told_by_its_rule_alone(
    rule: str, deck: str, old: str, new: str, line: int
) -> None:
    assert old in GOOD[deck]
    found = lint(GOOD[deck].replace(old, new, 1), suffix_of(deck))
    assert {one.rule for one in found} - ALSO.get(rule, set()) == {rule}
    assert next(one.line for one in found if one.rule == rule) == line
    assert all(one.reason and one.cure for one in found)


def test_a_keyword_out_of_its_place_is_told_where_it_belongs() -> None:
    (found,) = lint(SALT.replace("TOLDEG", "NUMDERIV"), "d12")
    assert (found.rule, found.line) == ("unverified-keyword", 11)
    assert found.cure.startswith("It is known in geometry FREQCALC")
    (found,) = lint(SALT.replace("TOLDEE\n", "SUPERCEL\n"), "d12")
    assert found.cure == "It is known in geometry, scf FIXINDEX GEOM."


def test_a_list_is_read_as_far_as_its_count_goes() -> None:
    """One atom was meant to be read, and one is: the others on its line do no harm."""
    spins = SALT.replace("SPINLOCK", "ATOMSPIN\n1\n1 1 2 1 3 1 4 1\nSPINLOCK")
    assert lint(spins, "d12") == ()
    ghosts = SALT.replace("REV2\n", "REV2\nGHOSTS\n1 ghost of 9\n2 9\n")
    assert lint(ghosts, "d12") == ()


def test_nothing_is_said_of_what_stands_behind_stop() -> None:
    geometry = SALT.partition("OPTGEOM")[0]
    assert lint(geometry + "COORPRT\nSTOP\n\n", "d12") == ()
    assert lint(geometry + "COORPRT\nSTOP\nEND\n12 of nothing\n", "d12") == ()
    assert [one.line for one in lint(geometry + "\nSTOP\n", "d12")] == [9]


def test_a_path_of_whole_numbers_may_be_written_with_points() -> None:
    path = GOOD["bands"].replace("4 0 4  4 2 6", "4.0 0.0 4.0  4.0 2.0 6.0")
    assert path != GOOD["bands"]
    assert lint(path, "d3") == ()


def test_a_mesh_of_a_molecule_does_no_harm() -> None:
    (found,) = lint(GOOD["molecule"].replace("TOLDEE", "SHRINK\n2 2\nTOLDEE"), "d12")
    assert (found.rule, found.severity.value) == ("shrink-of-molecule", "warning")


def test_an_empty_deck_is_told_once() -> None:
    assert [one.rule for one in lint("\n \n", "d12")] == ["empty"]


def test_a_file_that_is_no_text_is_told_once() -> None:
    data = bytes(range(256)) * 20
    text = data.decode("utf-8", "surrogateescape")
    assert [one.rule for one in lint(text, "d12")] == ["not-text"]
    assert [one.rule for one in lint(text, "d3")] == ["not-text"]


def test_bytes_of_an_old_encoding_are_told_by_their_value() -> None:
    text = SALT.replace("5.64", "5.64 \udcc5")
    assert [(one.rule, one.reason) for one in lint(text, "d12")] == [
        ("not-ascii", "the byte 0xC5 is no ASCII letter")
    ]
    assert "not-ascii" in {one.rule for one in lint(SALT.replace("8 16", "8 16\0"), "d12")}


@pytest.mark.parametrize("word", ["nan", "inf", "-Infinity"])
def test_a_cell_that_is_no_number_is_told_so(word: str) -> None:
    found = lint(SALT.replace("5.64", word), "d12")
    assert (5, f"{word} is no number that the program reads") in {
        (one.line, one.reason) for one in found
    }


def test_intensities_of_a_smeared_system_are_told() -> None:
    text = EXPLICIT.replace("NOINTENS", "INTENS").replace("TOLDEE", "SMEAR\n0.01\nTOLDEE")
    assert "intensities-of-metal" in {one.rule for one in lint(text, "d12")}


@pytest.mark.parametrize(
    ("staged", "rules"),
    [
        ((), {"external-file", "guess-file", "restart-file"}),
        (("fort.34", "fort.20"), {"restart-file"}),
        (("fort.34", "fort.20", "OPTINFO.DAT"), set()),
    ],
)
def test_files_that_the_program_will_not_find_are_told(
    staged: tuple[str, ...], rules: set[str]
) -> None:
    assert {one.rule for one in lint(EXTERNAL, "d12", staged)} == rules


def test_a_properties_deck_needs_its_wavefunction() -> None:
    assert [one.rule for one in lint(DENSITIES, "d3", ())] == ["wavefunction"]
    assert lint(DENSITIES, "d3", ("fort.9",)) == ()
    assert lint("RDFMWF\nEND\n", "d3", ("fort.98",)) == ()


def test_every_rule_has_a_deck_that_it_speaks_of() -> None:
    by_files = {"external-file", "guess-file", "restart-file", "wavefunction"}
    told = (
        {rule for rule, *_ in SPOILED}
        | by_files
        | {"empty", "not-text", "intensities-of-metal"}
        | {"odd-electrons-in-bands", "file-not-beside"}
    )
    assert told == set(RULES)


def test_smalldist_and_testgeom_are_taken_at_their_word() -> None:
    near = SALT.replace("17 .5 .5 .5", "17 .05 .05 .05").replace("OPTGEOM", "SMALLDIST\nOPTGEOM")
    assert lint(near, "d12") == ()


def test_a_deck_with_errors_is_refused_with_its_line_and_cure() -> None:
    bad = SALT.replace("OPTGEOM\n", "OPTGEOM\nOPTGEOM\n")
    with pytest.raises(DeckError, match="the d12 of OPT, line 10: OPTGEOM stands") as caught:
        refuse_bad(bad, "d12", (), None, "the d12 of OPT")
    assert caught.value.hint == "Take one out."
    told = refuse_bad(SALT.replace("TOLDEE", "toldee"), "d12", (), None, "x")
    assert told == ("line 25: toldee is in small letters",)


def test_every_rule_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "lint.md").read_text()
    rows = re.findall(r"(?m)^\| `([\w-]+)` \| (\w+) \| ([\w, ]+) \|", text)
    told = [(name, rule.severity.value, ", ".join(rule.decks)) for name, rule in RULES.items()]
    assert rows == told


def test_electrons_that_are_doped_are_not_counted() -> None:
    odd = GOOD["molecule"].replace("\n8 0.", "\n7 0.")
    assert {one.rule for one in lint(odd, "d12")} == {"odd-electrons"}
    doped = odd.removesuffix("END\n") + "DOPING\n-1\nEND\n"
    assert "DOPING" in doped
    assert lint(doped, "d12") == ()


def test_a_dispersion_block_names_its_functional_by_either_word() -> None:
    for word in ("FUNC", "FUNCTIONAL"):
        block = f"DFTD3\nVERSION\n4\nABC\n{word}\nPBE\nEND\n"
        assert lint(SALT.replace("TOLINTEG\n", f"{block}TOLINTEG\n"), "d12") == ()
