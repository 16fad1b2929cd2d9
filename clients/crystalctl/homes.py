"""Find the home that a command is about."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from crystald.errors import RequestError

CONFIG_FILE = Path("config") / "crystald.yaml"
FALLBACK = Path(".crystald")
"""Below the user's home directory."""


def find_home(
    given: Path | None, environment: Mapping[str, str], start: Path, user_home: Path, uid: int
) -> Path:
    """Find a home: as given, from ``$CRYSTALD_HOME``, the nearest one above, ``~/.crystald``.

    A directory above counts only when nobody else could have put it there: its settings belong
    to the caller and nobody else may write them.

    Parameters
    ----------
    given
        From the command line.
    environment
        Of the process.
    start
        Where the search upwards begins, absolute.
    user_home, uid
        Of the caller.

    Raises
    ------
    RequestError
        There is no home.
    """
    named = given or (Path(text) if (text := environment.get("CRYSTALD_HOME")) else None)
    if named is not None:
        return _checked(named.absolute())
    above = (start, *start.parents)
    found = next((place for place in above if trustworthy(place, uid)), None)
    fallback = user_home / FALLBACK
    if found is None and trustworthy(fallback, uid):
        found = fallback
    if found is None:
        raise RequestError(f"there is no home of crystald at or above {start}", _advice(above))
    return found


def trustworthy(place: Path, uid: int) -> bool:
    """Tell whether a directory is a home that belongs to `uid` and that nobody else may change."""
    try:
        statuses = [(place / part).stat() for part in (CONFIG_FILE.parent, CONFIG_FILE)]
    except OSError:
        return False
    others = stat.S_IWGRP | stat.S_IWOTH
    return all(status.st_uid == uid and not status.st_mode & others for status in statuses)


def state_directory(home: Path) -> Path:
    """Give the directory with the daemon's address and keys (``roots.state`` of the settings).

    Raises
    ------
    RequestError
        The settings cannot be read.
    """
    import yaml

    try:
        settings = yaml.safe_load((home / CONFIG_FILE).read_text(encoding="utf-8"))
        state = ((settings or {}).get("roots") or {}).get("state") or "state"
    except (OSError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise RequestError(
            f"{home / CONFIG_FILE} cannot be read: {error}", "Mend it; see docs/settings.md."
        ) from error
    return (home / Path(str(state)).expanduser()).absolute()


def this_home(given: Path | None) -> Path:
    """Find the home for this process."""
    return find_home(given, os.environ, Path.cwd(), Path.home(), os.getuid())


def _checked(home: Path) -> Path:
    if not (home / CONFIG_FILE).is_file():
        raise RequestError(
            f"{home} is no home of crystald (it has no {CONFIG_FILE})",
            f"Make it one with: crystalctl init {home}",
        )
    return home


def _advice(above: tuple[Path, ...]) -> str:
    passed = next((place for place in above if (place / CONFIG_FILE).exists()), None)
    if passed is None:
        return "Make one with crystalctl init DIR, or name one with --home DIR."
    return (
        f"{passed} was passed over: its {CONFIG_FILE} is not yours, or others may write it "
        "(chmod go-w). Name a home with --home DIR."
    )
