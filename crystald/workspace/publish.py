"""Publish what an attempt left: from its own directory into the calculation's, whole files only."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crystald.durable import sync_directory
from crystald.models import LeftFile
from crystald.workspace.files import PARTIAL, Beside, write
from crystald.workspace.layout import OUTPUT

FICLONE = 0x40049409
"""ioctl that shares blocks between files where the file system can (ioctl_ficlone(2))."""

CHUNK = 256 * 1024


@dataclass(frozen=True)
class Published:
    """A published file: name in the calculation's directory, our suffix, size, SHA-256."""

    name: str
    suffix: str
    bytes: int
    sha256: str


def publish(
    calculation: Path, output: Path, stem: str, leaves: Sequence[LeftFile], deck: Path
) -> tuple[Published, ...]:
    """Publish deck, output and every file that was left; doing it again gives the same.

    What an earlier attempt published and this one did not leave goes (it stays in that attempt's
    directory): results of two attempts never stand side by side. So does what a publication that
    was cut short left unfinished.

    Parameters
    ----------
    calculation
        Directory to publish into.
    output
        Directory of the start whose files are published.
    stem
        ``<material>_<step>``: what published names begin with.
    leaves
        The step's table of files; absent ones are passed over.
    deck
        The deck that was run.
    """
    deck_file = LeftFile(deck.name, deck.suffix.removeprefix("."))
    sources = {deck_file: deck, LeftFile(OUTPUT, "out"): output / OUTPUT}
    sources |= {left: output / left.name for left in leaves if left.suffix}
    _sweep(calculation, stem)
    published = []
    with Beside(calculation) as beside:
        for left, source in sources.items():
            name = f"{stem}{left.joint}{left.suffix}"
            if _is_plain(source):
                told = _copy(source, beside.begin(name, 0o644))
                published.append(Published(name, left.suffix, *told))
            else:
                (calculation / name).unlink(missing_ok=True)
    sync_directory(calculation)
    return tuple(published)


def _sweep(calculation: Path, stem: str) -> None:
    for name in os.listdir(calculation):  # noqa: PTH208  (a path is not made of each)
        if name.startswith((f".{stem}.", f".{stem}_")) and name.endswith(PARTIAL):
            (calculation / name).unlink(missing_ok=True)


def _is_plain(path: Path) -> bool:
    """Tell whether a file is there, itself and not by a link."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _copy(source: Path, new: int) -> tuple[int, str]:
    """Share or copy the blocks of a file; tell size and SHA-256 of what was written."""
    digest, size = hashlib.sha256(), 0
    old = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        shared = _share(old, new)
        while chunk := os.read(old, CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if not shared:
                write(new, chunk)
    finally:
        os.close(old)
    return size, digest.hexdigest()


def _share(old: int, new: int) -> bool:
    try:
        fcntl.ioctl(new, FICLONE, old)
    except OSError:
        return False
    return True


def link_live(calculation: Path, stem: str, output: str) -> None:
    """Let ``<stem>.out`` lead to the output of a running start until it is published.

    Parameters
    ----------
    output
        Directory of the start, relative to the calculation's.
    """
    link = calculation / f"{stem}.out"
    if link.exists() and not link.is_symlink():
        return
    partial = calculation / f".{stem}.out.link{PARTIAL}"
    partial.unlink(missing_ok=True)
    partial.symlink_to(f"{output}/{OUTPUT}")
    partial.replace(link)
