"""Closed partitions and maintenance, as scontrol prints them."""

from __future__ import annotations

import pytest

from crystald.schedulers.slurm.availability import (
    Partition,
    parse_maintenance,
    parse_partitions,
    used,
)

PARTITIONS = (
    "PartitionName=main AllowGroups=ALL Default=YES MaxTime=UNLIMITED State=UP TotalCPUs=128\n"
    "PartitionName=long AllowGroups=ALL Default=NO MaxTime=7-00:00:00 State=DRAIN TotalCPUs=64\n"
)
RESERVATION = (
    "ReservationName=root_1 StartTime={start} EndTime={end} Duration=01:00:00 Nodes=n[1-2] "
    "NodeCnt=2 Flags={flags} Users=root State=ACTIVE\n"
)


def test_partitions_with_their_states() -> None:
    main, long = parse_partitions(PARTITIONS)
    assert (main, long) == (
        Partition("main", "UP", True),
        Partition("long", "DRAIN", False, 604_800),
    )
    assert main.words == ""
    assert long.words == (
        "the partition long takes no new jobs; those that it has still start (DRAIN)"
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [(None, ["main"]), ("long", ["long"]), ("long,main", ["main", "long"]), ("x", [])],
)
def test_the_partitions_that_jobs_go_to(names: str | None, expected: list[str]) -> None:
    assert [p.name for p in used(parse_partitions(PARTITIONS), names)] == expected


def test_maintenance_is_told_with_its_time() -> None:
    text = RESERVATION.format(start=0, end=7200, flags="MAINT,IGNORE_JOBS,SPEC_NODES")
    (found,) = parse_maintenance(text)
    assert found.words == (
        "maintenance from 1970-01-01 00:00 UTC to 1970-01-01 02:00 UTC on n[1-2]"
    )


def test_times_as_printed_by_an_older_slurm() -> None:
    text = RESERVATION.format(start="2026-01-02T08:00:00", end="", flags="MAINT")
    (found,) = parse_maintenance(text)
    assert found.words == "maintenance from 2026-01-02T08:00:00 to an unknown moment on n[1-2]"


@pytest.mark.parametrize(
    "out",
    ["No reservations in the system\n", "", RESERVATION.format(start=1, end=2, flags="FLEX")],
)
def test_what_is_no_maintenance(out: str) -> None:
    assert parse_maintenance(out) == ()
