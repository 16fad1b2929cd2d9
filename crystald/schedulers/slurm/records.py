"""Records of submissions: one directory per token, which outlives the daemon and its sbatch.

``begun`` says that and where sbatch was started, ``lock`` is locked as long as sbatch or its
wrapper lives (a lock of the open file, inherited; the kernel frees it however they die), ``out``
and ``err`` are what sbatch printed, and ``end`` tells its exit code, when it ended, on the clock of
the machine's boot, and the job. A record is made once: that is what "one sbatch per token" rests on.
It is made beside its place and renamed, whole and locked: who dies before that has begun nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crystald.durable import is_locked, lock, mark, sync_directory
from crystald.models import SbatchLife
from crystald.names import Token, is_token

READ_BYTES_MAX = 2**16
KEEP_S = 1800.0
PAUSE_S = 900.0
_MOMENT = r"\d+(?:\.\d+)?"
_END = re.compile(
    rf"(?P<code>\d{{1,3}}) (?P<began>{_MOMENT}) (?P<ended>{_MOMENT}) (?P<boot>[0-9a-f-]{{36}})"
    r"(?: (?P<out>[^\n\0]*))?\n"
)
"""Exit code of sbatch; when it began and ended, on what its machine calls its uptime; its boot; all
that it printed, where that is one word. What is not the whole line (its machine died, the disk was
full) is no end."""


class HandedOverError(Exception):
    """A token has a record already; there is one sbatch for a token, ever."""


class Begun(msgspec.Struct, frozen=True):
    """What is written down before sbatch is started.

    Attributes
    ----------
    name
        Of the job.
    cluster
        Of the controller that it goes to.
    host, boot
        Where it is started.
    uptime_s
        When, on the clock of that boot.
    """

    name: str
    cluster: str
    host: str
    boot: str
    uptime_s: float | None = None
    v: int = 1


@dataclass(frozen=True)
class Machine:
    """A machine: its name, its boot, and the seconds since that boot."""

    host: str
    boot: str
    uptime_s: Callable[[], float]


def this_machine() -> Machine:
    """Look at this machine."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return Machine(os.uname().nodename, boot, lambda: time.clock_gettime(time.CLOCK_BOOTTIME))


@dataclass(frozen=True)
class Record:
    """What is known of a submission.

    Attributes
    ----------
    name, cluster
        Of the job, and of where it went; empty where the machine died while it was written.
    life
        Of sbatch: running, dead, or unknown (it was started on another host, whose locks may not
        be seen here).
    code
        Exit code of sbatch; None when it did not live to tell.
    out, err
        What it printed.
    dead_s
        For how long it is known to be dead: since its end, or, where nobody wrote that down, since
        this process first saw that it had ended. None while it is not known to be dead.
    """

    name: str
    cluster: str
    life: SbatchLife
    code: int | None = None
    out: str = ""
    err: str = ""
    dead_s: float | None = None


class Records:
    """The records below a directory; blocking.

    Parameters
    ----------
    directory
        Theirs alone; on a file system with locks.
    machine
        Where this process runs.
    """

    def __init__(self, directory: Path, machine: Machine) -> None:
        self._directory = directory.absolute()
        self._machine = machine
        self._made = False
        self._needed_s: dict[Token, float] = {}
        self._dead_at_s: dict[Token, float] = {}
        self._tidied_s = float("-inf")

    def begin(self, token: Token, name: str, cluster: str) -> tuple[Path, int]:
        """Make the record of a token, durably, and lock it.

        Returns
        -------
        tuple of Path and int
            The record's directory, and the descriptor that holds the lock.

        Raises
        ------
        HandedOverError
            The token was handed over before.
        OSError
            The record cannot be written: nothing was started.
        """
        self._make()
        place = self._directory / token
        if place.exists():
            raise HandedOverError(token)
        beside = Path(tempfile.mkdtemp(prefix=f".{token}.", dir=self._directory))
        held = None
        try:
            held = self._write(beside, name, cluster)
            beside.rename(place)  # refused where a record is there: it is not empty
            sync_directory(self._directory)
        except BaseException as error:
            there = beside.exists() and place.exists()
            if held is not None:
                os.close(held)
            shutil.rmtree(beside if beside.exists() else place, ignore_errors=True)
            if there:
                raise HandedOverError(token) from error
            raise
        self._needed_s[token] = self._machine.uptime_s()
        return place, held

    def _write(self, place: Path, name: str, cluster: str) -> int:
        """Write who begins, and give the descriptor that holds the lock."""
        here = self._machine
        begun = Begun(name, cluster, here.host, here.boot, here.uptime_s())
        held = lock(place / "lock")
        if held is None:
            raise AssertionError("nobody else knows of a record that is being made")
        try:
            mark(place / "begun", msgspec.json.encode(begun).decode())
        except BaseException:
            os.close(held)
            raise
        return held

    def drop(self, token: Token, held: int) -> None:
        """Take back a record for which nothing was started."""
        self._needed_s.pop(token, None)
        self._forget(token)
        os.close(held)

    def read(self, token: Token) -> Record | None:
        """Read the record of a token; None when it has none.

        Raises
        ------
        OSError
            The records cannot be read; nothing is known.
        """
        self._make()
        place = self._directory / token
        try:
            begun = _begun(place)
        except FileNotFoundError:
            self._directory.stat()  # a directory that vanished as a whole says nothing
            return None
        locked = is_locked(place / "lock")  # before the end is read: free means no more is written
        end = _END.fullmatch(_text(place / "end"))
        if end is None:
            return self._untold(token, begun, locked=locked)
        dead_s = self._dead_s(token)
        if end["boot"] == self._machine.boot:
            dead_s = max(dead_s, self._told_s(begun, float(end["began"]), float(end["ended"])))
        return Record(
            begun.name,
            begun.cluster,
            SbatchLife.DEAD,
            int(end["code"]),
            end["out"] or _text(place / "out"),
            _text(place / "err"),
            dead_s,
        )

    def _untold(self, token: Token, begun: Begun, *, locked: bool) -> Record:
        """Tell what the lock says where sbatch has not ended, or nobody wrote it down."""
        if locked:
            self._dead_at_s.pop(token, None)
            return Record(begun.name, begun.cluster, SbatchLife.RUNNING)
        if begun.host != self._machine.host:
            return Record(begun.name, begun.cluster, SbatchLife.UNKNOWN)
        return Record(begun.name, begun.cluster, SbatchLife.DEAD, dead_s=self._dead_s(token))

    def _told_s(self, begun: Begun, began_s: float, ended_s: float) -> float:
        """Tell for how long an sbatch of this boot is dead, by what it wrote down.

        A container may show its processes an uptime of its own (lxcfs): what was written by that
        clock counts only as far as the age of the record allows.
        """
        now_s = self._machine.uptime_s()
        if begun.boot != self._machine.boot or begun.uptime_s is None:
            return 0.0
        worked_s = max(0.0, ended_s - began_s)
        return max(0.0, min(now_s - ended_s, now_s - begun.uptime_s - worked_s))

    def _dead_s(self, token: Token) -> float:
        now_s = self._machine.uptime_s()
        return now_s - self._dead_at_s.setdefault(token, now_s)

    def tidy(self, *, done: Iterable[Token], still: Iterable[Token]) -> None:
        """Remove records that nobody needs any more; never raises.

        Parameters
        ----------
        done
            Tokens whose job is recorded elsewhere: their records go now.
        still
            Tokens whose records are needed. A record that nobody named for `KEEP_S`, while others
            were asked for all the time, belongs to an attempt that was closed.
        """
        now_s = self._machine.uptime_s()
        try:
            self._look(now_s)
        except OSError:
            return
        for token in done:
            if self._needed_s.pop(token, None) is not None:
                self._forget(token)
        for token in still:
            if token in self._needed_s:
                self._needed_s[token] = now_s
        for token in [t for t, at_s in list(self._needed_s.items()) if now_s - at_s > KEEP_S]:
            del self._needed_s[token]
            self._forget(token)

    def _look(self, now_s: float) -> None:
        """Learn which records there are: once, and again when nobody asked for a while."""
        if now_s - self._tidied_s > PAUSE_S:
            self._make()
            found = list(self._directory.iterdir())
            names = (path.name for path in found if is_token(path.name))
            self._needed_s = dict.fromkeys(map(Token, names), now_s)
            _clear(found)
        self._tidied_s = now_s

    def _forget(self, token: Token) -> None:
        self._dead_at_s.pop(token, None)
        shutil.rmtree(self._directory / token, ignore_errors=True)

    def _make(self) -> None:
        """Make the directory, once: whether it vanishes later must be seen."""
        if not self._made:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_directory(self._directory.parent)
            self._made = True


def printed(end: str) -> str:
    """Give what an sbatch printed that ended well, where the line of its end carries it; else empty."""
    told = _END.fullmatch(end)
    return told["out"] or "" if told and told["code"] == "0" else ""


def _begun(place: Path) -> Begun:
    """Read who began; an unreadable text is what a machine leaves that died while it wrote."""
    place.stat()
    try:
        return msgspec.json.decode(_text(place / "begun"), type=Begun)
    except msgspec.DecodeError:
        return Begun("", "", "", "")


def _clear(found: Iterable[Path]) -> None:
    """Remove what was never begun: its maker died, or it is refused when it comes to be renamed."""
    for path in found:
        if path.name.startswith(".") and time.time() - path.stat().st_mtime > KEEP_S:
            shutil.rmtree(path, ignore_errors=True)


def _text(path: Path) -> str:
    """Read a file's text, bounded; empty where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(READ_BYTES_MAX).decode(errors="replace")
    except FileNotFoundError:
        return ""
