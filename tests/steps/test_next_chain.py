"""Nothing is lost from OPT to OPT2, SP and FREQ, whatever the settings and whoever wrote the deck."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crystald.crystal.deck.d12 import parse_d12
from crystald.crystal.deck.text.reader import read_d12
from crystald.errors import ConfigError, DeckError
from crystald.models import Structure
from crystald.steps.base import DeckRequest, Parent
from crystald.steps.files import HANDOVERS
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES

A = 4.31
CSCL = Structure(
    ((4.2, 0.0, 0.0), (0.0, 4.2, 0.0), (0.0, 0.0, 4.2)), (26, 8), ((0.0, 0.0, 0.0), (2.1,) * 3), 3
)
OUTPUT = f"""\
 EEEEEEEEEE STARTING  DATE 01 01 2026 TIME 10:00:00.0
 FeO

 FINAL OPTIMIZED GEOMETRY - DIMENSIONALITY OF THE SYSTEM      3
 PRIMITIVE CELL - CENTRING CODE 1/0 VOLUME=    80.062991 - DENSITY  3.541 g/cm^3
         A              B              C           ALPHA      BETA       GAMMA
     {A:.8f}     {A:.8f}     {A:.8f}    90.000000  90.000000  90.000000
 *******************************************************************************
 ATOMS IN THE ASYMMETRIC UNIT    2 - ATOMS IN THE UNIT CELL:    2
     ATOM                 X/A                 Y/B                 Z/C
 *******************************************************************************
      1 T  26 FE    0.000000000000E+00  0.000000000000E+00  0.000000000000E+00
      2 T   8 O     5.000000000000E-01  5.000000000000E-01  5.000000000000E-01
"""

levels = st.fixed_dictionaries(
    {},
    optional={
        "functional": st.sampled_from(["PBE", "B3LYP", "HSE06", "PBE0", "HF", "SCAN", "VBH"]),
        "dispersion": st.sampled_from(["D3", "none"]),
        "grid": st.sampled_from(["XLGRID", "XXLGRID", "DEFAULT"]),
        "spin": st.sampled_from(["auto", True, False]),
        "spinlock": st.sampled_from(["none", [4, 20]]),
        "atomspin": st.sampled_from(["none", [[1, 1]], [[1, -1], [2, 0]]]),
        "tolinteg": st.sampled_from(["auto", [8, 8, 8, 8, 16], [9, 9, 9, 11, 38]]),
        "toldee": st.integers(6, 11),
        "kmesh": st.sampled_from(["auto", [5, 5, 5]]),
        "conducting": st.sampled_from(["auto", True, False]),
        "smear_ha": st.sampled_from([0.0, 0.003]),
        "scf_maxcycle": st.integers(50, 300),
        "fmixing": st.integers(10, 90),
        "acceleration": st.sampled_from(["auto", "DIIS", "NODIIS", "ANDERSON", "BROYDEN"]),
        "scfdir": st.booleans(),
        "biposize": st.sampled_from(["none", 9_000_000]),
        "ppan": st.booleans(),
        "optimise": st.sampled_from(["FULLOPTG", "ATOMONLY", "CELLONLY", "CVOLOPT"]),
        "opt_maxcycle": st.integers(10, 300),
        "toldeg": st.sampled_from([3e-5, 2e-4]),
        "maxtradius": st.sampled_from(["auto", 0.25]),
        "finalrun": st.sampled_from(["auto", 3]),
    },
)


def first_deck(changes: dict[str, object]) -> str | None:
    """Make the deck of an OPT; None where its settings exclude each other."""
    kind = STEP_TYPES["OPT"]
    try:
        checked = kind.check_settings(
            {**(kind.starts_with or {}), "dispersion": "none", "basis": "STO-3G", **changes}, "OPT"
        )
        return prepare(kind, DeckRequest("FeO", "OPT", checked, CSCL)).text
    except (ConfigError, DeckError):
        return None


def next_deck(step: str, deck: str, **changes: object) -> str:
    kind = STEP_TYPES[step.rstrip("2")]
    parents = {"geometry": Parent("OPT", deck, OUTPUT, frozenset({"f9"}))}
    checked = kind.check_settings(changes, step)
    return prepare(kind, DeckRequest("FeO", step, checked, None, parents)).text


@given(levels)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_chain_keeps_every_setting(changes) -> None:
    text = first_deck(changes)
    assume(text is not None)
    first = parse_d12(text)
    again = parse_d12(second := next_deck("OPT2", text))
    single, freq = parse_d12(next_deck("SP", second)), parse_d12(next_deck("FREQ", second))
    assert again.geometry.cell == single.geometry.cell == freq.geometry.cell == (A,)
    for deck in (again, single, freq):
        assert (deck.basis, deck.hamiltonian) == (first.basis, first.hamiltonian)
        assert deck.scf.guessp
    assert again.optimisation == first.optimisation
    plain = replace(first.scf, guessp=True)
    assert again.scf == plain
    assert single.scf == replace(plain, levshift=None)
    assert freq.scf == replace(plain, toldee=max(11, first.scf.toldee))
    assert single.optimisation is freq.optimisation is None


@given(levels, st.integers(0, 5))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_a_chain_after_a_deck_of_a_person_keeps_every_line(changes, where) -> None:
    text = first_deck(changes)
    assume(text is not None)
    ours = read_d12(text)
    records = [r.text for r in ours.scf.lines()]
    end = records.index("ENDDFT") + 1 if "ENDDFT" in records else 0
    extra = ["POLEORDR", "5  a comment", "TOLDEP", "16", "EXCHPERM"][: where + 1]
    if len(extra) in (1, 3):
        extra = extra[:-1]
    spoken = [*records[:end], *extra, *records[end:]]
    person = text[: text.index("\n".join(records))] + "\n".join(spoken) + "\n"
    second = next_deck("OPT2", person)
    for step, deck in (
        ("OPT2", second),
        ("SP", next_deck("SP", second)),
        ("FREQ", next_deck("FREQ", second)),
    ):
        new = read_d12(deck)
        left = [r.text for r in new.scf.lines() if r.text != "GUESSP"]
        if step != "FREQ":
            assert left == spoken
        assert [r.text for r in new.basis.lines()] == [r.text for r in ours.basis.lines()]
        assert new.geometry.entries[0].records[2].text == f"{A:.10f}"
        assert (new.find("geometry/OPTGEOM") is not None) == (step == "OPT2")
    block = read_d12(second).find("geometry/OPTGEOM")
    assert [r.text for r in block.lines()] == [
        r.text for r in ours.find("geometry/OPTGEOM").lines()
    ]


PERSON = first_deck({"spin": True, "atomspin": [[1, 1]]}) or ""
PERSON = PERSON.replace("TOLINTEG", "TOLDEP\n16\nTOLINTEG")


@pytest.mark.parametrize(
    ("changes", "guessed"),
    [
        ({}, True),
        ({"toldee": 9, "fmixing": 50}, True),
        ({"functional": "HSE06"}, True),
        ({"basis": "POB-TZVP-REV2"}, False),
        ({"atomspin": [[1, -1]]}, False),
        ({"spinlock": [4, 20]}, False),
        ({"spin": False, "atomspin": "none"}, False),
        ({"guess": "never"}, False),
    ],
)
def test_a_wavefunction_is_the_first_guess_only_where_it_fits(changes, guessed) -> None:
    for deck in (PERSON, PERSON.replace("TOLDEP\n16\n", "")):
        assert ("GUESSP" in next_deck("SP", deck, **changes)) == guessed


def test_what_cannot_be_written_into_a_persons_deck_is_refused() -> None:
    own = PERSON.replace("\nPBEXC\n", "\nEXCHANGE\nPBE\nCORRELAT\nP86\n")
    assert "P86" in next_deck("SP", own)
    with pytest.raises(DeckError, match="none that crystald knows by one name"):
        next_deck("SP", own, spin=False, atomspin="none")
    with pytest.raises(DeckError, match="three numbers"):
        next_deck("SP", own, kmesh="predecessor")
    with pytest.raises(DeckError, match="second geometry"):
        next_deck("SP", PERSON.replace("TOLDEP\n16\n", "FIXINDEX\nGEOM\nEND\nEND\n"))


def test_infrared_intensities_of_a_conductor_are_refused() -> None:
    states = " POSSIBLY CONDUCTING STATE - EFERMI(AU) -0.22E+00 (RES. CHARGE  0.1E-06)\n"
    kind = STEP_TYPES["FREQ"]
    checked = kind.check_settings({"intensities": True}, "FREQ")
    for deck in (PERSON, PERSON.replace("TOLDEP\n16\n", "")):
        parents = {"geometry": Parent("OPT", deck, OUTPUT + states)}
        with pytest.raises(DeckError, match="conductor"):
            prepare(kind, DeckRequest("FeO", "FREQ", checked, None, parents))


def test_every_handover_names_a_file_and_a_program() -> None:
    assert {(h.written, h.read) for h in HANDOVERS.values() if h.written != h.read} == {
        ("fort.9", "fort.20"), ("fort.32", "fort.31"), ("fort.81", "fort.80"),
    }  # fmt: skip
    assert all(h.keyword or h.program == "properties" for h in HANDOVERS.values())


IRON = (
    "26 4\n0 0 1 2. 1.\n 9. 1.\n0 1 1 8. 1.\n 3. 1. 1.\n"
    "0 1 1 8. 1.\n 1. 1. 1.\n0 3 1 8. 1.\n 2. 1.\n"
)
OXYGEN = "8 2\n0 0 1 2. 1.\n 9. 1.\n0 1 1 6. 1.\n 3. 1. 1.\n"
OWN = PERSON.replace("BASISSET\nSTO-3G\n", f"END\n{IRON}{OXYGEN}99 0\nEND\n")


@pytest.mark.parametrize(
    "spoiled",
    [
        OWN.replace("0 1 1 8. 1.\n", "0 1\n", 1),
        OWN.replace("26 4\n", "nan 4\n"),
        OWN.replace(" 9. 1.", " nan 1."),
        OWN.replace("8 2\n0 0 1 2. 1.\n", "8 2\n0 0 1\n"),
        OWN[: OWN.index("END\n26 4")],
        "\n".join(OWN.splitlines()[:2]) + "\n",
    ],
)
def test_a_spoiled_deck_is_refused_and_nothing_breaks(spoiled) -> None:
    assert "99 0" in next_deck("OPT2", OWN)
    assert spoiled != OWN
    with pytest.raises(DeckError):
        next_deck("OPT2", spoiled)
    with contextlib.suppress(DeckError):  # where the spoiled part is replaced, nothing is wrong
        next_deck("SP", spoiled, basis="STO-3G", tolinteg="auto", kmesh=[4, 4, 4], toldee=9)


def test_a_basis_set_in_the_deck_gives_way_to_a_name_and_back() -> None:
    named = next_deck("SP", OWN, basis="POB-TZVP-REV2")
    assert "ENDOPT" not in named
    assert "\nBASISSET\nPOB-TZVP-REV2\n" in named
    assert "99 0" not in named
    deck = read_d12(named)
    assert deck.geometry.end is None
    assert [e.keyword for e in deck.basis.entries] == ["BASISSET"]
