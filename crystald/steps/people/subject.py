"""A deck of anybody's on its way to the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crystald.crystal.deck.text.settings import scf_of
from crystald.crystal.deck.text.tree import DeckText
from crystald.crystal.deck.text.values import hamiltonian_of
from crystald.crystal.output.values import Output

OWN_ELECTRONS = ("CHARGED", "GHOSTS", "CHEMOD")
"""Words of the basis part that give a cell other electrons than neutral atoms have."""


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
    def electrons(self) -> int:
        """Electrons of the cell: as printed where the deck makes them others than neutral."""
        told = self.output.n_electrons
        changed = any(self.deck.basis.get(word) is not None for word in OWN_ELECTRONS)
        changed = changed or self.deck.scf.get("DOPING") is not None
        return int(told) if changed and told is not None else sum(self.numbers)

    @property
    def metal(self) -> bool:
        """Whether the deck treats it as a metal."""
        return self.deck.scf.get("SMEAR") is not None
