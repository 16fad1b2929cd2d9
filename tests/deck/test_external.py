"""Basis sets whose text stands in the deck: files, the Basis Set Exchange, carried as they are."""

from __future__ import annotations

import pytest

from crystal_standin.events import RefusalError
from crystal_standin.model.system import basis_of, crystal_of
from crystal_standin.reading import deck as standin
from crystald.crystal.deck.blocks.explicit import read_explicit
from crystald.crystal.deck.d12 import Deck, parse_d12, print_d12
from crystald.crystal.deck.exchange import filled
from crystald.crystal.deck.external import external_basis, parse_element, renumbered
from crystald.crystal.deck.geometry.block import DeckAtom, Geometry
from crystald.crystal.deck.lint.linter import errors_of, lint
from crystald.crystal.deck.records import Lines
from crystald.errors import DeckError, InputError
from crystald.library import only_elements, read_basis_files, with_library
from crystald.steps.checking import check_settings
from crystald.steps.level.make import make_level
from crystald.steps.level.settings import LevelSettings

MGO = Geometry(225, (4.2112,), (DeckAtom(12, 0, 0, 0), DeckAtom(8, 0.5, 0.5, 0.5)))
AGCL = Geometry(225, (5.55,), (DeckAtom(47, 0, 0, 0), DeckAtom(17, 0.5, 0.5, 0.5)))

# made up for these tests: forms of real files, no published numbers
MAGNESIUM = """\
12 3
0 0 2 2.0 1.0   core
 900.0   0.2
 100.0D+00  0.9
0 1 1 8. 1.
 6.0  1.0 1.0
0 1 1 0.0 1.0
 0.4  1.0   1.0
"""
OXYGEN = """\
8 3
0 0 1 2.0 1.0
 120.0 1.0
0 1 1 8.0 1.0
 3.0 1.0 1.0
0 3 1 0.0 1.0
 0.6 1.0
99 0
"""
SILVER = """\
247 3
INPUT
19. 0 2 1 0 0 0
 11.0  -12.6 0
 11.1  -16.7 0
 12.5  255.0 0
0 0 1 2 1.0
 6.1 1.0
0 2 1 6 1.0
 2.0 1.0
0 3 1 10 1.0
 1.1 1.0
"""
CHLORINE = """\
17 3
0 0 1 2 1.0
 90.0 1.0
0 1 1 8 1.0
 7.0 1.0 1.0
0 1 1 8 1.0
 0.5 1.0 1.0
"""
FILES = {"12": MAGNESIUM, "8": OXYGEN, "247": SILVER, "17": CHLORINE}


def deck_of(geometry: Geometry, numbers: tuple[int, ...], files=None, **asked: object) -> Deck:
    asked = {"basis": "external:mine", "basis_files": files or FILES, **asked}
    level = make_level(check_settings(asked, LevelSettings, "step SP"), geometry, numbers)
    return Deck("own basis", level.geometry, level.basis, level.hamiltonian, level.scf)


def test_ions_make_up_for_each_other_and_the_text_is_carried_as_it_is() -> None:
    deck = deck_of(MGO, (12, 8))
    text = print_d12(deck)
    assert "0 0 2 2.0 1.0   core\n 900.0   0.2\n 100.0D+00  0.9\n" in text
    assert "\nEND\n8 3\n" in text
    assert "0.6 1.0\n12 3\n" in text
    assert "\n0.4  1.0   1.0\n99 0\nEND\nDFT\n" in text.replace("\n 0.4", "\n0.4")
    assert text.count("99 0") == 1
    assert parse_d12(text) == deck
    assert print_d12(parse_d12(text)) == text
    assert errors_of(lint(text, "d12")) == ()
    read = standin.read(text)
    assert basis_of(read, crystal_of(read)).electrons == 20


def test_a_core_potential_stands_in_basis_and_geometry() -> None:
    deck = deck_of(AGCL, (47, 17), spin=False)
    text = print_d12(deck)
    assert [atom.number for atom in deck.geometry.atoms] == [247, 17]
    assert "\n247 0.0000000000 " in text
    assert parse_d12(text) == deck
    assert errors_of(lint(text, "d12")) == ()
    read = standin.read(text)
    assert read.basis.effective == {247: 19.0}
    back = renumbered(deck.geometry, "STO-3G")
    assert [atom.number for atom in back.atoms] == [47, 17]


def test_a_charged_cell_is_refused_by_us_and_by_the_program() -> None:
    files = FILES | {"17": CHLORINE.replace("0 1 1 8 1.0\n 0.5", "0 1 1 7 1.0\n 0.5")}
    with pytest.raises(DeckError, match="hold 35 electrons, the nuclei.*36") as error:
        deck_of(AGCL, (47, 17), files)
    assert "formal charges" in error.value.hint
    text = print_d12(deck_of(AGCL, (47, 17))).replace("0 1 1 8 1.0\n 0.5", "0 1 1 7 1.0\n 0.5")
    read = standin.read(text)
    with pytest.raises(RefusalError, match="NOT NEUTRAL"):
        basis_of(read, crystal_of(read))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"12": MAGNESIUM}, "no file for O"),
        (FILES | {"208": OXYGEN}, "two files for O"),
        (FILES | {"8": MAGNESIUM}, "file 8 of the basis set mine holds the element 12"),
        (FILES | {"8": OXYGEN.replace("120.0", "0.05")}, "an exponent of 0.05"),
        (FILES | {"8": OXYGEN.replace("120.0 1.0", "120.0")}, "line 3: 2 numbers belong here"),
        (FILES | {"8": OXYGEN.replace("8.0 1.0", "9.0 1.0")}, "9 electrons are more than a SP"),
        (FILES | {"8": OXYGEN.replace("8 3", "8 4")}, "ends too early"),
        (FILES | {"8": OXYGEN.replace("8 3", "8 2")}, "nothing may follow"),
        (FILES | {"8": ""}, "ends too early"),
    ],
)
def test_files_that_are_no_basis_set_are_named(files, said) -> None:
    with pytest.raises(DeckError, match=said):
        deck_of(MGO, (12, 8), files)


def test_diffuse_functions_are_taken_when_asked_and_tighten_the_integrals() -> None:
    files = FILES | {"8": OXYGEN.replace("0.6 1.0", "0.06 1.0")}
    assert deck_of(MGO, (12, 8), files, diffuse=True).scf.tolinteg == (8, 8, 8, 8, 16)
    assert deck_of(MGO, (12, 8)).scf.tolinteg == (7, 7, 7, 7, 14)


def test_a_step_inherits_the_basis_set_of_its_parent_verbatim() -> None:
    parent = deck_of(MGO, (12, 8))
    level = make_level(LevelSettings(functional="HSE06"), MGO, (12, 8), parent)
    assert level.basis == parent.basis
    assert level.hamiltonian.functional == "HSE06-D3"
    with pytest.raises(DeckError, match="defined with the basis set SOLDEF2MSVP"):
        make_level(LevelSettings(functional="HSESOL3C", basis="external:mine",
                                 basis_files=FILES), MGO, (12, 8), parent)  # fmt: skip


def test_without_files_the_folder_is_named() -> None:
    with pytest.raises(DeckError) as error:
        make_level(LevelSettings(basis="external:mine"), MGO, (12, 8))
    assert "config/basis_sets/mine" in error.value.hint


def test_a_folder_becomes_settings(tmp_path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    (folder / "README").write_text("not a basis set")
    assert read_basis_files(folder) == FILES
    asked = {"basis": "external:mine", "basis_files": "none"}
    filled_in = with_library(asked, tmp_path)
    assert filled_in["basis_files"] == FILES
    assert with_library(filled_in, tmp_path / "elsewhere") == filled_in
    assert with_library({"basis": "STO-3G"}, tmp_path) == {"basis": "STO-3G"}
    assert only_elements(filled_in, {8, 47})["basis_files"] == {"8": OXYGEN, "247": SILVER}
    with pytest.raises(InputError, match="No such file"):
        with_library({"basis": "external:other"}, tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="named by a number"):
        read_basis_files(tmp_path / "empty")


def bare(text: str) -> str:
    """The same shells without electrons, as the Basis Set Exchange has them."""
    lines = [line.split() for line in text.splitlines()]
    return "\n".join(
        " ".join([*words[:3], "0", words[4]] if len(words) == 5 and words[0] == "0" else words)
        for words in lines
    )


@pytest.mark.parametrize(
    ("element", "charges"),
    [
        ("8 3\n0 0 1 0 1.0\n 120.0 1.0\n0 1 1 0 1.0\n 3.0 1.0 1.0\n0 3 1 0 1.0\n 0.6 1.0", [2, 6, 0]),
        (bare(SILVER).replace("247 3", "247 4") + "\n0 0 1 0 1.0\n 0.4 1.0", [2, 6, 9, 2]),
        ("26 6\n" + "0 0 1 0 1.0\n 9.0 1.0\n" * 4 + "0 2 1 0 1.0\n 9.0 1.0\n" * 2, None),
        (
            "26 7\n" + "0 0 1 0 1.0\n 9.0 1.0\n" * 4 + "0 2 1 0 1.0\n 9.0 1.0\n" * 2
            + "0 3 1 0 1.0\n 9.0 1.0\n",
            [2, 2, 2, 2, 6, 6, 6],
        ),
    ],
)  # fmt: skip
def test_shells_without_electrons_are_filled_in_the_order_of_the_periodic_table(
    element, charges
) -> None:
    parsed = parse_element(element, "a text")
    if charges is None:
        with pytest.raises(DeckError, match="cannot hold its electrons"):
            filled(parsed)
        return
    done = filled(parsed)
    assert [shell.electrons for shell in done.shells] == charges
    assert done.electrons == done.charge
    assert [s.exponents for s in done.shells] == [s.exponents for s in parsed.shells]
    assert read_explicit(Lines(done.text + "\n99 0\nEND\n", "a text")).elements == (done,)


def test_the_basis_set_exchange_gives_neutral_cells() -> None:
    pytest.importorskip("basis_set_exchange", reason="the optional extra basis is not installed")
    from crystald.crystal.deck.exchange import exchange_basis

    basis = exchange_basis("pob-TZVP", (47, 17))
    assert [element.number for element in basis.elements] == [17, 247]
    assert [element.electrons for element in basis.elements] == [17, 19]
    with pytest.raises(DeckError, match="has no basis set 'pob-TZVP' with Rn"):
        exchange_basis("pob-TZVP", (86,))
    with pytest.raises(DeckError, match="no basis set 'nothing'"):
        exchange_basis("nothing", (8,))
    with pytest.raises(DeckError, match="an exponent of"):
        exchange_basis("aug-cc-pVDZ", (8,))


def test_files_of_one_set_may_be_chosen_for_any_cell() -> None:
    chosen = external_basis("mine", FILES, (8, 12, 12, 8))
    assert [element.number for element in chosen.elements] == [8, 12]
