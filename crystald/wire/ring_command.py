"""How jobs ring: the command of ``crystal-ring``, as it starts quickest from here."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import zmq


def ring_command() -> tuple[str, ...]:
    """Give the command of the doorbell, to which each ring adds what it says; empty for none.

    Python starts without site, and by the libzmq that pyzmq has loaded here: a quarter of the time
    that pyzmq takes. Where that library is not one by itself, or not found on a node, pyzmq rings.
    """
    program = find_spec("crystal_ring.main")
    if not program or not program.origin:
        return ()
    library = libzmq_of(Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace"))
    named = ("--libzmq", library) if library and Path(library).is_file() else ()
    home = str(Path(zmq.__file__).parents[1])
    return (sys.executable, "-I", "-S", program.origin, *named, "--pyzmq", home)


def libzmq_of(maps: str) -> str:
    r"""Find the shared library libzmq among the files that a process has mapped; else nothing.

    Parameters
    ----------
    maps
        ``/proc/PID/maps`` (proc_pid_maps(5)).

    Examples
    --------
    >>> libzmq_of("7f10-7f20 r--p 00000000 08:01 12    /opt/my env/lib/libzmq.so.5.2.5\\n")
    '/opt/my env/lib/libzmq.so.5.2.5'
    """
    for line in maps.split("\n"):
        path = "".join(line.split(maxsplit=5)[5:])
        name = path.rpartition("/")[2]
        if name.startswith("libzmq") and ".so" in name:
            return path
    return ""
