"""Publish what an attempt left: from its own directory into the calculation's, whole files only."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crystald.models import LeftFile
from crystald.workspace.files import sync_directory
from crystald.workspace.layout import OUTPUT

FICLONE = 0x40049409
"""ioctl that shares blocks between files where the file system can (ioctl_ficlone(2))."""

CHUNK = 4 * 1024 * 1024


@dataclass(frozen=True)
class Published:
    """A published file: name in the calculation's directory, size, SHA-256."""

    name: str
    bytes: int
    sha256: str


def publish(
    calculation: Path, output: Path, stem: str, leaves: Sequence[LeftFile], deck: Path
) -> tuple[Published, ...]:
    """Publish deck, output and every file that was left; doing it again gives the same.

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
    sources = {f"{stem}{deck.suffix}": deck, f"{stem}.out": output / OUTPUT}
    sources |= {f"{stem}.{left.suffix}": output / left.name for left in leaves}
    published = tuple(
        _place(source, calculation / name)
        for name, source in sources.items()
        if source.is_file() and not source.is_symlink()
    )
    sync_directory(calculation)
    return published


def _place(source: Path, target: Path) -> Published:
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    try:
        size, digest = _copy(source, partial)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return Published(target.name, size, digest)


def _copy(source: Path, partial: Path) -> tuple[int, str]:
    """Share or copy the blocks of a file; tell size and SHA-256 of what was written."""
    digest, size = hashlib.sha256(), 0
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with source.open("rb") as old, os.fdopen(os.open(partial, flags, 0o644), "w+b") as new:
        shared = _share(old, new)
        while chunk := old.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if not shared:
                new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    return size, digest.hexdigest()


def _share(old: IO[bytes], new: IO[bytes]) -> bool:
    try:
        fcntl.ioctl(new.fileno(), FICLONE, old.fileno())
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
    partial = calculation / f".{stem}.out.{os.getpid()}.partial"
    partial.unlink(missing_ok=True)
    partial.symlink_to(f"{output}/{OUTPUT}")
    partial.replace(link)
