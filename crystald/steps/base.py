"""What a step type is: a deck out of its needs, values out of its files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from crystald.models import GivenDeck, LeftFile, StagedFile, StepReading, Structure

OpenFile = Callable[[str], "Iterable[str] | None"]
"""Gives the lines of a file that an attempt left, by the program's name for it (``fort.25``,
``BAND.DAT``; the program's standard output is ``OUTPUT``, its deck ``INPUT``); None when it is
absent."""


@dataclass(frozen=True)
class Parent:
    """A finished calculation that a step takes something from.

    Attributes
    ----------
    step
        Its step name (``OPT``).
    deck
        Its deck, as submitted.
    output
        Its program output, whole.
    leaves
        Suffixes of the files that it left (``f9``).
    standin
        Whether the stand-in produced it.
    fort34
        Text of the geometry file that it left; None where it left none.
    """

    step: str
    deck: str
    output: str
    leaves: frozenset[str] = frozenset()
    standin: bool = False
    fort34: str | None = None


@dataclass(frozen=True)
class DeckRequest:
    """What a deck is made of.

    Attributes
    ----------
    material
        The material's id, for the title.
    step
        The step's name in the plan (``SP2``).
    settings
        The step's settings, as validated by its ``check_settings``.
    structure
        The material as submitted.
    parents
        The calculations that the step needs, by need (``geometry``, ``wavefunction``).
    given
        A deck of a person, which the step runs as it is; None where the step makes its own.
    """

    material: str
    step: str
    settings: Mapping[str, object]
    structure: Structure | None = None
    parents: Mapping[str, Parent] = field(default_factory=dict)
    given: GivenDeck | None = None


@dataclass(frozen=True)
class PreparedDeck:
    """A deck and the files that its job takes in.

    Attributes
    ----------
    text
        The deck, ending in a newline.
    takes
        Files of parents to be staged in; roles are ``<need>:<suffix>`` (``wavefunction:f9``).
    notes
        What a person should know (symmetry found, factors chosen), one sentence each.
    writes
        Files that the program reads beside its deck: name and text (``fort.34`` for EXTERNAL).
    """

    text: str
    takes: tuple[StagedFile, ...] = ()
    notes: tuple[str, ...] = ()
    writes: tuple[tuple[str, str], ...] = ()

    @property
    def fort34(self) -> str | None:
        """The geometry that EXTERNAL reads; None for a deck that holds its own."""
        return dict(self.writes).get("fort.34")


class StepType(Protocol):
    """One kind of step.

    Attributes
    ----------
    type
        Its name without number (``OPT``).
    program
        Which program runs it.
    deck_suffix
        ``d12`` or ``d3``.
    needs
        What it needs of earlier steps, each with the step types that can give it, best first:
        ``{"geometry": ("OPT",)}``; the nearest earlier step counts.
    starts_with
        Settings of the profile `standard` for a step that starts from the material, when no
        earlier step can give what it needs; None for a step that cannot.
    leaves
        The files it may leave.
    """

    type: str
    program: Literal["crystal", "properties"]
    deck_suffix: Literal["d12", "d3"]
    needs: Mapping[str, tuple[str, ...]]
    starts_with: Mapping[str, object] | None
    leaves: tuple[LeftFile, ...]

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check the settings of a plan; `where` names them in errors.

        Raises
        ------
        ConfigError
            An unknown key, a wrong type or value, a conflict.
        """

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck.

        Raises
        ------
        DeckError
            No correct deck can be made.
        """

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left; never raises for what a program may print."""
