"""Maintenance and closed partitions are told in plain words, whichever command printed them."""

from __future__ import annotations

import pytest

from crystald.schedulers.slurm.reasons import plain


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
