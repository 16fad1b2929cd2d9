"""The stand-in refuses what CRYSTAL refuses, in CRYSTAL's words."""

from __future__ import annotations

import re

import pytest

MGO_ATOMS = ("12 0.0 0.0 0.0", "8 0.5 0.5 0.5")


def said(result) -> str:
    """Return the error of a run and check that it ended there, with the same words in fort.87."""
    lines = [line for line in result.text.splitlines() if "ERROR ****" in line]
    assert len(lines) == 1, result.text[-500:]
    assert result.files["fort.87"].decode() == lines[0] + "\n"
    assert "EEEEEEEEEE TERMINATION" not in result.text
    assert result.play.status == 0
    return lines[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"geometry": "END\n"}, r"INPBAS \*{4} FORMAT ERROR IN INPUT DECK"),
        ({"geometry": "\n"}, r"KEYWORD +NOT ALLOWED"),
        ({"geometry": "OPTGEOM\nENDOPT\nOPTGEOM\nENDOPT\n"}, r"KEYWORD OPTGEOM +NOT ALLOWED"),
        ({"geometry": "OPTGEOM\nPREOPT\nENDOPT\n"}, r"KEYWORD PREOPT +NOT ALLOWED"),
        ({"geometry": "SUPERCEL\n"}, r"STANDIN \*{4} SUPERCEL IS NOT DONE"),
        ({"scf": "NONSENSE\n"}, r"READM2 \*{4} KEYWORD NONSENSE +NOT ALLOWED"),
        ({"scf": "\n"}, r"READM2 \*{4} KEYWORD +NOT ALLOWED"),
        ({"scf": "GUESSP\n"}, r"GUESSP \*{4} COPY OF WAVEFUNCTION FILE fort.20 CAN NOT BE FOUND"),
        ({"scf": "TOLINTEG\n7 7 7 7\n"}, r"INP12B \*{4} INCONSISTENT ITOL SIZE"),
        ({"scf": "TOLINTEG\n7 7 7 9 8\n"}, r"INCONSISTENT ITOL SIZE"),
        ({"scf": "SPINLOCK\n0 5\n"}, r"CLOSED SHELL RUN-SPIN POLARIZATION NOT ALLOWED"),
        ({"scf": "MAXCYCLE\nmany\n"}, r"FORMAT ERROR IN INPUT DECK"),
        ({"shrink": "0 6\n6 6 4"}, r"ANISOTROPIC SHRINKING FACTOR"),
        ({"method": "PBE9\n"}, r"KEYWORD PBE9 +NOT ALLOWED"),
        ({"method": "PBESOL0-D3\n"}, r"FUNCTIONAL PBESOL0 NOT ALLOWED"),
        ({"basis": "BASISSET\nNO-SUCH-SET\n"}, r"KEYWORD NO-SUCH- NOT ALLOWED"),
        ({"material": ("231", "4.2", MGO_ATOMS)}, r"SPACE GROUP NUMBER NOT ALLOWED"),
        ({"material": ("225", "4.2 4.2 4.2", MGO_ATOMS)}, r"FORMAT ERROR IN INPUT DECK"),
        ({"material": ("136", "4.594", MGO_ATOMS)}, r"FORMAT ERROR IN INPUT DECK"),
        ({"material": ("225", "4.2", (*MGO_ATOMS, "8 0.5 0.5 0.5"))}, r"NEIGHB .* SMALLDIST"),
        ({"material": ("225", "4.2", (*MGO_ATOMS, "8 0.5 0.0 0.0"))}, r"NEIGHB .* SMALLDIST"),
        (
            {"material": ("186", "3.25 5.2", ("30 0.3333 0.6667 0.0", "8 0.3333 0.6667 0.38"))},
            "NEIG",
        ),
        ({"material": ("225", "4.2", ("11 0 0 0",))}, r"ODD NUMBER OF ELECTRONS"),
        (
            {"material": ("221", "4.1", ("55 0 0 0", "17 0.5 0.5 0.5"))},
            r"init_sto3g \*{4} Basis set is not implemented for requested element:   55",
        ),
    ],
)
def test_a_wrong_deck_is_refused(changes, words, deck, run) -> None:
    assert re.search(words, said(run(deck(**changes))))


def test_a_deck_without_its_end_is_refused(deck, run) -> None:
    text = deck()
    for cut in (text.removesuffix("END\n"), "", "only a title\n", text[: text.index("SHRINK")]):
        assert said(run(cut)) == " ERROR **** INPUT ****  END OF DATA IN INPUT DECK"


def test_a_deck_without_shrink_is_refused(deck, run) -> None:
    assert "SHRINKING FACTOR" in said(run(deck().replace("SHRINK\n6 6\n", "")))


@pytest.mark.parametrize("word", ["HELIX", "DLVINPUT"])
def test_other_systems_are_refused_by_name(word, run) -> None:
    assert f"{word} IS NOT DONE BY THE STAND-IN" in said(run(f"t\n{word}\n1\n1\n6 0 0 0\nEND\n"))


def test_groups_of_polymers_and_molecules_are_refused_by_name(run) -> None:
    polymer = "t\nPOLYMER\n71\n2.6\n1\n6 0 0 0\nBASISSET\nSTO-3G\nSHRINK\n4 4\nEND\n"
    assert "POLYMER 71 IS NOT DONE BY THE STAND-IN" in said(run(polymer))
    molecule = "t\nMOLECULE\n45\n1\n2 0 0 0\nBASISSET\nSTO-3G\nEND\n"
    assert "MOLECULE 45 IS NOT DONE BY THE STAND-IN" in said(run(molecule))
    slab = "t\nSLAB\n81\n2.6\n1\n6 0 0 0\nBASISSET\nSTO-3G\nSHRINK\n4 4\nEND\n"
    assert "LAYER GROUP NUMBER NOT ALLOWED" in said(run(slab))


def test_shrink_in_a_molecule_is_refused(run) -> None:
    text = "t\nMOLECULE\n1\n1\n2 0 0 0\nBASISSET\nSTO-3G\nSHRINK\n4 4\nEND\n"
    assert "SHRINKING NOT USED" in said(run(text))


def test_charges_of_an_explicit_basis_must_be_neutral(deck, run) -> None:
    shells = "END\n12 2\n1 0 3 2 0\n1 1 3 8 0\n8 2\n1 0 3 2 0\n1 1 3 {} 0\n99 0\nEND\n"
    assert "UNIT CELL NOT NEUTRAL" in said(run(deck(basis=shells.format(6))))
    result = run(deck(basis=shells.format(8)))
    assert result.text.rstrip().splitlines()[-1].startswith(" EEEEEEEEEE TERMINATION")
    assert re.search(r"NUMBER OF AO +10 ", result.text)


def test_a_nucleus_without_basis_is_refused(deck, run) -> None:
    basis = "END\n12 2\n1 0 3 2 0\n1 1 3 8 0\n99 0\nEND\n"
    assert "NO BASIS SET FOR ATOMIC NUMBER    8" in said(run(deck(basis=basis)))


def test_restart_needs_its_file(deck, run) -> None:
    opt = "OPTGEOM\nRESTART\nENDOPT\n"
    assert "OPTINFO.DAT NOT FOUND" in said(run(deck(geometry=opt)))
    before = run(deck(geometry="OPTGEOM\nENDOPT\n"))
    after = run(deck(geometry=opt), {"OPTINFO.DAT": before.files["OPTINFO.DAT"]})
    assert "RESTARTING FROM A PREVIOUS GEOMETRY" in after.text
    assert "SATISFIED AFTER THE FIRST OPTIMIZATION CYCLE" in after.text


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01 foreign", b"STAND-IN WAVE FUNCTION\n{"])
def test_properties_needs_a_wave_function_of_the_stand_in(content, run_properties) -> None:
    files = {} if content is None else {"fort.9": content}
    result = run_properties("END\n", files)
    assert said(result).startswith(
        " ERROR **** init_properties_io **** Wavefunction file can not be found"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("BAND\nx\n1 0 50 1 5 1 0\nG X\nEND\n", "LABELS OF K POINTS"),
        ("BAND\nx\n1 4 50 1 500 1 0\n0 0 0 2 0 2\nEND\n", "BAND NUMBERS NOT ALLOWED"),
        ("DOSS\n1 100 1 5 2 14 0\n-1 9\nEND\n", "PROJECTION NOT ALLOWED"),
        ("ECHG\n0\nEND\n", "ECHG IS NOT DONE BY THE STAND-IN"),
        ("NONSENSE\nEND\n", "KEYWORD NONSENSE"),
        ("NEWK\n6 6\n1 0\n", "END OF DATA IN INPUT DECK"),
    ],
)
def test_a_wrong_properties_deck_is_refused(text, words, deck, run, run_properties) -> None:
    files = {"fort.9": run(deck()).files["fort.9"]}
    assert words in said(run_properties(text, files))
