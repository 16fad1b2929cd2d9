"""Make a home: configuration, keys and directories, without asking anything.

What a person has edited is never overwritten: a file is only replaced while it is exactly as it
was shipped, and the settings file never. Everything is checked before anything is written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crystald.errors import ConfigError, RefusedError
from crystald.settings import (
    CONFIG_FILE,
    RootsSettings,
    Settings,
    load_settings,
    refuse_backslash,
    refuse_control,
    root,
)
from crystald.settings_file import read_settings
from crystald.workspace.files import write_beside
from crystald.workspace.layout import OUTPUTS

LEDGER = "shipped.json"
"""Below the state root: which files were shipped, with the SHA-256 of what was written."""

_README = """\
This is a home of crystald: one daemon works here, and everything it knows lies here.

config/crystald.yaml   settings; edit them, then: crystalctl down && crystalctl up
config/                workflows and other tables that you may change
slurm_templates/       the job scripts that are rendered for each job
workspace/             workflow_outputs/workflow_<run>/step_<n>_<STEP>/mat_<material>/
state/                 database, keys and logs: for the daemon alone (keys are secret)

Start it with `crystalctl up`, submit with `crystalctl submit FILE.cif`, look with
`crystalctl status` and `crystalctl ls`, stop it with `crystalctl down`; jobs go on without it.
Touch state/PAUSE to keep everything from being submitted; remove it to go on.
"""


@dataclass(frozen=True)
class Wishes:
    """What a person asked for; None where nothing was said.

    Attributes
    ----------
    scheduler
        ``local`` or ``slurm``.
    crystal, properties
        Commands of the programs.
    """

    scheduler: str | None = None
    crystal: str | None = None
    properties: str | None = None


@dataclass(frozen=True)
class Report:
    """What was done.

    Attributes
    ----------
    home
        Absolute.
    written, updated, kept
        Files below the home: new; shipped anew and unedited before; left as they were.
    notes
        What a person should know or edit, one sentence each.
    """

    home: Path
    written: tuple[str, ...]
    updated: tuple[str, ...]
    kept: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Outfit:
    """What a home is made of and with.

    Attributes
    ----------
    folders
        Name of a folder in the home -> the shipped folder that is copied into it.
    which
        Finds a program on the PATH.
    make_keys
        Makes the keys of the wire in a directory.
    """

    folders: Mapping[str, Path]
    which: Callable[[str], str | None]
    make_keys: Callable[[Path], object]


@dataclass
class _Copy:
    """The copying into a home, with its record."""

    home: Path
    ledger: dict[str, str]
    written: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def put(self, relative: str, data: bytes, *, renew: bool = True) -> None:
        """Write a shipped file unless a person's version is there."""
        path = self.home / relative
        old = path.read_bytes() if path.exists() else None
        if old == data or (old is not None and not (renew and self._as_shipped(relative, old))):
            self.kept.append(relative)
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        write_beside(path, data, mode=0o644)
        self.ledger[relative] = _hash(data)
        (self.written if old is None else self.updated).append(relative)

    def _as_shipped(self, relative: str, data: bytes) -> bool:
        return self.ledger.get(relative) == _hash(data)


def make_home(home: Path, wishes: Wishes, outfit: Outfit) -> Report:
    """Make a home, or complete one that is there.

    Raises
    ------
    RefusedError
        Something else stands where a part of the home belongs; nothing was changed.
    ConfigError
        The settings that are there already are wrong, a wish is no valid setting, or the path
        holds a control character, or a backslash where jobs go to Slurm.
    """
    home = home.absolute()
    refuse_control(home)
    _refuse_clashes(home, outfit.folders)
    there = (home / CONFIG_FILE).exists()
    shipped = (outfit.folders["config"] / CONFIG_FILE.name).read_text(encoding="utf-8")
    text, notes = _settings_text(shipped, wishes, outfit.which)
    wanted = read_settings(text, Settings, "the settings to be written")
    settings = load_settings(home) if there else wanted
    if settings.scheduler.kind == "slurm":
        refuse_backslash(root(home, settings.roots.workspace))
    roots = _make_roots(home, settings.roots)
    copy = _Copy(home, _read_ledger(roots["state"] / LEDGER))
    copy.put(str(CONFIG_FILE), text.encode(), renew=False)
    copy.put("README.md", _README.encode())
    for relative, data in _shipped_files(outfit.folders):
        copy.put(relative, data)
    write_beside(roots["state"] / LEDGER, _json(copy.ledger), mode=0o600)
    outfit.make_keys(roots["state"] / "keys")
    if there:
        notes = _unmet(wishes, settings)
    return Report(home, tuple(copy.written), tuple(copy.updated), tuple(copy.kept), tuple(notes))


def default_command(program: str, which: Callable[[str], str | None]) -> tuple[str, str]:
    """Choose the command of a program, and say what was found.

    Examples
    --------
    >>> default_command("crystal", lambda name: f"/usr/bin/{name}")[0]
    'mpirun -np {ranks} Pcrystal'
    """
    parallel = f"P{program}"
    found, launcher = which(parallel), which("mpirun")
    command = f"mpirun -np {{ranks}} {parallel}" if launcher else parallel
    if found:
        return command, f"{program}: {command} ({parallel} is {found})"
    return command, (
        f"{program}: {command}, but no {parallel} is on the PATH now: edit programs in "
        f"{CONFIG_FILE} (its environment lines may load a module)"
    )


def _settings_text(
    shipped: str, wishes: Wishes, which: Callable[[str], str | None]
) -> tuple[str, list[str]]:
    """Write wishes and findings into the shipped settings, comments kept."""
    text, notes = shipped, []
    for program, wish in (("crystal", wishes.crystal), ("properties", wishes.properties)):
        command, note = (wish, f"{program}: {wish}") if wish else default_command(program, which)
        text = _set(text, program, command)
        notes.append(note)
    if wishes.scheduler:
        text = _set(text, "kind", wishes.scheduler)
    return text, notes


def _set(text: str, key: str, value: str) -> str:
    """Replace the value of a key that stands once, indented by two, in the shipped settings."""
    quoted = json.dumps(value, ensure_ascii=False)
    changed, count = re.subn(rf"(?m)^(  {key}: ).*$", lambda found: found[1] + quoted, text)
    if count != 1:
        raise ConfigError(f"the shipped settings hold {key!r} {count} times")
    return changed


def _unmet(wishes: Wishes, settings: Settings) -> list[str]:
    """Say which wishes the settings that were kept do not meet."""
    pairs = (
        ("scheduler.kind", wishes.scheduler, settings.scheduler.kind),
        ("programs.crystal", wishes.crystal, settings.programs.crystal),
        ("programs.properties", wishes.properties, settings.programs.properties),
    )
    return [
        f"{CONFIG_FILE} was kept: {key} stays {kept!r} (asked for: {wish!r}); edit it if you like"
        for key, wish, kept in pairs
        if wish is not None and wish != kept
    ]


def _refuse_clashes(home: Path, folders: Mapping[str, Path]) -> None:
    names = ("", *folders, "state")
    for place in (home / name for name in names):
        if place.exists() and not place.is_dir():
            raise RefusedError(
                f"{place} is a file where a directory of the home belongs",
                "Choose another directory, or move the file away.",
            )
    for relative in (str(CONFIG_FILE), *(name for name, _ in _shipped_files(folders))):
        if (home / relative).is_dir():
            raise RefusedError(
                f"{home / relative} is a directory where a file of the home belongs",
                "Choose another directory, or move it away.",
            )


def _make_roots(home: Path, roots: RootsSettings) -> dict[str, Path]:
    """Make the roots; state and backup are for their owner alone."""
    made = {}
    home.mkdir(parents=True, exist_ok=True)
    for name, mode in (
        ("workspace", 0o755),
        ("state", 0o700),
        ("scratch", 0o700),
        ("backup", 0o700),
    ):
        made[name] = root(home, getattr(roots, name))
        made[name].mkdir(parents=True, exist_ok=True, mode=mode)
    # what tells a workspace from a mount point whose file system is away
    (made["workspace"] / OUTPUTS).mkdir(exist_ok=True, mode=0o755)
    made["state"].chmod(0o700)
    for name in ("logs", "spool"):
        (made["state"] / name).mkdir(exist_ok=True, mode=0o700)
    return made


def _shipped_files(folders: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
    """Give every shipped file but the settings, in order."""
    for name, folder in folders.items():
        for path in sorted(folder.rglob("[!.]*")):
            if not path.is_file():
                continue
            relative = f"{name}/{path.relative_to(folder).as_posix()}"
            if relative != CONFIG_FILE.as_posix():
                yield relative, path.read_bytes()


def _read_ledger(path: Path) -> dict[str, str]:
    """Read which files were shipped; a lost ledger only means that nothing is renewed."""
    try:
        ledger = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in ledger.items()} if isinstance(ledger, dict) else {}


def _json(ledger: Mapping[str, str]) -> bytes:
    return json.dumps(ledger, indent=1, sort_keys=True).encode() + b"\n"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
