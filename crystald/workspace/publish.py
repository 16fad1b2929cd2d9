"""Publish what an attempt left: from its own directory into the calculation's, whole files only."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crystald.durable import sync_all, sync_directory
from crystald.models import LeftFile
from crystald.workspace.files import PARTIAL
from crystald.workspace.layout import OUTPUT

FICLONE = 0x40049409
"""ioctl that shares blocks between files where the file system can (ioctl_ficlone(2))."""

CHUNK = 4 * 1024 * 1024


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
    left_files: dict[Path, tuple[Path, str]] = {}
    for left, source in sources.items():
        target = calculation / f"{stem}{left.joint}{left.suffix}"
        if source.is_file() and not source.is_symlink():
            left_files[target] = (source, left.suffix)
        else:
            target.unlink(missing_ok=True)
    published = _place(left_files)
    sync_directory(calculation)
    return published


def _sweep(calculation: Path, stem: str) -> None:
    for entry in calculation.iterdir():
        if entry.name.startswith((f".{stem}.", f".{stem}_")) and entry.name.endswith(PARTIAL):
            entry.unlink(missing_ok=True)


def _place(left: Mapping[Path, tuple[Path, str]]) -> tuple[Published, ...]:
    """Copy files beside their targets, make all of them durable, and rename them into place."""
    partials: dict[Path, Path] = {}
    published = []
    try:
        with ExitStack() as stack:
            copies = []
            for target, (source, suffix) in left.items():
                descriptor, name = tempfile.mkstemp(PARTIAL, f".{target.name}.", target.parent)
                partials[target] = Path(name)
                copy = stack.enter_context(os.fdopen(descriptor, "w+b"))
                published.append(Published(target.name, suffix, *_copy(source, copy)))
                copies.append(descriptor)
            sync_all(copies)
        for target, partial in partials.items():
            partial.replace(target)
    except BaseException:
        for partial in partials.values():
            partial.unlink(missing_ok=True)
        raise
    return tuple(published)


def _copy(source: Path, new: IO[bytes]) -> tuple[int, str]:
    """Share or copy the blocks of a file; tell size and SHA-256 of what was written."""
    digest, size = hashlib.sha256(), 0
    with open(source, "rb", opener=_not_through_a_link) as old:
        os.fchmod(new.fileno(), 0o644)
        shared = _share(old, new)
        while chunk := old.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if not shared:
                new.write(chunk)
        new.flush()
    return size, digest.hexdigest()


def _not_through_a_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


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
    partial = calculation / f".{stem}.out.link{PARTIAL}"
    partial.unlink(missing_ok=True)
    partial.symlink_to(f"{output}/{OUTPUT}")
    partial.replace(link)
