"""The basis set of a deck, as values."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class DeckShell:
    """A shell of an explicit basis: kind (S, SP, P, D, F) and formal electron charge."""

    kind: str
    charge: float


@dataclasses.dataclass(frozen=True, slots=True)
class DeckBasis:
    """A built-in basis by name, or explicit shells by CRYSTAL's atomic number.

    ``effective`` holds the charge that an effective core potential leaves of a nucleus; `charged`
    lets electrons and nuclei differ; `ghosts` are atoms (from 1) that keep their functions only, `chemod`
    gives atoms other electrons in their shells.
    """

    name: str = ""
    shells: dict[int, tuple[DeckShell, ...]] = dataclasses.field(default_factory=dict)
    effective: dict[int, float] = dataclasses.field(default_factory=dict)
    charged: bool = False
    ghosts: tuple[int, ...] = ()
    chemod: tuple[tuple[int, tuple[float, ...]], ...] = ()
