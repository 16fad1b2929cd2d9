"""What a plan asks of the level, written into a deck of anybody's: one editor for each setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from crystald.crystal.deck.blocks.explicit import ExplicitBasis
from crystald.crystal.deck.blocks.hamiltonian import Hamiltonian
from crystald.crystal.deck.blocks.scf import ACCELERATIONS
from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.electrons import element_of, looks_metallic
from crystald.crystal.deck.external import DIFFUSE, parse_element
from crystald.crystal.deck.functionals import find_functional, functional_keyword
from crystald.crystal.deck.geometry.block import EXTERNAL
from crystald.crystal.deck.kmesh import INSULATOR_ANG, METAL_ANG
from crystald.crystal.deck.next.geometry import external_text, renumbered
from crystald.crystal.deck.next.hamiltonian import (
    functional_in,
    grid_lines,
    with_basis,
    with_grid,
    with_hamiltonian,
)
from crystald.crystal.deck.next.mesh import mesh_of
from crystald.crystal.deck.records import plain
from crystald.crystal.deck.text.edit import inserted, with_value, without
from crystald.crystal.deck.text.records import join
from crystald.crystal.deck.text.settings import scf_of
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import basis_elements, basis_name, hamiltonian_of
from crystald.crystal.output.values import Output
from crystald.errors import DeckError
from crystald.steps.basis_choice import basis_of
from crystald.steps.buffers import asked_buffers
from crystald.steps.conflicts import check_basis_of
from crystald.steps.level import (
    BROYDEN,
    LARGE_CELL,
    PREDECESSOR_ATOMS,
    PREDECESSOR_BUFFER,
    TOLINTEG,
    TOLINTEG_DIFFUSE,
    TOLINTEG_LARGE_HYBRID,
)
from crystald.steps.settings import STANDARD, LevelSettings
from crystald.steps.spins import spin_of


@dataclass(frozen=True)
class Subject:
    """A deck on its way to the next one.

    Attributes
    ----------
    deck
        As it stands.
    output
        Of the parent.
    numbers
        Elements of the primitive cell.
    fort34
        What EXTERNAL reads; None for another geometry.
    notes
        What a person should know.
    """

    deck: DeckText
    output: Output
    numbers: tuple[int, ...]
    fort34: str | None = None
    notes: tuple[str, ...] = ()

    def with_deck(self, deck: DeckText) -> Subject:
        """Go on with another deck."""
        return replace(self, deck=deck)

    @property
    def state(self) -> tuple[object, ...]:
        """What a density matrix depends on: basis set, spins and how they start."""
        scf = scf_of(self.deck)
        basis = [record.text for record in self.deck.basis.lines()]
        return basis, hamiltonian_of(self.deck).spin, scf.spinlock, scf.atomspin

    @property
    def metal(self) -> bool:
        """Whether the deck treats it as a metal."""
        return self.deck.scf.get("SMEAR") is not None


def with_level(
    subject: Subject, settings: msgspec.Struct, asked: Mapping[str, Any], printed: str
) -> Subject:
    """Write what is asked into the deck, and nothing else.

    Parameters
    ----------
    subject
        The carried deck.
    settings
        All settings of the step.
    asked
        Those of the level that are not inherited.
    printed
        The parent's output, for the buffers that it asks for.

    Raises
    ------
    DeckError
        A functional or a basis set that the deck cannot get, a mesh that cannot be chosen.
    """
    subject = _with_method(subject, settings, asked)
    for name, value in {**asked_buffers(printed), **asked}.items():
        if name in _EDITORS:
            subject = _EDITORS[name](subject, value, asked)
    if {"conducting", "smear_ha"} & asked.keys():
        subject = _smear(subject, asked)
    if "kmesh" in asked:
        subject = _kmesh(subject, asked["kmesh"])
    return subject


def _with_method(subject: Subject, settings: msgspec.Struct, asked: Mapping[str, Any]) -> Subject:
    """Change functional, dispersion, grid, spin, basis set."""
    if {"functional", "dispersion", "spin"} & asked.keys():
        subject = _hamiltonian(subject, asked)
    elif "grid" in asked:
        subject = subject.with_deck(with_grid(subject.deck, _grid(asked["grid"], subject.deck)))
    wish = asked.get("basis") or _forced_basis(asked)
    if wish is None or str(wish).upper() == (basis_name(subject.deck) or "").upper():
        return subject
    if not isinstance(settings, LevelSettings):
        return subject
    return _basis(subject, wish, settings)


def _forced_basis(asked: Mapping[str, Any]) -> str | None:
    return find_functional(asked["functional"]).basis if "functional" in asked else None


def _hamiltonian(subject: Subject, asked: Mapping[str, Any]) -> Subject:
    told, found = hamiltonian_of(subject.deck), functional_in(subject.deck)
    if found is None and "functional" not in asked:
        raise DeckError(
            "the deck's Hamiltonian is none that crystald knows by one name",
            "Set functional too, or leave dispersion and spin as the deck has them.",
        )
    name = str(asked.get("functional") or (found[0] if found else "")).upper()
    row = find_functional(name)
    d3 = asked.get("dispersion", "D3" if told.dispersion and row.d3 else "none") == "D3"
    notes = subject.notes
    if told.dispersion and not d3 and "dispersion" not in asked and row.is_dft and not row.basis:
        notes += (f"{name} has no D3 parameters: no dispersion is added",)
    spin, said = _spin(subject, asked, name, inherited=told.spin)
    grid = None if "grid" in asked or not row.grid else grid_lines(subject.deck)
    block = Hamiltonian(
        functional_keyword(name, dispersion=d3),
        _grid(asked.get("grid", "DEFAULT"), subject.deck, name) if row.grid else None,
        spin,
    )
    deck = with_hamiltonian(subject.deck, block, grid)
    return replace(subject, deck=deck, notes=(*notes, *said))


def _spin(
    subject: Subject, asked: Mapping[str, Any], name: str, *, inherited: bool
) -> tuple[bool, tuple[str, ...]]:
    scf = scf_of(subject.deck)
    values = {
        "spin": asked.get("spin", inherited),
        "spinlock": asked.get("spinlock", scf.spinlock or "none"),
        "atomspin": asked.get("atomspin", scf.atomspin or "none"),
        "scf_maxcycle": asked.get("scf_maxcycle", scf.maxcycle or STANDARD["scf_maxcycle"]),
    }
    return spin_of(values, find_functional(name), EXTERNAL, subject.numbers)


def _grid(wish: str, deck: DeckText, name: str | None = None) -> str | None:
    if wish == "DEFAULT":
        return None
    if wish != "auto":
        return wish
    found = functional_in(deck)
    known = name or (found[0] if found else None)
    return "XXLGRID" if known and find_functional(known).meta else "XLGRID"


def _basis(subject: Subject, wish: object, settings: LevelSettings) -> Subject:
    basis, _ = basis_of(wish, settings, subject.numbers)
    found = functional_in(subject.deck)
    if found is not None:
        check_basis_of(found[0], basis if isinstance(basis, str) else "one of its own")
    numbering = {number: number for number in subject.numbers}
    if isinstance(basis, ExplicitBasis):
        numbering |= {element_of(e.number): e.number for e in basis.elements}
    deck = renumbered(with_basis(subject.deck, basis), numbering)
    fort34 = subject.fort34
    if fort34 is not None:
        fort34 = external_text(subject.output, fort34, numbering)
    return replace(subject, deck=deck, fort34=fort34)


Editor = Callable[[Subject, Any, Mapping[str, Any]], Subject]


def _value(keyword: str, write: Callable[[Any], list[str]]) -> Editor:
    """Make the editor of a keyword with records; ``none`` and ``auto`` take it out."""

    def edit(subject: Subject, value: Any, _: Mapping[str, Any]) -> Subject:
        deck = subject.deck
        if value in ("none", "auto"):
            return subject.with_deck(without(deck, f"scf/{keyword}"))
        return subject.with_deck(with_value(deck, f"scf/{keyword}", *write(value)))

    return edit


def _flag(keyword: str) -> Editor:
    def edit(subject: Subject, value: Any, _: Mapping[str, Any]) -> Subject:
        deck = without(subject.deck, f"scf/{keyword}")
        return subject.with_deck(inserted(deck, "scf", [keyword]) if value else deck)

    return edit


def _buffer(keyword: str) -> Editor:
    """Make the editor of a buffer; ``auto`` leaves it to the parent's warnings."""
    set_to = _value(keyword, _whole)

    def edit(subject: Subject, value: Any, asked: Mapping[str, Any]) -> Subject:
        if value == "auto":
            return subject
        if value == "predecessor":
            large = len(subject.numbers) > PREDECESSOR_ATOMS
            value = PREDECESSOR_BUFFER if large else "none"
        return set_to(subject, value, asked)

    return edit


def _whole(value: Any) -> list[str]:
    return [str(value)]


def _row(values: Any) -> list[str]:
    return [" ".join(map(str, values))]


def _pairs(values: Any) -> list[str]:
    return [str(len(values)), *(f"{atom} {spin}" for atom, spin in values)]


def _tolinteg(subject: Subject, value: Any, asked: Mapping[str, Any]) -> Subject:
    five = value if value != "auto" else _chosen_tolinteg(subject)
    return _value("TOLINTEG", _row)(subject, five, asked)


def _chosen_tolinteg(subject: Subject) -> tuple[int, ...]:
    found = functional_in(subject.deck)
    hybrid = found is not None and find_functional(found[0]).hybrid
    large = subject.output.dimensionality == 2 or len(subject.numbers) > LARGE_CELL
    if _diffuse(subject.deck):
        return TOLINTEG_DIFFUSE
    return TOLINTEG_LARGE_HYBRID if large and hybrid else TOLINTEG


def _diffuse(deck: DeckText) -> bool:
    for element in basis_elements(deck):
        text = join(element.entry.lines())
        try:
            smallest = parse_element(text, "the basis set").smallest
        except DeckError:
            continue
        if smallest is not None and smallest < DIFFUSE:
            return True
    return False


def _acceleration(subject: Subject, value: Any, asked: Mapping[str, Any]) -> Subject:
    deck = subject.deck
    for word in ACCELERATIONS:
        deck = without(deck, f"scf/{word}")
    if value == "BROYDEN":
        broyden = asked.get("broyden", "auto")
        weight, mixing, first = BROYDEN if broyden == "auto" else broyden
        return subject.with_deck(
            inserted(deck, "scf", [value, f"{plain(weight, 1)} {mixing} {first}"])
        )
    return subject.with_deck(deck if value == "auto" else inserted(deck, "scf", [value]))


_EDITORS: Final[dict[str, Editor]] = {
    "tolinteg": _tolinteg,
    "toldee": _value("TOLDEE", _whole),
    "scf_maxcycle": _value("MAXCYCLE", _whole),
    "fmixing": _value("FMIXING", _whole),
    "spinlock": _value("SPINLOCK", _row),
    "atomspin": _value("ATOMSPIN", _pairs),
    "histdiis": _value("HISTDIIS", _whole),
    "levshift": _value("LEVSHIFT", _row),
    "acceleration": _acceleration,
    "scfdir": _flag("SCFDIR"),
    "ppan": _flag("PPAN"),
    "biposize": _buffer("BIPOSIZE"),
    "exchsize": _buffer("EXCHSIZE"),
}
"""Setting -> how it is written."""


def _smear(subject: Subject, asked: Mapping[str, Any]) -> Subject:
    """Smear a metal: by `conducting`, else where the deck does or a width is asked for."""
    metal = asked.get("conducting", subject.metal or "smear_ha" in asked)
    if metal == "auto":
        metal = looks_metallic(subject.numbers)
    told = scf_of(subject.deck).smear_ha
    width = asked.get("smear_ha", told or STANDARD["smear_ha"])
    if not metal or not width:
        return subject.with_deck(without(subject.deck, "scf/SMEAR"))
    return subject.with_deck(with_value(subject.deck, "scf/SMEAR", plain(float(width), 1)))


def _kmesh(subject: Subject, wish: Any) -> Subject:
    if wish == "predecessor":
        raise DeckError(
            "kmesh predecessor: this deck is carried as it is", "Set kmesh to three numbers."
        )
    if isinstance(wish, str):
        mesh = mesh_of(subject.output, METAL_ANG if subject.metal else INSULATOR_ANG)
    else:
        mesh = Shrink((wish[0], wish[1], wish[2]), 2 * max(wish))
    if mesh is None:
        return subject.with_deck(without(subject.deck, "scf/SHRINK"))
    return subject.with_deck(with_value(subject.deck, "scf/SHRINK", *mesh.records()))
