"""What decks say, as values."""

from __future__ import annotations

import pytest
from textdecks import EXPLICIT, OPTIMISATION, leftovers

from crystald.crystal.deck.text import values
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.settings import frequencies_of, optimisation_of, scf_of
from crystald.errors import DeckError


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
