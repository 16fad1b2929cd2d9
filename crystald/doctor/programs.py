"""The CRYSTAL programs, and the files of the home that become jobs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from crystald.doctor.lines import Line, bad, ok, warn
from crystald.errors import CrystaldError
from crystald.models import LeftFile, Resources
from crystald.names import Token
from crystald.settings import Settings
from crystald.workflows.plan import make_plan
from crystald.workflows.templates import read_templates
from crystald.workspace.script import ScriptOrder, render_script

LAUNCHERS = frozenset({"mpirun", "mpiexec", "mpiexec.hydra", "orterun", "srun", "prterun"})
PROGRAMS: tuple[Literal["crystal", "properties"], ...] = ("crystal", "properties")
CHECK_S = 20.0


def words_to_find(argv: Sequence[str]) -> tuple[str, ...]:
    """Give the words of a command that must be programs: the first, and the last of a launcher's.

    Examples
    --------
    >>> words_to_find(["mpirun", "-np", "8", "Pcrystal"]), words_to_find(["runcry23", "x"])
    (('mpirun', 'Pcrystal'), ('runcry23',))
    """
    if Path(argv[0]).name in LAUNCHERS and len(argv) > 1:
        return (argv[0], argv[-1])
    return (argv[0],)


def programs_of(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Give setting -> the words that must be programs."""
    return {name: words_to_find(settings.programs.argv(name, 1)) for name in PROGRAMS}


def judge_program(name: str, word: str, place: str | None, *, elsewhere: bool) -> Line:
    """Judge one program of a command.

    Parameters
    ----------
    name
        The setting.
    word
        The program.
    place
        Where it is here; None when it is not.
    elsewhere
        Whether jobs may find it all the same: they run on other machines, or load modules.
    """
    if place is not None:
        return ok("programs", f"{name}: {word} is {place}")
    text = f"{name}: {word} is not found here"
    if elsewhere:
        return warn(
            "programs", text, "A job may find it by its environment lines: crystalctl doctor --job."
        )
    return bad("programs", text, f"Correct programs.{name} in config/crystald.yaml.")


def look_at_programs(settings: Settings, path: str | None) -> Iterator[Line]:
    """Look for the programs, and read the environment lines as bash would."""
    elsewhere = settings.scheduler.kind == "slurm" or bool(settings.programs.environment)
    for name, words in programs_of(settings).items():
        for word in words:
            yield judge_program(name, word, shutil.which(word, path=path), elsewhere=elsewhere)
    lines = settings.programs.environment
    if not lines:
        return
    if complaint := _complaint("\n".join(lines)):
        cure = "Correct programs.environment in config/crystald.yaml."
        yield bad("programs", f"the environment lines are no shell: {complaint}", cure)
    else:
        yield ok("programs", f"{len(lines)} environment lines can be read by bash")


def look_at_workflows(home: Path) -> Iterator[Line]:
    """Make a plan of every workflow of the home."""
    path = home / "config" / "workflows.yaml"
    try:
        text = path.read_text(encoding="utf-8")
        names = list(read_templates(text).workflows)
        for name in names:
            make_plan(name, text)
    except (OSError, UnicodeDecodeError) as error:
        yield bad("workflows", f"{path} cannot be read: {error}", f"crystalctl init '{home}'")
    except CrystaldError as error:
        yield bad("workflows", f"{path}: {error.message}", error.hint)
    else:
        yield ok("workflows", f"{len(names)} can be planned: {', '.join(names)}")


def steps_of(home: Path) -> dict[str, Resources]:
    """Give what the jobs of each step of a home's workflows ask for; nothing where that is unclear.

    A step that stands in several workflows is named with them.
    """
    try:
        templates = read_templates((home / "config" / "workflows.yaml").read_text(encoding="utf-8"))
        asked = [
            (name, step.step, templates.resources_of(step))
            for name in templates.workflows
            for step in templates.steps(name)
        ]
    except (OSError, UnicodeDecodeError, CrystaldError):
        return {}  # said by look_at_workflows
    found: dict[tuple[str, Resources], list[str]] = {}
    for name, step, resources in asked:
        found.setdefault((step, resources), []).append(name)
    return {f"{step} of {', '.join(names)}": asks for (step, asks), names in found.items()}


def look_at_templates(home: Path, settings: Settings) -> Iterator[Line]:
    """Render a script of each kind and let bash read it."""
    folder = home / "slurm_templates"
    for program in PROGRAMS:
        try:
            script = render_script(_example(program, settings), folder)
        except (CrystaldError, OSError) as error:
            hint = error.hint if isinstance(error, CrystaldError) else ""
            cure = hint or f"Complete the home: crystalctl init '{home}'"
            yield bad("templates", str(error).partition("\n")[0], cure)
            continue
        if complaint := _complaint(script):
            cure = f"Compare {folder} with the shipped templates."
            yield bad("templates", f"{program}: the script is no shell: {complaint}", cure)
        else:
            yield ok("templates", f"{program}: a script can be written ({len(script)} bytes)")


def _example(program: Literal["crystal", "properties"], settings: Settings) -> ScriptOrder:
    nowhere = Path("/nowhere")
    return ScriptOrder(
        material="example",
        step="SP",
        program=program,
        program_argv=settings.programs.argv(program, 2),
        token=Token("0" * 20),
        name="example_SP",
        attempt=nowhere,
        spool=nowhere,
        scratch=nowhere,
        deck="example.d12",
        takes=((nowhere / "fort.9", "fort.20", 1),),
        leaves=(LeftFile("fort.9", "f9", needed=True),),
        resources=Resources(ranks=2, time_limit_s=3600),
        ring_argv=("ring",),
        endpoint=nowhere,
        ring_key=nowhere,
        environment=settings.programs.environment,
        directives=settings.slurm.directive_lines(),
    )


def _complaint(script: str) -> str:
    """Give what bash says of a script that it only reads; nothing where there is no bash."""
    try:
        done = subprocess.run(
            ["bash", "-n"],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            timeout=CHECK_S,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bash cannot be started: {error}"
    return done.stderr.strip().partition("\n")[0] if done.returncode else ""
