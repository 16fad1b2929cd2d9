"""The settings of a home: ``config/crystald.yaml`` read once into frozen values.

Every key is optional. Each part of the daemon declares its own section beside itself; this module
declares the sections that belong to no part and puts all of them together.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from crystald.crystal.deck.versions import NEWEST, Version
from crystald.errors import ConfigError
from crystald.models import LeftFile
from crystald.names import CONTROL
from crystald.schedulers.slurm.settings import Directive, SlurmSettings, check_directives
from crystald.settings_file import read_over, read_settings
from crystald.steps.checks.settings import ChecksSettings
from crystald.tasks.housekeeper import BackupSettings
from crystald.tasks.policy import QueueSettings
from crystald.wire.settings import WireSettings
from crystald.workflows.resources import unknown_build

CONFIG_FILE = Path("config") / "crystald.yaml"
"""Where the settings of a home are, below the home."""

SITES = Path("config") / "sites"
"""Where the files of sites are, below the home."""

Command = str | tuple[str, ...]
"""A command line: one text, split as a shell would split it, or a list of its words."""


Directory = Annotated[str, msgspec.Meta(min_length=1, pattern=r"^[^\x00-\x1f\x7f]*\Z")]

Line = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x08\x0a-\x1f\x7f]*\Z")]
"""One line of shell: whatever it holds, it ends where the list's entry ends."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A section of the file: frozen, and unknown keys are errors."""


class DaemonSettings(Section, frozen=True, kw_only=True):
    """The daemon itself.

    Attributes
    ----------
    lease_s
        How long the lease on the home must stand still before another daemon may take over, s.
    workers
        Processes that read outputs and make decks and pictures; they end when idle.
    work_timeout_s
        How long one such piece of work may take, s.
    """

    lease_s: Annotated[float, msgspec.Meta(ge=2, le=3600)] = 30.0
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    work_timeout_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)] = 600.0


class RootsSettings(Section, frozen=True, kw_only=True):
    """The directories below which files are written, relative to the home or absolute.

    Attributes
    ----------
    workspace
        Directories of the calculations.
    state
        Database, keys, logs, spool; on a file system with real locks.
    scratch
        Where jobs run; removed after each job.
    backup
        Copies of the database.
    """

    workspace: Directory = "workspace"
    state: Directory = "state"
    scratch: Directory = "scratch"
    backup: Directory = "backup"


class SchedulerSettings(Section, frozen=True, kw_only=True):
    """The scheduler that gets the jobs.

    Attributes
    ----------
    kind
        ``local``: the scheduler inside crystald, on this machine; ``slurm``: the cluster's.
    site
        Name of a file in ``config/sites`` whose settings hold where this file says nothing; null
        for none.
    slots
        Local: jobs that run at the same time; null: as many as this machine has cores.
    poll_s
        How often it is asked while jobs live, s; rings of jobs come at once all the same.
    """

    kind: Literal["local", "slurm"] = "local"
    site: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*\Z")] | None = None
    slots: Annotated[int, msgspec.Meta(ge=1, le=4096)] | None = None
    poll_s: Annotated[float, msgspec.Meta(ge=0.1, le=600)] = 15.0

    def slots_or_cores(self) -> int:
        """Give the number of slots."""
        return self.slots or len(os.sched_getaffinity(0))


_KEPT = re.compile(r"[A-Za-z0-9*?][A-Za-z0-9._+*?-]*")


def _words(name: str, command: Command) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(command)) if isinstance(command, str) else command
    except ValueError as error:
        raise ValueError(f"{name}: {str(error).lower()}") from error
    if not words or not all(words):
        raise ValueError(f"{name} must name a program")
    if any(CONTROL.search(word) for word in words):
        raise ValueError(f"{name} holds a control character (a line break, for example)")
    return words


class BuildSettings(Section, frozen=True, kw_only=True):
    """Another build of the programs (MPPcrystal, a serial one, CRYSTAL17), for steps that name it.

    Attributes
    ----------
    crystal, properties, environment
        As in ``programs``; null for what stands there.
    version
        Of its programs; null for what stands in ``programs``.
    directives
        Further options of sbatch for its jobs, after those of ``slurm``.
    """

    crystal: Command | None = None
    properties: Command | None = None
    environment: tuple[Line, ...] | None = None
    version: Version | None = None
    directives: tuple[Directive, ...] = ()

    def __post_init__(self) -> None:
        """Check that its commands can be split into words, and its options."""
        check_directives(self.directives)
        for name in ("crystal", "properties"):
            if (command := getattr(self, name)) is not None:
                _words(name, command)


class ProgramsSettings(Section, frozen=True, kw_only=True):
    """The CRYSTAL programs, as a job starts them.

    Attributes
    ----------
    crystal, properties
        The command; ``{ranks}`` in it becomes the number of MPI processes of the job.
    environment
        Lines of shell put into each job script before the program (``module load …``).
    version
        Of the programs; null for 23.
    keep
        Names or patterns of further files that jobs leave; they stay in the attempts' directories.
    builds
        Name -> another build; the resource ``build`` of a step names one.
    """

    crystal: Command = "Pcrystal"
    properties: Command = "Pproperties"
    environment: tuple[Line, ...] = ()
    version: Version | None = None
    keep: tuple[str, ...] = ()
    builds: dict[str, BuildSettings] = {}

    def __post_init__(self) -> None:
        """Check that both commands can be split into words, and that files to keep have names."""
        for name in ("crystal", "properties"):
            _words(name, getattr(self, name))
        for pattern in self.keep:
            if not _KEPT.fullmatch(pattern):
                raise ValueError(
                    f"keep: {pattern!r} is no name of a file (* and ? may stand in it)"
                )

    @property
    def kept(self) -> tuple[LeftFile, ...]:
        """The further files, as a step's table has them."""
        return tuple(LeftFile(pattern, "") for pattern in self.keep)

    def of_build(self, name: str) -> ProgramsSettings:
        """Give the programs of a build; no name for those that stand here.

        Raises
        ------
        ConfigError
            There is no such build.
        """
        if not name:
            return self
        if (build := self.builds.get(name)) is None:
            raise unknown_build(name, self.builds)
        given = {
            key: value
            for key in ("crystal", "properties", "environment")
            if (value := getattr(build, key)) is not None
        }
        return msgspec.structs.replace(self, **given)

    def versions(self) -> dict[str, Version]:
        """Give the version of each build, no name for the programs that stand here."""
        own: Version = self.version or NEWEST
        return {"": own, **{name: build.version or own for name, build in self.builds.items()}}

    def directives_of(self, name: str) -> tuple[str, ...]:
        """Give what jobs of a build ask of sbatch beside everything else."""
        return self.builds[name].directives if name in self.builds else ()

    def argv(self, program: Literal["crystal", "properties"], ranks: int) -> tuple[str, ...]:
        """Give the words of a program's command for a number of MPI processes.

        Examples
        --------
        >>> ProgramsSettings(crystal="mpirun -np {ranks} Pcrystal").argv("crystal", 8)
        ('mpirun', '-np', '8', 'Pcrystal')
        """
        words = _words(program, getattr(self, program))
        return tuple(word.replace("{ranks}", str(ranks)) for word in words)


class LoggingSettings(Section, frozen=True, kw_only=True):
    """What is logged to ``logs/`` below the state root.

    Attributes
    ----------
    level
        The least important messages that are kept.
    rotate_mb
        Size at which a new file is begun, MB.
    keep
        Old files that are kept.
    """

    level: Literal["debug", "info", "warning", "error"] = "info"
    rotate_mb: Annotated[float, msgspec.Meta(gt=0, le=10_000)] = 10.0
    keep: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 5


class Settings(Section, frozen=True, kw_only=True):
    """All settings of a home.

    Attributes
    ----------
    daemon, roots, scheduler, slurm, queue, programs, wire, logging, backup, checks
        The sections of the file.
    """

    daemon: DaemonSettings = DaemonSettings()
    roots: RootsSettings = RootsSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    slurm: SlurmSettings = SlurmSettings()
    queue: QueueSettings = QueueSettings()
    programs: ProgramsSettings = ProgramsSettings()
    wire: WireSettings = WireSettings()
    logging: LoggingSettings = LoggingSettings()
    backup: BackupSettings = BackupSettings()
    checks: ChecksSettings = ChecksSettings()


class SiteSettings(Section, frozen=True, kw_only=True):
    """What a file of ``config/sites`` may say: what is the same for everybody on a cluster.

    Attributes
    ----------
    slurm, queue, programs, roots
        As in the settings of a home, which come first.
    """

    slurm: SlurmSettings = SlurmSettings()
    queue: QueueSettings = QueueSettings()
    programs: ProgramsSettings = ProgramsSettings()
    roots: RootsSettings = RootsSettings()


def load_settings(home: Path) -> Settings:
    """Read the settings of a home, those of its site beneath.

    Raises
    ------
    ConfigError
        A file is absent or wrong; the error names file, line, key, value and what is allowed. Or
        the home itself lies where none can be.
    """
    refuse_control(home)
    path = home / CONFIG_FILE
    text = _text(path, f"Make a home with: crystalctl init {home}")
    settings = read_settings(text, Settings, str(path))
    if settings.scheduler.site is None:
        return settings
    site = home / SITES / f"{settings.scheduler.site}.yaml"
    beneath = _text(site, f"Write it, or change scheduler.site in {path}.")
    read_settings(beneath, SiteSettings, str(site))
    return read_over(beneath, text, Settings, f"{path} over {site}")


def _text(path: Path, hint: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error}", hint
        ) from error


def root(home: Path, configured: str) -> Path:
    """Give the absolute path of a configured root.

    Raises
    ------
    ConfigError
        It holds a control character.

    Examples
    --------
    >>> root(Path("/home/me/home"), "state"), root(Path("/home/me/home"), "/local/me")
    (PosixPath('/home/me/home/state'), PosixPath('/local/me'))
    """
    path = (home / Path(configured).expanduser()).absolute()
    refuse_control(path)
    return path


def refuse_control(path: Path) -> None:
    """Refuse a directory whose path could not stand on one line of a job script.

    Raises
    ------
    ConfigError
        It holds a control character.
    """
    if found := CONTROL.search(str(path)):
        raise ConfigError(
            f"the directory {str(path)!r} holds the control character {found[0]!r}",
            "Rename it, or choose another: its path stands in every job script.",
        )


def refuse_backslash(workspace: Path) -> None:
    """Refuse a workspace for Slurm whose path holds a backslash.

    Slurm takes a backslash in the name of a job's log for an escape ("filename pattern",
    sbatch(1)): it would look for the log elsewhere, and no job would start.

    Raises
    ------
    ConfigError
        It holds one.
    """
    if "\\" in str(workspace):
        raise ConfigError(
            f"the directory {workspace} has a backslash in its path",
            "Slurm cannot open the logs of jobs there: rename it, or choose another (roots.workspace).",
        )
