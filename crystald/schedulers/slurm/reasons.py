"""Why a job waits, and why it ended, in plain words.

Source: "JOB REASON CODES" of squeue(1) and Slurm's page of the same name, 20.11 to 25.11. Families of reasons (limits of
associations and of qualities of service) are told by their pattern, so that new members are told
as well.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WORDS: Final = {
    "Resources": "it waits for nodes to become free",
    "Priority": "jobs with a higher priority are before it",
    "Dependency": "it waits for another job",
    "DependencyNeverSatisfied": "it waits for a job that will never end as required: cancel it",
    "BeginTime": "its earliest start time is not reached (a job that was put back waits two minutes)",
    "JobHeldUser": "it is held by you: scontrol release lets it go",
    "JobHeldAdmin": "it is held by an administrator: ask them",
    "JobHoldMaxRequeue": "it was put back too often and is held: ask an administrator",
    "Licenses": "it waits for a licence",
    "ReqNodeNotAvail": "nodes that it needs are down, drained or reserved for maintenance",
    "Reservation": "it waits for its reservation",
    "ReservationDeleted": "its reservation was deleted",
    "NodeDown": "a node that it needs is down",
    "BadConstraints": "no node has what it asks for: change its constraint",
    "PartitionDown": "its partition is down or drained: it starts when that is opened again",
    "PartitionInactive": "its partition is inactive: it starts when that is opened again",
    "PartitionNodeLimit": "it asks for more nodes than its partition allows",
    "PartitionTimeLimit": "it asks for more time than its partition allows",
    "PartitionConfig": "it asks for something that its partition does not allow",
    "AccountNotAllowed": "its account may not use this partition",
    "QOSNotAllowed": "its quality of service may not be used here",
    "InvalidAccount": "its account is not valid: set slurm.account",
    "InvalidQOS": "its quality of service is not valid: set slurm.qos",
    "QOSUsageThreshold": "the usage threshold of its quality of service is crossed",
    "Prolog": "its nodes are being prepared",
    "Cleaning": "it was put back and its nodes are being cleaned",
    "launch failed requeued held": "it could not be started and is held: scontrol release lets it go",
    "user env retrieval failed requeued held": (
        "your environment could not be read and it is held: scontrol release lets it go"
    ),
    "job requeued in held state": "it was put back and is held: scontrol release lets it go",
    "AccountingPolicy": "a limit of your account, or of its quality of service, is reached",
    "BurstBufferResources": "it waits for the burst buffer",
    "BurstBufferStageIn": "its files are brought into the burst buffer",
    "BurstBufferOperation": "something is the matter with its burst buffer: ask an administrator",
    "FedJobLock": "the clusters of the federation have not agreed yet who runs it",
    "JobArrayTaskLimit": "as many tasks of its array run as are allowed at once",
    "PowerNotAvail": "it needs more power than there is",
    "PowerReserved": "it needs more power than is free now",
    "ReservationMaxJobs": "its reservation holds as many jobs as it may",
    "RepurposedReservation": "its reservation is used for something else",
    "WaitingForScheduling": "the scheduler has not looked at it yet",
    "FrontEndDown": "no front end is available",
    "MaxMemPerLimit": "it asks for more memory than is allowed",
    "SchedDefer": "the scheduler looks at it later",
}

_KEPT_FREE: Final = (
    "nodes that it needs are reserved for maintenance, or would still be busy when it begins: "
    "it starts afterwards, or before with a shorter time limit"
)

_ENDS: Final = {
    "NonZeroExitCode": "its script ended with an error",
    "RaisedSignal": "a signal ended it",
    "TimeLimit": "it reached its time limit",
    "InactiveLimit": "it did nothing for longer than is allowed",
    "OutOfMemory": "it used more memory than it asked for",
    "SystemFailure": "Slurm, a node or the network failed",
    "NodeDown": "its node went down",
    "JobLaunchFailure": "it could not be started on its node, or was killed there",
    "Prolog": "its node could not be prepared",
    "DeadLine": "its deadline was reached",
}

_PAUSES: Final = {
    "SUSPENDED": "it is suspended and goes on when it is resumed",
    "STOPPED": "it was stopped by a signal and keeps its cores; SIGCONT lets it go on",
    "STAGE_OUT": "its files are brought out of the burst buffer",
}

_FAMILIES: Final = (
    (r"(Assoc|QOS)(Grp|Max)Submit\w*", "you have as many submitted jobs as {who} allows"),
    (r"(Assoc|QOS)(Grp|Max)Jobs\w*", "you have as many running jobs as {who} allows"),
    (
        r"(Assoc|QOS)(Grp|Max)(Wall|TRESRunMinutes|TRESMinutes|CPUMinutes|CpuMinutes|CPURunMinutes)\w*",
        "the time that {who} allows is used up or exceeded",
    ),
    (r"(Association|QOS)JobLimit", "you have as many jobs as {who} allows"),
    (r"(Association|QOS)ResourceLimit", "you use as much as {who} allows"),
    (r"(Association|QOS)TimeLimit", "the time that {who} allows is used up"),
    (r"Max(Submit)?JobsPerAccount", "your account has as many jobs as {who} allows"),
    (r"Max\w+PerAccount", "your account uses as much as {who} allows"),
    (r"MaxBBPerUser", "you use as much as {who} allows"),
    (r"(Assoc|QOS)Grp\w+", "the group uses as much as {who} allows"),
    (r"(Assoc|QOS)Max\w+PerUser\w*", "you use as much as {who} allows"),
    (r"(Assoc|QOS)Max\w+", "it asks for more than {who} allows"),
    (r"(Assoc|QOS)Min\w+", "it asks for less than {who} demands"),
    (
        r"Nodes_required_for_job_are_DOWN,_DRAINED\w*|Nodes required for job are DOWN, DRAINED.*",
        "nodes that it needs are down, drained or kept for jobs with a higher priority",
    ),
)

_NODES = re.compile(r"\s*\(.*|,.*")
_MAINTENANCE = re.compile(
    r"ReqNodeNotAvail,[ _]*(May[ _]be[ _])?[Rr]eserved[ _]for[ _]maintenance.*"
)
_UNAVAILABLE = re.compile(r"ReqNodeNotAvail,[ _]*UnavailableNodes:(?P<nodes>\S+)")


@lru_cache(maxsize=1024)
def plain(reason: str) -> str:
    """Tell a reason in plain words, with Slurm's own word; empty where there is none.

    Examples
    --------
    >>> plain("QOSMaxSubmitJobPerUserLimit")
    'you have as many submitted jobs as the quality of service allows (QOSMaxSubmitJobPerUserLimit)'
    >>> plain("ReqNodeNotAvail, UnavailableNodes:n[1-4]")
    'nodes that it needs are down, drained or reserved for maintenance: n[1-4] (ReqNodeNotAvail)'
    >>> plain("SomethingNew"), plain("None")
    ('SomethingNew', '')
    """
    word = reason.strip().strip("()")
    for pattern, words in _FAMILIES:
        if found := re.fullmatch(pattern, word):
            association = found[0].startswith("Assoc")
            who = "your association" if association else "the quality of service"
            return f"{words.format(who=who)} ({word})"
    if word in ("", "None"):
        return ""
    if _MAINTENANCE.fullmatch(word):
        return f"{_KEPT_FREE} (ReqNodeNotAvail)"
    if away := _UNAVAILABLE.fullmatch(word):
        return f"{_WORDS['ReqNodeNotAvail']}: {away['nodes']} (ReqNodeNotAvail)"
    for form in (word, word.replace("_", " "), _NODES.sub("", word)):
        if told := _WORDS.get(form) or _ENDS.get(form):
            return f"{told} ({_NODES.sub('', word)})"
    return _NODES.sub("", word)


def plain_end(reason: str) -> str:
    """Tell why a job ended; empty for what only says why it had waited before.

    Examples
    --------
    >>> plain_end("TimeLimit"), plain_end("JobHeldUser")
    ('it reached its time limit (TimeLimit)', '')
    """
    word = _NODES.sub("", reason.strip().strip("()"))
    return f"{_ENDS[word]} ({word})" if word in _ENDS else ""


def plain_pause(state: str) -> str:
    """Tell why a job that has started does not work now, by its state; empty where it does.

    Examples
    --------
    >>> plain_pause("SUSPENDED"), plain_pause("RUNNING")
    ('it is suspended and goes on when it is resumed (SUSPENDED)', '')
    """
    return f"{_PAUSES[state]} ({state})" if state in _PAUSES else ""
