"""The ways to fail on purpose: one literal table, and one pure function that strikes a run.

Exit statuses are as misleading as the real ones: an ``ERROR ****`` of the serial program often
leaves 0, and so does an unconverged SCF; an abort of the message passing leaves 1.
"""

from __future__ import annotations

import dataclasses
import signal

from crystal_standin.events import Event, File, Play, Stage, Text
from crystal_standin.job import Behaviour


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail.

    Attributes
    ----------
    about : str
        What happens, for ``--list-faults``.
    stages : tuple of str
        Where it strikes: the first of these that the run has; none for faults of behaviour.
    lines : tuple of str
        What is printed there.
    report : str
        What fort.87 says; empty for no such file.
    status, signal : int
        How the program ends.
    behaviour : Behaviour
        What the run itself does differently.
    keep : bool
        The run goes on after the lines.
    """

    about: str
    stages: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    report: str = ""
    status: int = 0
    signal: int = 0
    behaviour: Behaviour = dataclasses.field(default_factory=Behaviour)
    keep: bool = False


NO_FAULT = Fault("nothing goes wrong")

_ABORT = "Abort(1) on node 1 (rank 1 in comm 0): application called MPI_Abort(MPI_COMM_WORLD, 1) - process 1"
_TTTT_ERR = f" {'T' * 30} ERR         TELAPSE {1.0:11.2f} TCPU {0.96:11.2f}"
_IMAGE = "Image              PC                Routine            Line        Source             "
_FRAME = "Pcrystal           0000000001C9ED75  Unknown               Unknown  Unknown"


def _error(about: str, stage: str, routine: str, text: str) -> Fault:
    line = f" ERROR **** {routine} **** {text}"
    return Fault(about, (stage, "input", "banner"), (line, _TTTT_ERR), line)


def _behaving(about: str, behaviour: Behaviour) -> Fault:
    return Fault(about, behaviour=behaviour)


FAULTS: dict[str, Fault] = {
    "too-many-cycles": _behaving(
        "the SCF reaches MAXCYCLE; the run ends normally", Behaviour(scf_limit=4)
    ),
    "optgeom-scf-failed": _behaving(
        "the SCF of the second point fails: OPTGEOM stops", Behaviour(fail_at_point=2)
    ),
    "opt-failed": _behaving(
        "the optimisation runs out of points; final geometry all the same",
        Behaviour(point_limit=2),
    ),
    "conducting": _behaving("the SCF ends in a false conducting state", Behaviour(metallic=True)),
    "finalrun-restart": _behaving(
        "the optimisation restarts once (FINALRUN) and converges", Behaviour(restart_once=True)
    ),
    "empty-f9": _behaving("fort.9 stays empty", Behaviour(empty_wavefunction=True)),
    "no-f9": _behaving("no fort.9 is written", Behaviour(no_wavefunction=True)),
    "pxk-too-small": Fault(
        "flat point: the trust radius collapses; the reason stands in fort.87 only",
        ("opt", "scf", "input"),
        (
            " UPDATED TRUST RADIUS     0.000E+00",
            " INFORMATION **** OPTGEN **** TOO SMALL TRUST RADIUS - INDICES UPDATED IN NEXT POINT",
            _ABORT,
        ),
        " ERROR **** BFGS_ **** PXK TOO SMALL",
        status=1,
    ),
    "linear-dependence": _error(
        "the overlap matrix is not positive definite",
        "input",
        "CHOLSK",
        "BASIS SET LINEARLY DEPENDENT",
    ),
    "linear-dependence-real": _error(
        "the same at a real k point", "input", "RHOLSK", "BASIS SET LINEARLY DEPENDENT"
    ),
    "fermi-not-in-interval": _error(
        "the SCF diverges", "scf", "ZERO", "FERMI ENERGY NOT IN INTERVAL"
    ),
    "neighb": _error(
        "atoms too close", "geometry", "NEIGHB", "USE KEYWORD SMALLDIST TO RUN ANYWAY"
    ),
    "not-neutral": _error(
        "shell charges do not add up", "geometry", "LoadBa", "UNIT CELL NOT NEUTRAL"
    ),
    "no-basis": _error(
        "the basis lacks an element",
        "geometry",
        "init_pobTZVP_rev2",
        "Basis set is not implemented for requested element:   87",
    ),
    "format-error": _error(
        "an unreadable record", "banner", "INPBAS", "FORMAT ERROR IN INPUT DECK"
    ),
    "end-of-data": _error("the deck ends early", "banner", "INPUT", " END OF DATA IN INPUT DECK"),
    "keyword": _error("an unknown keyword", "geometry", "READM2", "KEYWORD            NOT ALLOWED"),
    "itol": _error("TOLINTEG not allowed", "geometry", "INP12B", "INCONSISTENT ITOL SIZE"),
    "guessp-missing": _error(
        "GUESSP without fort.20",
        "geometry",
        "GUESSP",
        "COPY OF WAVEFUNCTION FILE fort.20 CAN NOT BE FOUND",
    ),
    "wavefunction-missing": _error(
        "properties without fort.9",
        "banner",
        "init_properties_io",
        "Wavefunction file can not be found",
    ),
    "external-missing": _error(
        "EXTERNAL without fort.34", "banner", "EXTERNAL", "GEOMETRY DATA FILE NOT FOUND"
    ),
    "chemod": _error("wrong CHEMOD", "geometry", "CHEMOD", "INPUT ERROR"),
    "shrink": _error(
        "k mesh against the symmetry",
        "geometry",
        "SHRINK",
        "ANISOTROPIC SHRINKING FACTOR NOT CONSISTENT WITH SYMMETRY",
    ),
    "gvectors": _error("not enough G vectors", "input", "GCALCO", "ALL G-VECTORS USED - INCREASE"),
    "ilasize": _error(
        "ILASIZE too small", "input", "GILA", "ILA DIMENSION EXCEEDED - INCREASE ILASIZE"
    ),
    "neighbor-list": _error(
        "Becke grid neighbour array", "input", "WBECKE_F", "NEIGHBOR LIST TOO BIG"
    ),
    "model-hessian": _error(
        "no model Hessian for an element",
        "input",
        "HESSMOD",
        "PARAMETERS FOR MODEL HESSIAN NOT DEFINED",
    ),
    "spin": _error(
        "SPINLOCK in a closed shell run",
        "geometry",
        "READM2",
        "CLOSED SHELL RUN-SPIN POLARIZATION NOT ALLOWED",
    ),
    "flat-surface": Fault(
        "a leg of the optimisation stops on a flat surface, the run goes on",
        ("opt", "end"),
        (
            " " + "WARNING" * 11,
            " FLAT SURFACE - NO CHANGE IN ENERGY FOR   4 STEPS",
            " " + "WARNING" * 11,
        ),
        keep=True,
    ),
    "not-neutral-warning": Fault(
        "a charged cell on purpose: only a warning",
        ("geometry",),
        (" WARNING **** INPBAS **** UNIT CELL NOT NEUTRAL",),
        keep=True,
    ),
    "scf-blow-up": Fault(
        "the energy jumps by tens of hartree, the false state converges",
        ("scf",),
        (" CYC  49 ETOT(AU) -2.462100000000E+02 DETOT  2.90E+01 tst  1.20E+00 PX  4.10E+00",),
        keep=True,
    ),
    "mpi-abort": Fault(
        "MPI_Abort without a word of CRYSTAL's", ("scf", "work", "input"), (_ABORT,), status=1
    ),
    "mpi-abort-openmpi": Fault(
        "the same from Open MPI",
        ("scf", "work", "input"),
        (
            "MPI_ABORT was invoked on rank 2 in communicator MPI_COMM_WORLD",
            "with errorcode 1.",
        ),
        status=1,
    ),
    "forrtl-sigterm": Fault(
        "killed at the time limit, Intel's run time says so",
        ("opt", "scf", "work", "input"),
        ("forrtl: error (78): process killed (SIGTERM)", _IMAGE, *[_FRAME] * 3),
        status=1,
    ),
    "sigsegv": Fault(
        "segmentation fault",
        ("scf", "work", "input"),
        ("forrtl: severe (174): SIGSEGV, segmentation fault occurred", _IMAGE, _FRAME),
        status=174,
    ),
    "oom": Fault(
        "out of memory: a rank is killed, the launcher reports success",
        ("scf", "work", "input"),
        (
            "=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES",
            "=   KILLED BY SIGNAL: 9 (Killed)",
        ),
    ),
    "killed": Fault(
        "SIGKILL: the output just stops", ("opt", "scf", "work", "input"), signal=signal.SIGKILL
    ),
    "terminated": Fault(
        "SIGTERM: the output just stops", ("opt", "scf", "work", "input"), signal=signal.SIGTERM
    ),
    "walltime-silent": Fault("the output just stops, status 0", ("opt", "scf", "work", "input")),
    "disk-full": Fault(
        "no space left",
        ("scf", "work", "input"),
        ("forrtl: No space left on device", " error during write"),
        status=38,
    ),
    "quota": Fault(
        "quota exceeded",
        ("scf", "work", "input"),
        ("forrtl: Disk quota exceeded", " error during write"),
        status=38,
    ),
    "no-end": Fault("everything but the last two lines", ("end",)),
    "no-output": Fault("not a byte", ("start",)),
    "garbage": Fault(
        "not an output at all", ("start",), ("\x00\x01\x7fELF \x1b[31m?? \ufffd " * 40,), status=0
    ),
    "bad-exit": Fault("a complete output and status 1", status=1),
}
"""Every fault by its name."""


def listing() -> str:
    """Return the table for ``--list-faults``."""
    width = max(len(name) for name in FAULTS)
    return "".join(f"{name:<{width}}  {fault.about}\n" for name, fault in FAULTS.items())


def strike(play: Play, fault: Fault) -> Play:
    """Let a fault strike a run.

    Parameters
    ----------
    play : Play
        The run, made with the fault's behaviour.
    fault : Fault
        What goes wrong.

    Returns
    -------
    Play
        The run with the fault's lines and end; unchanged where the run has none of its stages.
    """
    ended = dataclasses.replace(play, status=fault.status or play.status, signal=fault.signal)
    if not fault.stages:
        return ended
    names = [event.name for event in play.events if isinstance(event, Stage)]
    stage = next((name for name in fault.stages if name in names), "")
    if not stage:
        return play
    place = play.events.index(Stage(stage))
    said: list[Event] = [Text("".join(f"{line}\n" for line in fault.lines))]
    if fault.report:
        said.append(File("fort.87", f"{fault.report}\n".encode()))
    rest = play.events[place:] if fault.keep else ()
    return dataclasses.replace(ended, events=(*play.events[:place], *said, *rest))
