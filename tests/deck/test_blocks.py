"""OPTGEOM, FREQCALC and ANHARM: every value is written, read back, and read by others."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crystal_standin.events import RefusalError
from crystal_standin.reading import deck as standin
from crystald.crystal.deck.blocks.frequencies import ACTIVE, Frequencies, frequency_lines
from crystald.crystal.deck.blocks.hamiltonian import Hamiltonian
from crystald.crystal.deck.blocks.intensities import Cphf, Intensities, Spectrum
from crystald.crystal.deck.blocks.modes import COMBINATIONS, Anharm, Scan
from crystald.crystal.deck.blocks.optimisation import OPTIMISATIONS, Optimisation
from crystald.crystal.deck.blocks.phonons import Dispersion, PhononBands
from crystald.crystal.deck.blocks.scf import Scf
from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d12 import Deck, parse_d12, print_d12
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.lint.linter import errors_of, lint
from crystald.errors import DeckError

MGO = Geometry(225, (4.2112,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5)))

small = st.floats(1e-6, 0.01)
numbers = st.integers(1, 50)
atoms = st.lists(st.integers(1, 2), max_size=5).map(tuple)
isotopes = st.lists(st.tuples(numbers, st.floats(1, 250)), max_size=3).map(tuple)
ranges = st.none() | st.tuples(numbers, st.floats(0, 100), st.floats(100, 900))
optimisations = st.builds(
    Optimisation,
    kind=st.sampled_from(OPTIMISATIONS),
    maxcycle=numbers,
    toldeg=small,
    toldex=small,
    toldee=st.integers(5, 14),
    maxtradius=st.none() | st.floats(0.01, 4),
    finalrun=st.none() | st.integers(0, 4),
    fragment=atoms,
    restart=st.booleans(),
)
cphf = st.builds(Cphf, *[st.none() | numbers] * 6)
spectra = st.builds(
    Spectrum,
    st.none() | st.tuples(st.floats(0, 100), st.floats(200, 4000)),
    st.none() | st.floats(0.1, 16),
    st.none() | st.floats(0.1, 16),
)
dielectrics = st.sampled_from(((), (5.7,), (5.7, 0.0, 0.0, 0.0, 5.7, 0.0, 0.0, 0.0, 6.1)))
plain_intensities = st.builds(
    Intensities,
    method=st.sampled_from(("INTPOL", "INTLOC")),
    normborn=st.booleans(),
    infrared_spectrum=st.none() | spectra,
    dielectric=dielectrics,
)
raman_intensities = st.builds(
    Intensities,
    method=st.just("INTCPHF"),
    cphf=cphf,
    raman=st.just(True),
    raman_at=st.none() | st.tuples(st.floats(1, 500), st.floats(200, 1100)),
    infrared_spectrum=st.none() | spectra,
    raman_spectrum=st.none() | spectra,
    dielectric=dielectrics,
)
dispersions = st.builds(
    Dispersion,
    supercell=st.just(((2, 0, 0), (0, 2, 0), (0, 0, 2))),
    interphess=st.sampled_from(((), (4, 4, 4))),
    wang=st.sampled_from(((), (5.7, 0.0, 0.0, 0.0, 5.7, 0.0, 0.0, 0.0, 6.1))),
    bands=st.none() | st.just(PhononBands(16, 100, ((0, 0, 0, 8, 0, 8), (8, 0, 8, 8, 8, 8)))),
    pdos=st.none() | st.tuples(st.floats(100, 4000), numbers),
    projected=st.just(True),
    neutrons=st.none() | st.tuples(st.floats(100, 4000), numbers, st.integers(0, 2)),
)


def frequencies(**more):
    return st.builds(
        Frequencies,
        numderiv=st.sampled_from((1, 2)),
        restart=st.booleans(),
        preoptgeom=st.none() | optimisations,
        analysis=st.none() | st.booleans(),
        noeckart=st.booleans(),
        active=st.none() | st.sampled_from(ACTIVE),
        multitask=st.none() | numbers,
        scale=st.none() | st.floats(0.5, 1.5),
        fragment=atoms,
        isotopes=isotopes,
        stepsize_ang=st.none() | small,
        temperatures_k=ranges,
        pressures_mpa=ranges,
        neglect=st.none() | numbers,
        nomodes=st.booleans(),
        scan=st.none()
        | st.builds(Scan, st.integers(-9, 0), st.integers(0, 9), small, st.just((4, 5))),
        combinations=st.none() | st.sampled_from(COMBINATIONS),
        adp=st.none() | st.just((0, 0)),
        **more,
    )


any_frequencies = frequencies(intensities=st.none(), dispersion=dispersions) | frequencies(
    intensities=plain_intensities | raman_intensities, dispersion=st.none()
)
anharms = st.builds(Anharm, numbers, isotopes, st.booleans(), st.booleans(), st.booleans())


def deck(**blocks: object) -> Deck:
    scf = Scf((7, 7, 7, 7, 14), 10, Shrink((8, 8, 8), 16), 200)
    return Deck("MgO", MGO, "STO-3G", Hamiltonian("PBEXC", "XLGRID"), scf, **blocks)  # type: ignore[arg-type]


@given(optimisations)
@settings(max_examples=25, derandomize=True, deadline=None)
def test_optimisations_read_back_and_are_taken_by_an_independent_reader(block) -> None:
    made = deck(optimisation=block)
    text = print_d12(made)
    assert parse_d12(text) == made
    assert errors_of(lint(text, "d12")) == ()
    read = standin.read(text).opt
    assert read is not None
    assert (read.max_points, read.restart) == (block.maxcycle, block.restart)


@given(any_frequencies)
@settings(max_examples=40, derandomize=True, deadline=None)
def test_frequencies_read_back_and_are_taken_by_an_independent_reader(block) -> None:
    made = deck(frequencies=block)
    text = print_d12(made)
    assert parse_d12(text) == made
    assert errors_of(lint(text, "d12")) == ()
    read = standin.read(text).freq
    assert read is not None
    assert read.sides == block.numderiv
    assert ("INTRAMAN" in read.words) is (block.intensities is not None and block.intensities.raman)
    assert ("DISPERSI" in read.words) is (block.dispersion is not None)
    assert not any("e-" in line for line in text.splitlines()[1:])


@given(anharms)
@settings(max_examples=15, derandomize=True, deadline=None)
def test_anharm_reads_back_and_is_taken_by_an_independent_reader(block) -> None:
    made = deck(anharm=block)
    text = print_d12(made)
    assert parse_d12(text) == made
    assert standin.read(text).atoms


def test_phonons_of_a_slab_have_two_integers_for_each_end() -> None:
    """As in a deck of a successful run of graphene."""
    bands = PhononBands(6, 41, ((0, 0, 2, 2), (2, 2, 3, 0), (3, 0, 0, 0)))
    block = Frequencies(dispersion=Dispersion(((12, 0), (0, 12)), bands=bands))
    assert frequency_lines(block) == [
        "SCELPHONO", "12 0", "0 12", "FREQCALC", "NUMDERIV", "2", "NOINTENS", "DISPERSI", "BANDS",
        "6 41", "3", "0 0 2 2", "2 2 3 0", "3 0 0 0", "ENDFREQ",
    ]  # fmt: skip
    slab = Geometry(80, (2.46,), (DeckAtom(6, 1 / 3, 2 / 3, 0),), "SLAB")
    scf = Scf((7, 7, 7, 7, 14), 10, Shrink((9, 9, 1), 18), 200)
    made = Deck("graphene", slab, "STO-3G", Hamiltonian("PBEXC"), scf, frequencies=block)
    assert parse_d12(print_d12(made)) == made


def test_raman_stands_behind_intens_and_before_its_equations() -> None:
    """As in a deck of a successful run of dry ice."""
    block = Intensities("INTCPHF", raman=True, raman_spectrum=Spectrum())
    lines = frequency_lines(Frequencies(intensities=block))
    assert lines == [
        "FREQCALC", "NUMDERIV", "2", "INTENS", "INTRAMAN", "INTCPHF", "ENDCPHF", "RAMSPEC", "END",
        "ENDFREQ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("DISPERSI\n", "", "belong together"),
        ("SCELPHONO\n2 0 0\n0 2 0\n0 0 2\n", "", "belong together"),
        ("PDOS\n", "PDAS\n", "'PDAS' does not belong"),
        ("NUMDERIV\n2\n", "NUMDERIV\ntwo\n", "1 numbers belong"),
        ("0 2 0\n", "0 2\n", "3 numbers belong here, not 2"),
    ],
)
def test_what_is_wrong_in_phonons_is_named_with_its_line(before, after, said) -> None:
    block = Frequencies(dispersion=Dispersion(((2, 0, 0), (0, 2, 0), (0, 0, 2)), pdos=(900.0, 9)))
    text = print_d12(deck(frequencies=block))
    assert before in text
    with pytest.raises(DeckError, match=said) as error:
        parse_d12(text.replace(before, after))
    assert ", line " in error.value.message


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Intensities("INTPOL", raman=True), "INTRAMAN NEEDS INTCPHF"),
        (Intensities("INTPOL", raman_spectrum=Spectrum()), "RAMSPEC NEEDS INTRAMAN"),
    ],
)
def test_the_independent_reader_refuses_what_does_not_go_together(block, said) -> None:
    with pytest.raises(RefusalError, match=said):
        standin.read(print_d12(deck(frequencies=Frequencies(intensities=block))))
