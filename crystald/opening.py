"""A home that is opened: its settings, and its roots, which are there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crystald.errors import ConfigError
from crystald.settings import Settings, load_settings, refuse_backslash, root
from crystald.workspace.layout import Roots


@dataclass(frozen=True)
class Home:
    """A home with its settings and absolute roots."""

    path: Path
    settings: Settings
    roots: Roots
    backup: Path

    @property
    def database(self) -> Path:
        """The database file."""
        return self.roots.state / "materials.db"

    @property
    def spool(self) -> Path:
        """Where jobs leave messages."""
        return self.roots.state / "spool"


def open_home(path: Path) -> Home:
    """Read the settings of a home and look whether its roots are there.

    Raises
    ------
    ConfigError
        There is no home, its settings are wrong, its workspace cannot be Slurm's, or a root is not
        there: what is away must not be taken for empty.
    """
    settings = load_settings(path)
    places = settings.roots
    roots = Roots(
        root(path, places.workspace), root(path, places.state), root(path, places.scratch)
    )
    if settings.scheduler.kind == "slurm":
        refuse_backslash(roots.workspace)
    for directory in (roots.state / "keys", roots.workspace):
        if not directory.is_dir():
            raise ConfigError(
                f"{directory} is not there",
                f"Is its file system mounted? For a new one: crystalctl init {path}",
            )
    for directory in (roots.state / "spool", roots.scratch):
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    # the plotting library writes a cache, and a home directory may be read-only
    os.environ.setdefault("MPLCONFIGDIR", str(roots.state / "cache" / "matplotlib"))
    return Home(path, settings, roots, root(path, places.backup))
