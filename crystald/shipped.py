"""Find the folders that travel with the program: configuration and job script templates.

In a wheel they are data of the package (``crystald/data/…``); in a source checkout they are the
folders of the same name beside the package, where people look for them.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from crystald.errors import ConfigError

Folder = Literal["config", "slurm_templates"]


def shipped(folder: Folder) -> Path:
    """Find a shipped folder, installed or in a checkout.

    Raises
    ------
    ConfigError
        The installation is incomplete.
    """
    with as_file(files("crystald")) as package:
        for place in (package / "data" / folder, package.parent / folder):
            if place.is_dir():
                return place
    raise ConfigError(
        f"the folder {folder!r} that belongs to crystald is missing",
        "Install crystald again: the installation is incomplete.",
    )
