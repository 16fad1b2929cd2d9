"""Decks of the crystal program: printed as CRYSTAL wants them, read back without loss."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.crystal.deck.blocks.hamiltonian import GRIDS, Hamiltonian
from crystald.crystal.deck.blocks.optimisation import OPTIMISATIONS, Optimisation
from crystald.crystal.deck.blocks.scf import Scf
from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d12 import Deck, parse_d12, print_d12
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.geometry.cells import full_cell, minimal_cell, minimal_count
from crystald.crystal.deck.records import plain, title_line
from crystald.errors import DeckError

ROCK_SALT = """\
MgO OPT
CRYSTAL
0 0 0
225
4.2112000000
2
12 0.0000000000 0.0000000000 0.0000000000
8 0.5000000000 0.5000000000 0.5000000000
OPTGEOM
FULLOPTG
MAXCYCLE
200
TOLDEG
0.0001
TOLDEX
0.0004
TOLDEE
8
ENDOPT
BASISSET
POB-TZVP-REV2
DFT
PBE-D3
XLGRID
ENDDFT
TOLINTEG
7 7 7 7 14
TOLDEE
8
SHRINK
8 16
MAXCYCLE
200
PPAN
END
"""

keywords = [row.keyword for row in FUNCTIONALS.values() if row.is_dft]
fock = st.builds(Hamiltonian, st.sampled_from(("HF", "HF3C", "HFSOL3C")), st.none(), st.booleans())
fractions = st.floats(0, 1, allow_nan=False)
atoms = st.builds(DeckAtom, st.integers(1, 103), fractions, fractions, fractions)
small = st.floats(1e-7, 0.1)
counts = st.integers(1, 2000)


@st.composite
def geometries(draw) -> Geometry:
    group = draw(st.integers(1, 230))
    cell = draw(st.tuples(*[st.floats(1, 170)] * minimal_count(group)))
    return Geometry(group, cell, tuple(draw(st.lists(atoms, min_size=1, max_size=5))))


shrinks = st.builds(Shrink, st.tuples(*[st.integers(1, 60)] * 3), st.integers(1, 120))
decks = st.builds(
    Deck,
    title=st.text().map(title_line),
    geometry=geometries(),
    basis=st.sampled_from(("POB-TZVP-REV2", "STO-3G", "def2-mSVP")),
    hamiltonian=st.builds(
        Hamiltonian, st.sampled_from(keywords), st.none() | st.sampled_from(GRIDS), st.booleans()
    )
    | fock,
    scf=st.builds(
        Scf,
        tolinteg=st.tuples(*[st.integers(4, 60)] * 5),
        toldee=st.integers(5, 14),
        shrink=shrinks,
        maxcycle=counts,
        smear_ha=st.none() | small,
        fmixing=st.none() | st.integers(0, 99),
        guessp=st.booleans(),
        ppan=st.booleans(),
        spinlock=st.none() | st.tuples(st.integers(-9, 9), st.integers(1, 50)),
        atomspin=st.lists(st.tuples(st.integers(1, 99), st.integers(-1, 1)), max_size=4).map(tuple),
        scfdir=st.booleans(),
        biposize=st.none() | counts,
        exchsize=st.none() | counts,
        acceleration=st.none() | st.sampled_from(("DIIS", "NODIIS", "ANDERSON")),
        histdiis=st.none() | counts,
        levshift=st.none() | st.tuples(st.integers(1, 20), st.integers(0, 1)),
    ),
    optimisation=st.none()
    | st.builds(
        Optimisation, st.sampled_from(OPTIMISATIONS), counts, small, small, st.integers(5, 14)
    ),
)


def rock_salt_deck(rock_salt) -> Deck:
    return Deck(
        "MgO OPT",
        rock_salt,
        "POB-TZVP-REV2",
        Hamiltonian("PBE-D3", "XLGRID"),
        Scf((7, 7, 7, 7, 14), 8, Shrink((8, 8, 8), 16), 200),
        Optimisation("FULLOPTG", 200, 0.0001, 0.0004, 8),
    )


def test_a_deck_as_it_is_printed(rock_salt) -> None:
    assert print_d12(rock_salt_deck(rock_salt)) == ROCK_SALT


@given(decks)
def test_nothing_is_lost_in_print_and_parse(deck) -> None:
    text = print_d12(deck)
    assert parse_d12(text) == deck
    assert print_d12(parse_d12(text)) == text


@given(decks)
def test_no_deck_holds_what_crystal_stumbles_over(deck) -> None:
    lines = print_d12(deck).splitlines()
    assert all(line.strip() == line and line for line in lines[1:])
    assert lines[lines.index("BASISSET") - 1] != "END"
    assert lines.count("OPTGEOM") <= 1 or lines[0] == "OPTGEOM"
    assert lines[-1] == "END"
    assert not any("e-" in line for line in lines[1:])


@given(st.floats(-1e6, 1e6))
def test_plain_decimals_read_back_exactly(value) -> None:
    text = plain(value)
    assert float(text) == value
    assert len(text.partition(".")[2]) >= 10
    assert set(text) <= set("-.0123456789")
    assert text != plain(-0.0) or value == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("CRYSTAL\n", "LATTICE\n"), "line 2: CRYSTAL or SLAB or"),
        (("\n225\n", "\n231\n"), "no space group"),
        (("4.2112000000", "4.2112000000 4.2"), "1 numbers belong here"),
        (("ENDOPT\n", "ENDOPT\nEND\n"), "BASISSET belongs here"),
        (("OPTGEOM\nFULL", "OPTGEOM\nOPTGEOM\nFULL"), "line 10"),
        (("PBE-D3", "PBE-D9"), "no functional"),
        (("TOLDEE\n8\nSHRINK", "SHRINK"), "TOLDEE must stand"),
        (("PPAN\nEND\n", "PPAN\n"), "ends too early"),
        (("PPAN\nEND\n", "PPAN\nEND\nEND\n"), "nothing may follow"),
        (("PPAN\n", "\nPPAN\n"), "keyword ''"),
        (("0.0004", "four"), "numbers belong here"),
        (("12 0.0", "1.5 0.0"), "no atomic number"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(change, said) -> None:
    assert change[0] in ROCK_SALT
    with pytest.raises(DeckError, match=said):
        parse_d12(ROCK_SALT.replace(*change))


def test_minimal_cells_complete_themselves() -> None:
    for group in range(1, 231):
        minimal = tuple(range(5, 5 + minimal_count(group)))
        assert minimal_cell(group, full_cell(group, minimal)) == minimal
    assert full_cell(167, (4.76, 12.99)) == (4.76, 4.76, 12.99, 90, 90, 120)
    with pytest.raises(DeckError, match="wants 2 cell parameters"):
        full_cell(167, (4.76,))


def test_titles_hold_one_line_of_ascii() -> None:
    assert title_line("  β-quartz\n OPT \t") == "?-quartz OPT"
    assert title_line("") == "crystal"
    assert len(title_line("x" * 200)) == 78
