"""``crystal-ring``, the program: its start alone, as Python compiles anew what it is told to run."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # that of typing takes its time to load
if TYPE_CHECKING:
    from typing import NoReturn

if __name__ == "__main__":  # run by its place: without site, Python does not know the package
    sys.path.append(__file__.rpartition("/crystal_ring/")[0])


def main() -> NoReturn:
    """Be the program, and end at once: to tidy up takes Python 2 ms, and libzmq might wait in it."""
    from crystal_ring.doorbell import carry_out

    os._exit(carry_out(sys.argv[1:]))


if __name__ == "__main__":
    main()
