"""What the files of a step say, and which files it takes and leaves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crystald.models.structures import Structure


class VerdictKind(StrEnum):
    """What an output says of its run (values as ``crystalctl read`` prints them)."""

    OK = "ok"
    FAULT = "fault"
    RUNNING = "running"
    TRUNCATED = "truncated"
    NOT_CRYSTAL = "not-crystal"


@dataclass(frozen=True)
class Verdict:
    """The judgement of an output.

    Attributes
    ----------
    kind
        What it is.
    fault
        The class of the fault (a key of ``crystald.crystal.output.faults``), None without one.
    line
        The line of evidence as printed, None without one.
    line_number
        Where it stands, from 1.
    file
        In which file, None for the output itself.
    """

    kind: VerdictKind
    fault: str | None = None
    line: str | None = None
    line_number: int | None = None
    file: str | None = None


@dataclass(frozen=True)
class PropertyValue:
    """One number (or text) that was read, with its unit and where it was printed.

    Attributes
    ----------
    name
        The property; the unit is not part of the name.
    value
        As printed; lists and objects as JSON-ready values.
    unit
        ``Ha``, ``eV``, ``Å``, ``Å^3``, ``deg``, ``1/cm``, ``s``, …; empty for pure numbers.
    file
        Name of the file below the attempt's output directory.
    line
        Number of the line from 1; None where a value comes from many.
    """

    name: str
    value: float | int | str | bool | list[object] | dict[str, object]
    unit: str = ""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class LeftFile:
    """A file that a step leaves behind.

    Attributes
    ----------
    name
        What the program calls it (``fort.9``), or a pattern of several (``optc*``).
    suffix
        What it is called when published, after ``<material>_<step>.`` (``f9``); empty for what
        only stays in the attempt's directory.
    needed
        Whether success needs it (successors read it).
    joint
        What stands between ``<material>_<step>`` and the suffix (``_``: ``MgO_sp_DENS.CUBE``).
    """

    name: str
    suffix: str
    needed: bool = False
    joint: str = "."


@dataclass(frozen=True)
class StagedFile:
    """A file that a job takes in.

    Attributes
    ----------
    role
        Which file of which need: ``<STEP>:<suffix>``, for example ``SP:f9``.
    name
        What the program calls it in its scratch directory (``fort.9``).
    """

    role: str
    name: str


@dataclass(frozen=True)
class StepReading:
    """What one attempt's files say.

    Attributes
    ----------
    verdict
        The judgement of the output.
    program
        Which program printed it: ``crystal``, ``properties`` or ``standin``.
    version
        As in the banner; None when none was found.
    properties
        What was read.
    structure
        The last geometry printed (final for an optimisation), None when none was.
    missing
        Needed files that are absent or empty.
    marks
        Reasons to look twice at a converged result (``suspect: …``), each with its line.
    blocks
        Those of them that a person must answer before anything follows.
    """

    verdict: Verdict
    program: str
    version: str | None = None
    properties: tuple[PropertyValue, ...] = ()
    structure: Structure | None = None
    missing: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
