"""What a run of either program is given, and how it begins and ends. No effects."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping

from crystal_standin.events import Play, RefusalError, Report
from crystal_standin.printing.banner import print_banner


@dataclasses.dataclass(frozen=True, slots=True)
class Behaviour:
    """Ways to misbehave that need the run itself to know of them (see ``faults``).

    Attributes
    ----------
    scf_limit : int
        Stop every SCF unconverged after so many cycles; 0 for no.
    fail_at_point : int
        The SCF of this optimisation point does not converge; 0 for none.
    point_limit : int
        Give up the optimisation after so many points; 0 for no.
    metallic : bool
        Print the bands as conducting whatever they are.
    restart_once : bool
        Print FINALRUN's restart before the last point.
    empty_wavefunction, no_wavefunction : bool
        Leave fort.9 empty, or leave none.
    """

    scf_limit: int = 0
    fail_at_point: int = 0
    point_limit: int = 0
    metallic: bool = False
    restart_once: bool = False
    empty_wavefunction: bool = False
    no_wavefunction: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """What a run of either program is given.

    Attributes
    ----------
    deck : str
        The deck.
    files : mapping of str to bytes
        The files in the directory that the program may read.
    start : dt.datetime
        The clock's time.
    seconds : float
        How long the run takes.
    behaviour : Behaviour
        Misbehaviour asked for.
    """

    deck: str
    files: Mapping[str, bytes]
    start: dt.datetime
    seconds: float = 0.0
    behaviour: Behaviour = dataclasses.field(default_factory=Behaviour)

    @property
    def fort34(self) -> str:
        """The geometry file beside the deck; empty without one."""
        return self.files.get("fort.34", b"").decode(errors="replace")


def play(job: Job, program: Callable[[Report, Job], None], title: str | None = None) -> Play:
    """Run a program from its banner to its end.

    Parameters
    ----------
    job : Job
        What the run is given.
    program : callable
        Prints what comes between.
    title : str or None
        Printed below the banner, as far as it fits.
    """
    report = Report(job.start, job.seconds)
    report.stage("start")
    print_banner(report)
    if title is not None:
        report.line(f" {title[:80]:<80}")
    report.stage("banner")
    try:
        program(report, job)
    except RefusalError as refusal:
        _refuse(report, refusal)
    return Play(tuple(report.events))


def _refuse(report: Report, refusal: RefusalError) -> None:
    """End a run as CRYSTAL ends on a fatal error: a line, fort.87, no termination line."""
    line = f" ERROR **** {refusal.routine} **** {refusal.text}"
    if refusal.note:
        report.line(f" STAND-IN NOTE: {refusal.note}")
    report.line(line)
    report.tick("ERR")
    report.file("fort.87", line + "\n")
