"""Which journal a file system allows."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from crystald.errors import StoreError
from crystald.store.filesystem import journal_mode, mount_of, mount_of_directory

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:40 / /home rw,relatime - nfs4 server:/home rw,vers=4.2,local_lock=none
31 22 0:41 / /old rw,relatime - nfs server:/old rw,vers=3,nolock,local_lock=all
32 22 0:42 / /fast\\040disk rw - xfs /dev/vdb rw
33 22 0:43 / /lus rw - lustre mgs:/lus rw,flock
34 22 0:44 / /lus2 rw - lustre mgs:/lus rw,localflock
"""


@pytest.mark.parametrize(
    ("path", "kind", "mode"),
    [
        ("/var/x", "ext4", "wal"),
        ("/home/me/state", "nfs4", "delete"),
        ("/homeless", "ext4", "wal"),
        ("/fast disk/state", "xfs", "wal"),
        ("/lus/state", "lustre", "delete"),
    ],
)
def test_journal_by_file_system(path: str, kind: str, mode: str) -> None:
    mount = mount_of(PurePosixPath(path), MOUNTS)
    assert mount.type == kind
    assert journal_mode(mount) == mode


@pytest.mark.parametrize("path", ["/old/state", "/lus2/state"])
def test_locks_that_stay_on_this_host_are_refused(path: str) -> None:
    with pytest.raises(StoreError, match="locks stay on this host"):
        journal_mode(mount_of(PurePosixPath(path), MOUNTS))


def test_an_unknown_file_system_gets_the_safe_journal() -> None:
    assert journal_mode(mount_of(PurePosixPath("/x"), "")) == "delete"


def test_this_machine(tmp_path: Path) -> None:
    assert mount_of_directory(tmp_path).type != "unknown"
