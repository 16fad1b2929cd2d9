"""Which file system a database lies on, and which journal that allows; pure but for two readers.

SQLite's write-ahead log needs shared memory between all users of the file, so it is used only on
file systems known to be local. On network file systems a rollback journal does, as long as locks
reach the server: a mount with local-only locks is refused, because no trial on one host can show
that another host does not see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from crystald.errors import StoreError

LOCAL = frozenset(
    {"ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "zfs", "f2fs", "overlay", "bcachefs"}
)
"""File systems of one machine."""

_LOCAL_LOCKS = frozenset({"nolock", "local_lock=all", "local_lock=posix", "localflock"})


@dataclass(frozen=True)
class Mount:
    """Where a file lies: mount point, type (``ext4``, ``nfs4``, …), options of mount and server."""

    point: str
    type: str
    options: frozenset[str]

    @property
    def local(self) -> bool:
        """Whether the file system is known to belong to this machine alone."""
        return self.type in LOCAL


def mount_of(path: PurePosixPath, mountinfo: str) -> Mount:
    r"""Find the mount that holds an absolute path.

    Parameters
    ----------
    path
        Absolute and resolved.
    mountinfo
        The text of ``/proc/self/mountinfo`` (proc(5)): ``36 35 98:0 /root /point opts … - type
        source superopts``, blanks in names as ``\040``.

    Examples
    --------
    >>> text = "1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 0:9 / /home rw - nfs4 s:/h rw,local_lock=none"
    >>> mount_of(PurePosixPath("/home/me"), text).type
    'nfs4'
    """
    best = Mount("/", "unknown", frozenset())
    for line in mountinfo.splitlines():
        left, dash, right = line.partition(" - ")
        fields, tail = left.split(), right.split()
        if not dash or len(fields) < 6 or len(tail) < 3:
            continue
        point = fields[4].encode().decode("unicode_escape")
        if path.is_relative_to(point) and len(point) >= len(best.point):
            options = frozenset(fields[5].split(",")) | frozenset(tail[2].split(","))
            best = Mount(point, tail[0], options)
    return best


def journal_mode(mount: Mount) -> str:
    """Choose SQLite's journal for a mount: ``wal`` where local, else ``delete``.

    Raises
    ------
    StoreError
        Locks taken there never leave this host.
    """
    if mount.local:
        return "wal"
    alone = mount.options & _LOCAL_LOCKS
    if alone and mount.type.startswith(("nfs", "lustre")):
        raise StoreError(
            f"{mount.point} is mounted with {', '.join(sorted(alone))}: locks stay on this host",
            "Put the state directory (roots.state in config/crystald.yaml) on a file system with "
            "real locks, or ask for the mount option to be removed.",
        )
    return "delete"


def mount_of_directory(directory: Path) -> Mount:
    """Find the mount of an existing directory of this machine."""
    text = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    return mount_of(PurePosixPath(directory.resolve()), text)
