"""Maintenance and closed partitions are told in plain words, whichever command printed them."""

from __future__ import annotations

import re

import pytest

from crystald.schedulers.slurm.reasons import plain
from crystald.schedulers.slurm.settings import SlurmSettings

TRES = ("BB", "Billing", "Cpu", "Energy", "GRES", "License", "Mem", "Memory", "Node", "Unknown")
LIMITS = (
    *(f"{who}Grp{what}{how}" for who in ("Assoc", "QOS") for what in TRES for how in ("", "Minutes", "RunMinutes", "Limit")),
    *(f"{who}Max{what}{how}" for who in ("Assoc", "QOS") for what in TRES for how in ("MinutesPerJob", "PerJob", "PerNode")),
    *(f"QOSMax{what}PerUser" for what in TRES),
    *(f"QOSMin{what}" for what in TRES),
    *(f"Max{what}PerAccount" for what in (*TRES, "Jobs", "SubmitJobs", "Power")),
)  # fmt: skip
LISTED = """
    AccountingPolicy AccountNotAllowed AssociationJobLimit AssociationResourceLimit
    AssociationTimeLimit AssocGrpCPUMinutesLimit AssocGrpCPURunMinutesLimit AssocGrpJobsLimit
    AssocGrpSubmitJobsLimit AssocGrpWallLimit AssocMaxJobsLimit AssocMaxSubmitJobLimit
    AssocMaxWallDurationPerJobLimit BadConstraints BeginTime BurstBufferOperation
    BurstBufferResources BurstBufferStageIn Cleaning DeadLine Dependency DependencyNeverSatisfied
    FedJobLock FrontEndDown InactiveLimit InvalidAccount InvalidQOS JobArrayTaskLimit JobHeldAdmin
    JobHeldUser JobHoldMaxRequeue JobLaunchFailure Licenses MaxBBPerUser MaxMemPerLimit NodeDown
    NonZeroExitCode OutOfMemory PartitionConfig PartitionDown PartitionInactive PartitionNodeLimit
    PartitionTimeLimit PowerNotAvail PowerReserved Priority Prolog QOSGrpCPUMinutesLimit
    QOSGrpJobsLimit QOSGrpSubmitJobsLimit QOSGrpWallLimit QOSJobLimit QOSMaxJobsPerUserLimit
    QOSMaxSubmitJobPerUserLimit QOSMaxWallDurationPerJobLimit QOSMinCpuNotSatisfied QOSNotAllowed
    QOSResourceLimit QOSTimeLimit QOSUsageThreshold RaisedSignal RepurposedReservation
    ReqNodeNotAvail Reservation ReservationDeleted ReservationMaxJobs Resources SchedDefer
    SystemFailure TimeLimit WaitingForScheduling job_requeued_in_held_state
    launch_failed_requeued_held user_env_retrieval_failed_requeued_held
"""
"""The reasons of squeue(1) and of Slurm's page of reason codes."""


@pytest.mark.parametrize("reason", [*LIMITS, *LISTED.split()])
def test_every_reason_that_slurm_lists_is_told_in_words(reason: str) -> None:
    assert plain(reason).endswith(f" ({reason})")
    assert plain(f"({reason})") == plain(reason)


@pytest.mark.parametrize("reason", ["InvalidAccount", "InvalidQOS"])
def test_settings_that_are_named_exist(reason: str) -> None:
    name = re.search(r"slurm\.(\w+)", plain(reason))
    assert name is not None
    assert name[1] in SlurmSettings.__struct_fields__


@pytest.mark.parametrize(
    "printed",
    [
        "(ReqNodeNotAvail, Reserved for maintenance)",
        "ReqNodeNotAvail, May be reserved for maintenance",
        "ReqNodeNotAvail,_Reserved_for_maintenance",
    ],
)
def test_maintenance_says_what_helps(printed: str) -> None:
    told = plain(printed)
    assert "reserved for maintenance" in told
    assert "shorter time limit" in told
    assert told.endswith("(ReqNodeNotAvail)")


@pytest.mark.parametrize(
    "printed",
    [
        "ReqNodeNotAvail, UnavailableNodes:n[1-4],m7",
        "ReqNodeNotAvail,_UnavailableNodes:n[1-4],m7",
        "(ReqNodeNotAvail, UnavailableNodes:n[1-4],m7)",
    ],
)
def test_unavailable_nodes_are_named(printed: str) -> None:
    assert "n[1-4],m7" in plain(printed)


def test_no_nodes_named_leaves_the_plain_words() -> None:
    told = plain("ReqNodeNotAvail, UnavailableNodes:")
    assert (
        told
        == "nodes that it needs are down, drained or reserved for maintenance (ReqNodeNotAvail)"
    )


@pytest.mark.parametrize("reason", ["PartitionDown", "PartitionInactive"])
def test_a_closed_partition_opens_again(reason: str) -> None:
    assert "opened again" in plain(reason)
