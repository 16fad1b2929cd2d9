"""Ask systemd's user manager and logind; both may be absent, and then say nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ANSWER_S = 20.0

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True)
class Systemd:
    """The user's systemd.

    Attributes
    ----------
    run
        Runs a command (the face of :func:`subprocess.run`).
    """

    run: Run = subprocess.run

    def answers(self) -> bool:
        """Tell whether a user manager can be asked."""
        return self.user("show", "--property=Version").returncode == 0

    def user(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``systemctl --user``; one that is absent or hangs has failed."""
        return self._call("systemctl", "--user", *words)

    def linger(self, user: str) -> bool | None:
        """Tell whether the user's services outlive his sessions; None when nobody says."""
        said = self._call("loginctl", "show-user", user, "--property=Linger")
        value = said.stdout.strip().removeprefix("Linger=")
        if said.returncode == 0 and value in ("yes", "no"):
            return value == "yes"
        # logind knows nobody who is neither logged in nor lingering
        unknown = "not logged in or lingering" in said.stderr
        return False if unknown else None

    def _call(self, *words: str) -> subprocess.CompletedProcess[str]:
        try:
            return self.run(words, capture_output=True, text=True, timeout=ANSWER_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return subprocess.CompletedProcess(words, 127, "", str(error))


def unit_folder(environment: Mapping[str, str], user_home: Path) -> Path:
    """Give the directory of the user's units (systemd.unit(5), basedir specification).

    Examples
    --------
    >>> unit_folder({"XDG_CONFIG_HOME": "relative"}, Path("/home/me"))
    PosixPath('/home/me/.config/systemd/user')
    """
    named = Path(environment.get("XDG_CONFIG_HOME", ""))
    return (named if named.is_absolute() else user_home / ".config") / "systemd" / "user"
