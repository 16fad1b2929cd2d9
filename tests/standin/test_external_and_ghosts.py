"""Geometry files, ghosts, charged cells and other electrons of shells, as decks of people have them."""

from __future__ import annotations

import re

import pytest

from crystald.crystal.output import read_output

EXPLICIT = "END\n12 2\n1 0 3 2. 1.\n1 1 3 {} 1.\n8 2\n1 0 3 2. 1.\n1 1 3 8. 1.\n99 0\n{}END\n"


def found(result):
    return read_output(result.text.splitlines())


def external(text: str) -> str:
    """Take the geometry out of a deck."""
    title, rest = text.split("\n", 1)
    word = "OPTGEOM" if "OPTGEOM" in rest else "BASISSET"
    return f"{title}\nEXTERNAL\n{word}{rest.split(word, 1)[1]}"


@pytest.mark.parametrize("name", ["MgO", "diamond", "corundum", "zirconia"])
def test_a_geometry_file_means_the_crystal_that_wrote_it(name, deck, run, materials, opt) -> None:
    first = run(deck(materials[name], geometry=opt))
    gui = first.files["fort.34"]
    text = deck(materials[name], scf="PPAN\n")
    again = run(external(text), files={"fort.34": gui})
    assert "GEOMETRY INPUT FROM EXTERNAL FILE" in again.text
    was, now = found(first), found(again)
    assert now.energy_ha == pytest.approx(was.energy_ha, abs=1e-7)
    assert (now.n_atoms, now.n_symmetry_operators) == (was.n_atoms, was.n_symmetry_operators)
    assert now.n_electrons == was.n_electrons


def test_a_list_of_all_atoms_means_the_same_as_one_of_each_orbit(deck, run, opt) -> None:
    first = run(deck(geometry=opt))
    head, _, tail = first.files["fort.34"].decode().partition("\n    2\n")
    atoms = tail.splitlines()
    doubled = "\n".join([head, "    3", atoms[0], atoms[1], atoms[0], *atoms[2:], ""])
    one, all_of_them = (
        found(run(external(deck()), files={"fort.34": text.encode()}))
        for text in (first.files["fort.34"].decode(), doubled)
    )
    assert (one.n_atoms, one.energy_ha) == (all_of_them.n_atoms, all_of_them.energy_ha)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "GEOMETRY DATA FILE NOT FOUND"),
        ("   3   1   1\n 4.2 0 0\n", "FORMAT ERROR"),
        (
            "3 1 1\n4 0 0\n0 4 0\n0 0 5\n1\n0 0 1\n1 0 0\n0 1 0\n0 0 0\n1\n2 0 0 0\n1 1\n",
            "OPERATOR",
        ),
    ],
)
def test_a_bad_geometry_file_is_refused(text, words, deck, run) -> None:
    result = run(external(deck()), files={"fort.34": text.encode()})
    assert re.search(rf"ERROR \*{{4}} .*{words}", result.text)


def test_an_optimisation_of_a_file_goes_on_to_properties(deck, run, opt) -> None:
    gui = run(deck(geometry=opt)).files["fort.34"]
    first = run(external(deck(geometry=opt)), files={"fort.34": gui})
    assert found(first).opt_converged
    again = run(
        external(deck(scf="GUESSP\n")), files={"fort.34": gui, "fort.20": first.files["fort.9"]}
    )
    assert "GUESSP **** SCF GUESS" in again.text


def test_ghosts_keep_functions_and_lose_nucleus_and_electrons(deck, run) -> None:
    ghostly = run(deck(basis="BASISSET\nSTO-3G\nGHOSTS\n1\n1\n"))
    assert "ATOMS TRANSFORMED INTO GHOSTS :   1\n   1( 12)" in ghostly.text
    whole, now = found(run(deck())), found(ghostly)
    assert (now.n_electrons, now.n_ao) == (8, whole.n_ao)
    assert now.energy_ha > whole.energy_ha
    charges = now.facts["atomic_charges"].value
    assert charges == pytest.approx((0.0, 8.0))


def test_a_ghost_beside_an_ion_is_no_neutral_cell(deck, run) -> None:
    assert found(run(deck(basis=EXPLICIT.format("8.", "")))).n_electrons == 20
    assert "UNIT CELL NOT NEUTRAL" in run(deck(basis=EXPLICIT.format("8.", "GHOSTS\n1\n1\n"))).text


def test_a_ghost_that_is_no_atom_is_refused(deck, run) -> None:
    result = run(deck(basis="BASISSET\nSTO-3G\nGHOSTS\n1\n3\n"))
    assert "ERROR **** GHOSTS ****" in result.text


def test_shells_that_do_not_add_up_want_charged(deck, run) -> None:
    assert "UNIT CELL NOT NEUTRAL" in run(deck(basis=EXPLICIT.format("6.", ""))).text
    charged = found(run(deck(basis=EXPLICIT.format("6.", "CHARGED\n"))))
    assert (charged.n_electrons, charged.scf_converged) == (18, True)


def test_chemod_moves_electrons_between_atoms(deck, run) -> None:
    ionic = "CHEMOD\n2\n1 2. 8.\n2 2. 8.\n"
    assert found(run(deck(basis=EXPLICIT.format("10.", ionic)))).n_electrons == 20
    assert "UNIT CELL NOT NEUTRAL" in run(deck(basis=EXPLICIT.format("10.", ""))).text
    wrong = "CHEMOD\n1\n1 2.\n"
    assert "ERROR **** CHEMOD ****" in run(deck(basis=EXPLICIT.format("10.", wrong))).text


def test_toldep_is_read_over(deck, run) -> None:
    assert found(run(deck(scf="TOLDEP\n16\n"))).scf_converged


def test_rhombohedral_and_hexagonal_axes_relax_to_the_same_crystal(deck, run, opt) -> None:
    hexagonal = ("166", "3.76 10.55", ("33 0.0 0.0 0.227",))
    rhombohedral = ("166", "4.1319 54.124", ("33 0.227 0.227 0.227",))
    one = found(run(deck(hexagonal, geometry=opt)))
    other = found(run(deck(rhombohedral, geometry=opt, flags="0 1 0")))
    assert one.opt_converged
    assert other.opt_converged
    assert other.energy_ha == pytest.approx(one.energy_ha, abs=2e-5)
    volumes = [read.geometry.volume_ang3 for read in (one, other)]
    assert volumes[1] == pytest.approx(volumes[0], rel=0.01)
    assert (other.n_atoms, one.n_atoms) == (2, 2)


@pytest.mark.parametrize("cell", ["4.7602\n12.9933", "4.7602 12.9933"])
def test_a_cell_may_stand_on_several_lines(cell, deck, run, materials) -> None:
    _, _, atoms = materials["corundum"]
    one, other = (found(run(deck(("167", text, atoms)))) for text in (cell, "4.7602 12.9933"))
    assert other.scf_converged
    assert one.energy_ha == other.energy_ha
