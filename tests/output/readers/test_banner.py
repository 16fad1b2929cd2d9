"""The frame of a run: program, version, title, times."""

from __future__ import annotations

from typing import Any

import pytest
from output.printed import read

from crystald.models import VerdictKind


def test_the_frame_of_a_run(texts: Any) -> None:
    out = read(texts.run)
    assert (out.program, out.version, out.title) == (
        "crystal",
        "17 1.0.2 - Aug 1st, 2017",
        "our own title",
    )
    assert (out.elapsed_s, out.cpu_s, out.terminated) == (12.5, 11.25, True)
    assert (out.kind, out.verdict.kind) == ("SP", VerdictKind.OK)


@pytest.mark.parametrize(
    ("banner", "release", "version"),
    [
        ("CRYSTAL06", "Release : 1.0 - built  25 Aug 2006 13:02", "06 1.0 - built  25 Aug 2006 13:02"),
        ("CRYSTAL06", "Release 1.0 - v1_0_2", "06 1.0 - v1_0_2"),
        ("CRYSTAL09", "public : 2.0", "09 2.0"),
        ("CRYSTAL14", "develop :  - June, 2016", "14 June, 2016"),
        ("CRYSTAL22", "public : 1.0.1 - Jul 29th, 2021", "22 1.0.1 - Jul 29th, 2021"),
        ("CRYSTAL23", "public : 1.0.1 - October 2022", "23 1.0.1 - October 2022"),
        ("CRYSTAL31", "public : 9.9", "31 9.9"),
    ],
)  # fmt: skip
def test_versions(banner: str, release: str, version: str) -> None:
    out = read(f" * {banner:^75} *\n * {release:^75} *\n EEEEEEEEEE STARTING  DATE\n t\n")
    assert (out.program, out.version) == ("crystal", version)


def test_titles_stand_below_the_start_or_above_the_type_of_properties() -> None:
    start = " EEEEEEEEEE STARTING  DATE 01 01 2030 TIME 01:02:03.0\n"
    noise = " PROCESS            7  OF           32  WORKING\n"
    assert read(start + noise + " our title\n").title == "our title"
    assert read(start + "\n").title is None
    out = read(
        start + " INFORMATION **** SET_MPP **** PCRYSTAL CALCULATION\n\n"
        " *****\n our title\n CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL\n"
    )
    assert (out.title, out.properties_run) == ("our title", True)
