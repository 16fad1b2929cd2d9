"""Limits of partitions, accounts and qualities of service, as scontrol prints them."""

from __future__ import annotations

import pytest

from crystald.models import Resources
from crystald.schedulers.slurm.availability import Partition, parse_partitions
from crystald.schedulers.slurm.limits import Grant, exceeded, parse_grants, words_of

MAIN = (
    "PartitionName=main AllowGroups=ALL Default=YES DefaultTime=NONE MaxTime=2-00:00:00 State=UP "
    "DefMemPerCPU=100 MaxMemPerCPU=4000\n"
)
ASSOCIATIONS = """\
Current Association Manager state

Association Records

ClusterName=hpc Account=root UserName=me(1000) ID=2 DefAssoc=No GrpJobs=N(0) MaxJobs=99(0) MaxSubmitJobs= MaxWallPJ=
ClusterName=hpc Account=chem UserName= ID=3 DefAssoc=No GrpJobs=40(7) GrpJobsAccrue=N(0) GrpSubmitJobs=N(0) MaxJobs= MaxSubmitJobs= MaxWallPJ=
ClusterName=hpc Account=chem UserName=me(1000) ID=4 DefAssoc=Yes GrpJobs=N(0) MaxJobs=10(3) MaxJobsAccrue= MaxSubmitJobs=20(3) MaxWallPJ=1440
ClusterName=hpc Account=bio UserName=me(1000) ID=5 DefAssoc=No GrpJobs=N(0) MaxJobs=5(0) MaxSubmitJobs= MaxWallPJ=

QOS Records

QOS=normal(1) GrpJobs=N(0) GrpSubmitJobs=N(0) MaxWallPJ=
QOS=long(2) GrpJobs=N(0) GrpSubmitJobs=300(0) MaxWallPJ=10080
"""  # fmt: skip


def test_the_limits_of_a_partition() -> None:
    (main,) = parse_partitions(MAIN)
    assert (main.time_s, main.core_mb, main.node_mb) == (172_800, 4000, None)
    assert words_of(main) == "at most 2 days, 4000 MB for each core"
    (free,) = parse_partitions("PartitionName=x State=UP MaxTime=UNLIMITED MaxMemPerNode=UNLIMITED")
    assert words_of(free) == ""


def test_the_default_account_is_that_of_the_user() -> None:
    assert [grant.words for grant in parse_grants(ASSOCIATIONS, "me")] == [
        (
            "your limits in the account chem: at most 10 jobs of yours run, 20 of yours are submitted,"
            " each at most 24 hours"
        ),
        "the account chem: at most 40 of all its users run",
    ]


@pytest.mark.parametrize(
    ("user", "account", "qos", "expected"),
    [
        ("me", "bio", None, [Grant("your limits in the account bio", {"MaxJobs": 5})]),
        ("me", "none", None, []),
        ("you", None, None, []),
        ("you", None, "normal", []),
        ("you", None, "long", [Grant("the quality of service long", {"GrpSubmitJobs": 300}, 604_800)]),
    ],
)  # fmt: skip
def test_what_is_used_is_told(user: str, account, qos, expected: list[Grant]) -> None:
    assert list(parse_grants(ASSOCIATIONS, user, account, qos)) == expected
    assert parse_grants("slurm_load_assoc_mgr_info error", user, account, qos) == ()


def test_steps_that_ask_for_more_are_named() -> None:
    main = Partition("main", "UP", default=True, time_s=7200, node_mb=9000, core_mb=4000)
    grant = Grant("the account chem", {}, 3600)
    steps = {
        "OPT": Resources(2, 4000, 7200),
        "SP": Resources(4, 5000, 9000),
        "BAND": Resources(1, 100, None),
    }
    assert list(exceeded(main, [grant], steps)) == [
        "OPT asks for 2 hours; the most is 1 hour (the account chem)",
        "SP asks for 2.5 hours; the most is 2 hours (the partition main)",
        "SP asks for 2.5 hours; the most is 1 hour (the account chem)",
        "SP asks for 5000 MB for each core; the most is 4000 MB (the partition main)",
        "SP asks for 20000 MB on a node; the most is 9000 MB (the partition main)",
    ]
