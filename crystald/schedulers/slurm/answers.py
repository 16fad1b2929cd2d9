"""What sbatch said, read: a job, "later", "never", or nobody knows.

Sources: sbatch(1) for ``--parsable``, the table of error texts of Slurm (slurm_errno.c), which
sbatch prints after "Batch job submission failed". Only a text that is known to come from a
refusal proves that no job exists. Everything else (time-outs, lost connections, unknown words, a
killed process, success without an id) leaves the question open, to be answered by looking.
"""

from __future__ import annotations

import re
from typing import Final

from crystald.models import Accepted, Answer, Deferred, Rejected, Unclear
from crystald.names import JobId
from crystald.schedulers.slurm.ids import SlurmId, parse_id
from crystald.schedulers.slurm.reasons import plain

_REFUSED = re.compile(r"(?:Batch job submission failed|allocation failure): (?P<text>.+)")
_LIMIT = re.compile(r"\b(?:Assoc|QOS)(?:Grp|Max|Min)[A-Za-z]+\b")
_COUNTED = re.compile(r"(?:Assoc|QOS)(?:Grp|Max)(?:SubmitJobs?|Jobs)")
"""Limits on the number of jobs; every other one refuses a job for what it asks for itself."""
SAID_MAX: Final = 500
TIMED_OUT: Final = 124
"""How timeout(1) ends that has ended a command."""
_POLICY: Final = "job violates accounting/qos policy"

_LATER: Final = (
    _POLICY,
    "rate limit exceeded",
    "unable to create job record, try again",
    "requested partition configuration not available now",
    "required partition not available",
    "partition in down state",
    "system submissions disabled",
    "required node not available",
    "requested nodes are busy",
    "licenses currently unavailable",
    "i/o error writing script/environment to file",
    "slurm backup controller in standby mode",
    "controller is in standby mode",
    "requested reservation not usable now",
    "job update not available right now",
    "breached requested qos usage threshold",
    "job can not start due to maintenance reservation",
    "slurm temporarily unable to accept job",
    "resource temporarily unavailable",
)

_SICK: Final = (
    "invalid user id",
    "invalid group id",
    "access/permission denied",
    "user's group not permitted",
)
"""What the controller says of a user whom it does not find: unknown here, or LDAP or munge are ill."""

_NEVER: Final = (
    "invalid account",
    "invalid partition name",
    "partition name specified",
    "no partition specified",
    "invalid qos",
    "invalid feature",
    "invalid preferred feature",
    "invalid wckey",
    "invalid license",
    "invalid generic resource",
    "invalid gres",
    "invalid trackable resource",
    "invalid node name",
    "invalid time",
    "invalid job array",
    "invalid cluster name",
    "invalid --nice",
    "invalid mcs_label",
    "requested nodes not in this partition",
    "more processors requested than permitted",
    "node count specification invalid",
    "cpu count specification invalid",
    "task count specification invalid",
    "task distribution specification invalid",
    "job size specification needs",
    "job script not specified",
    "pathname of a file, directory or other parameter too long",
    "requested node configuration is not available",
    "memory required by task is not available",
    "requested time limit is invalid",
    "access denied to requested reservation",
    "requested reservation is invalid",
    "requested operation not supported",
    "job dependency problem",
    "burst buffer permission denied",
    "burst buffer request invalid",
    "multiple partition job request not supported",
    "unspecified error",  # what a site's submit plugin answers; its own words come before
)

_UNSENT: Final = (
    "unable to open file",
    "batch script contains dos line breaks",
    "this does not look like a batch script",
    "batch script is empty",
    "unrecognized option",
    "unrecognised option",
    "requires an argument",
    "invalid directive found in batch script",
    "doesn't allow an argument",
    "is ambiguous",
    "invalid numeric value",
    "invalid time specification",
    "invalid --",
    "unrecognized --",
    "is not a valid node count",
    "are mutually exclusive",
    "invalid generic resource",
    "could not open user environment file",
    "invalid memory",
    "memory specification can not be satisfied",
    "unable to parse",
)


def read_answer(code: int | None, out: str, err: str, cluster: str) -> Answer:
    """Tell what sbatch's end means.

    Parameters
    ----------
    code
        Its exit code; None when it is not known (it was killed, or its end was never written).
    out, err
        What it printed; with ``--parsable`` the id stands alone on a line, whatever a site's
        plugins print around it.
    cluster
        Of the controller; ``id;cluster`` goes before it.
    """
    if code is None:
        return Unclear("sbatch was ended before it could say")
    job = _id(out)
    if code == 0:
        if job is None:
            return Unclear("sbatch ended well and printed no job id")
        return Accepted(JobId(job.cluster or cluster, job.number))
    if job is not None:
        return Unclear(f"sbatch printed job {job.number} and ended with {code}")
    unclear = Unclear(_last(err) or f"sbatch ended with {code}")
    return _refusal(err, code) or _refusal(out, code) or unclear


def _id(out: str) -> SlurmId | None:
    """Find the last line that is an id and nothing else."""
    ids = (parse_id(line.strip()) for line in reversed(out.splitlines()))
    return next((i for i in ids if i and not i.task and not i.component and not i.step), None)


def _refusal(text: str, code: int) -> Answer | None:
    refused = [found["text"].strip() for found in _REFUSED.finditer(text)]
    if not refused:
        line = None if _is_killed(code) else _line_with(text, _UNSENT)
        return Rejected(line) if line else None
    said = refused[-1].lower()
    limit = _LIMIT.search(text)
    if _POLICY in said:
        return _policy(refused[-1], limit[0] if limit else None)
    if any(words in said for words in _LATER):
        return Deferred(refused[-1])
    if any(words in said for words in _SICK):
        return Deferred(refused[-1], sick=True)
    return Rejected(_all(text)) if any(words in said for words in _NEVER) else None


def _is_killed(code: int) -> bool:
    """Tell whether sbatch did not end by itself: what it printed before may be no more than a warning."""
    return code == TIMED_OUT or 128 < code < 255


def _policy(said: str, limit: str | None) -> Answer:
    """Tell a full queue, which empties by itself, from a job that is too large for ever.

    Slurm has one text for both, and before 20.02 nothing more; the word of the limit, printed
    beside it, decides. Without it the milder reading is taken: nothing is lost by asking later.
    """
    if limit is None:
        return Deferred(said)
    if _COUNTED.match(limit):
        return Deferred(plain(limit))
    return Rejected(f"{plain(limit)}: {said}")


def _line_with(text: str, words: tuple[str, ...]) -> str | None:
    lines = text.splitlines()
    return next((_said(x) for x in lines if any(word in x.lower() for word in words)), None)


def _all(text: str) -> str:
    """Give all that was said, on one line: a site's plugins explain before Slurm refuses."""
    return "; ".join(_said(line) for line in text.splitlines() if line.strip())[:SAID_MAX]


def _last(err: str) -> str:
    return next((_said(line) for line in reversed(err.splitlines()) if line.strip()), "")


def _said(line: str) -> str:
    return re.sub(r"^(?:\S*sbatch: )?(?:(?:error|fatal): )?", "", line.strip())
