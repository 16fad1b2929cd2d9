"""``scontrol show job -o``: the arbiter of absence, read.

Only the controller's own "Invalid job id specified" denies a job; every other failure says
nothing. The line is read from its front: job id and name come first, and everything that a name
or a path could imitate comes after the fields that count. Names of other jobs hold anything:
blanks, line breaks, and words that imitate fields. Of a job that imitates, no more is believed than
whose it is, where its text names one user only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from crystald.names import Token
from crystald.schedulers.slurm.exits import exit_code
from crystald.schedulers.slurm.squeue import QueuedJob
from crystald.schedulers.slurm.states import job_state

_HEAD = re.compile(
    r"JobId=(?P<number>[1-9][0-9]*)(?: (?:Array|Het|Pack)\w+=\S+)* JobName=(?P<name>.*?) "
    r"UserId=(?:[^=]*?\((?P<uid>[0-9]+)\))?",
    re.DOTALL,
)
_USER = re.compile(r"\sUserId=(?:[^=]*?\((?P<uid>[0-9]+)\))?")
_FIELD: Final = r"(?:^|\s){}=(\S+)"
_DENIAL = re.compile(r"^(?:slurm_load_jobs error: |scontrol: error: )?Invalid job id specified\s*$")


@dataclass(frozen=True)
class Denied:
    """The controller says that it has no such job."""


@dataclass(frozen=True)
class Unsaid:
    """The controller said nothing that decides anything."""

    why: str


Verdict = QueuedJob | Denied | Unsaid


def arguments(number: str) -> tuple[str, ...]:
    """Give the arguments that ask for one job."""
    return ("show", "job", "-o", number)


ALL = ("-a", "show", "job", "-o")
"""The arguments that ask for every job of the cluster, those in hidden partitions included."""

_NONE = "No jobs in the system"
_OURS = (re.compile(rb"JobName=\S*\.[0-9a-f]{20} UserId="), re.compile(rb"Comment=[0-9a-f]{20}\s"))
"""What stands in every line of a job that carries a token; each begins with a fixed word, so that
megabytes of other jobs take no time."""
_NUMBERS = re.compile(rb"\nJobId=([0-9]+)(?: (?:Array|Het|Pack)JobId=([0-9]+))?")


@dataclass(frozen=True)
class Roll:
    """An answer to a roll call.

    Attributes
    ----------
    jobs
        Those that could be read.
    numbers
        Of all jobs, and of the groups that they belong to.
    """

    jobs: tuple[QueuedJob, ...]
    numbers: frozenset[str]

    def is_whole(self, alive: Collection[tuple[Token, str]]) -> bool:
        """Tell whether it proves to be whole, so that what is not in it is not there.

        Parameters
        ----------
        alive
            Token and number of each of the user's jobs that somebody else has just shown.
        """
        if not self.numbers:
            return True  # the controller's own words
        return bool(alive) and self.there.issuperset(alive)

    @property
    def there(self) -> frozenset[tuple[Token, str]]:
        """Token and number of each job that carries a token."""
        return frozenset((job.token, job.number) for job in self.jobs if job.token)


def keep(lines: bytes, asked: Collection[bytes] = ()) -> bytes:
    """Keep of a roll call what it is read for: lines that may be of jobs with a token.

    A first line of any job is kept as well: that there are jobs, and none of ours, is an answer.

    Parameters
    ----------
    lines
        Some whole lines.
    asked
        Numbers of jobs whose lines are kept whatever their names are.
    """
    places = {_line_of(lines, found.start()) for form in _OURS for found in form.finditer(lines)}
    if asked:
        found = _NUMBERS.finditer(lines)
        places |= {one.start() + 1 for one in found if not set(one.groups()).isdisjoint(asked)}
    first = lines.find(b"\n") + 1
    kept = [lines[begin : lines.index(b"\n", begin) + 1] for begin in sorted(places) if begin]
    return b"".join([lines[:first], *kept])


def _line_of(lines: bytes, place: int) -> int:
    return lines.rfind(b"\n", 0, place) + 1


def parse_all(code: int | None, out: str) -> Roll | None:
    """Read the answer to a roll call; None when it is none.

    Lines that are no job are parts of names with line breaks: they belong to other jobs, for ours
    have names without any.
    """
    lines = [line for line in out.splitlines() if line.strip()]
    if code != 0 or not out.endswith("\n"):
        return None
    told = _NUMBERS.finditer(f"\n{out}".encode())
    numbers = frozenset(n.decode() for one in told for n in one.groups() if n)
    jobs = tuple(job for line in lines if (job := _job(line)))
    return Roll(jobs, numbers) if numbers or lines == [_NONE] else None


def parse(number: str, code: int | None, out: str, err: str) -> Verdict:
    """Read what scontrol said of a job.

    Parameters
    ----------
    number
        The job that was asked for.
    code
        Exit code; None when scontrol did not end in time.
    out, err
        What it printed.
    """
    if code == 0:
        texts = _texts(out)
        own = [text for text in texts if re.match(rf"JobId={number}\s", text)]
        group = re.compile(rf"JobId=\d+ (?:Array|Het|Pack)JobId={number}\s")
        return _told(number, own or [text for text in texts if group.match(text)])
    lines = [line for line in (*err.splitlines(), *out.splitlines()) if line.strip()]
    if code is not None and lines and all(_DENIAL.match(line) for line in lines):
        return Denied()
    return Unsaid(lines[-1] if lines else "scontrol did not answer")


def _texts(out: str) -> list[str]:
    """Give the text of each job: its line, and those that its name broke it into."""
    return [text for text in re.split(r"^(?=JobId=)", out, flags=re.MULTILINE) if text.strip()]


def _told(number: str, texts: Sequence[str]) -> QueuedJob | Unsaid:
    """Read what was printed of a job: one text, or several that a name, or being an array, made of it."""
    job = _job(texts[0]) if len(texts) == 1 else None
    if job and job.number == number:
        return job
    uids = {found["uid"] for text in texts for found in _USER.finditer(text) if found["uid"]}
    if not uids:
        return Unsaid("scontrol printed no such job")
    whose = int(uids.pop()) if len(uids) == 1 else None
    return QueuedJob(number, job_state(""), 0, None, "", "", "", whose)


def _job(text: str) -> QueuedJob | None:
    head = _HEAD.match(text)
    state = head and _field(text[head.end() :], "JobState")
    if not head or not state or len(_USER.findall(text)) > 1:  # a name that imitates the line
        return None
    rest = text[head.end() :]
    restarts = _field(rest, "Restarts")
    return QueuedJob(
        head["number"],
        job_state(state),
        int(restarts) if restarts.isdecimal() else 0,
        exit_code(_field(rest, "ExitCode")),
        _field(rest, "Reason"),
        head["name"],
        _field(rest, "Comment"),
        int(head["uid"]) if head["uid"] else None,
    )


def _field(text: str, name: str) -> str:
    found = re.search(_FIELD.format(name), text)
    return found[1] if found else ""
