"""The kinds of files: each is one entry, known by its first lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from crystald.crystal.files.bands import (
    describe_band_dat,
    describe_doss_dat,
    describe_fort25,
)
from crystald.crystal.files.described import Described
from crystald.crystal.files.geometry import describe_fort34
from crystald.crystal.files.grids import (
    describe_cube,
    describe_fort35,
    describe_infrared,
    describe_profile,
    describe_raman,
    describe_transport,
)
from crystald.crystal.geometry_files.read_fort34 import looks_like_fort34
from crystald.crystal.plotdata.columns import NM_CM1, RAMAN
from crystald.crystal.plotdata.fort25.records import KINDS as RECORDS
from crystald.crystal.plotdata.fort25.records import MARK
from crystald.crystal.plotdata.tables import numbers_of
from crystald.crystal.plotdata.transport import looks_like_transport


@dataclass(frozen=True)
class FileKind:
    """A kind of file.

    Attributes
    ----------
    name
        What the program calls it.
    what
        What it holds, in words.
    fits
        Tells by the first lines and the file's name whether it is one.
    describe
        Reads it whole; raises ParseError where it breaks its rules.
    """

    name: str
    what: str
    fits: Callable[[list[str], str], bool]
    describe: Callable[[Iterable[str]], Described]


def _fort25(head: list[str], _: str) -> bool:
    return bool(head) and head[0].startswith(MARK) and head[0][4:8] in RECORDS


def _band_dat(head: list[str], _: str) -> bool:
    return bool(head) and head[0].startswith("#") and "NKPT" in head[0] and "NBND" in head[0]


def _doss_dat(head: list[str], _: str) -> bool:
    return bool(head) and head[0].startswith("#") and "NEPTS" in head[0] and "NPROJ" in head[0]


def _transport(head: list[str], _: str) -> bool:
    return bool(head) and looks_like_transport(head[0])


def _fort34(head: list[str], _: str) -> bool:
    return bool(head) and looks_like_fort34(head[0]) and _counts(head[1:4]) in ([3], [3, 3, 3])


def _fort35(head: list[str], _: str) -> bool:
    band = len(head) > 5 and "band" in head[5].lower()
    return band and _counts(head[:5]) == [3] * 5


def _cube(head: list[str], _: str) -> bool:
    rows = [numbers_of(line) or [0.5] for line in head[2:6]]
    return [len(row) for row in rows] == [4] * 4 and all(row[0].is_integer() for row in rows)


def _raman(head: list[str], _: str) -> bool:
    rows = [numbers_of(line) or [] for line in head[:3]]
    if len(rows) < 3 or any(len(row) != 1 + len(RAMAN) for row in rows):
        return False
    return all(abs(row[1] - row[2] - row[3]) <= 2e-5 * abs(row[1]) + 1e-30 for row in rows)


def _infrared(head: list[str], _: str) -> bool:
    rows = [numbers_of(line) or [] for line in head if line.strip()[:1] not in ("#", "@")][1:4]
    return len(rows) == 3 and all(
        len(row) > 2 and row[0] > 0 and abs(row[0] * row[1] / NM_CM1 - 1) < 1e-3 for row in rows
    )


def _profile(head: list[str], name: str) -> bool:
    return bool(head) and "POTC" in PurePath(name).name.upper().split(".")


def _counts(lines: list[str]) -> list[int]:
    """Count the numbers of each line; 0 where it holds anything else."""
    return [len(numbers_of(line) or []) for line in lines]


KINDS: Final = (
    FileKind("fort.25", "bands, densities of states or maps, absolute", _fort25, describe_fort25),
    FileKind("BAND.DAT", "bands along a path", _band_dat, describe_band_dat),
    FileKind("DOSS.DAT", "densities of states", _doss_dat, describe_doss_dat),
    FileKind("BOLTZTRA", "transport coefficients", _transport, describe_transport),
    FileKind("fort.34", "a geometry with its symmetry operators", _fort34, describe_fort34),
    FileKind("fort.35", "bands on a grid of the Brillouin zone", _fort35, describe_fort35),
    FileKind("CUBE", "a density or potential on a grid in space", _cube, describe_cube),
    FileKind("RAMSPEC.DAT", "a Raman spectrum", _raman, describe_raman),
    FileKind("IRSPEC.DAT", "an infrared spectrum", _infrared, describe_infrared),
    FileKind("POTC.DAT", "the potential along an axis", _profile, describe_profile),
)
