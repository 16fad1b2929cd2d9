"""Exit codes of the command lines, the same for every command.

0 done; 1 the answer is no, or it failed; 2 wrong usage; 3 the daemon is not reachable;
4 refused.
"""

from __future__ import annotations

from typing import Final

from crystald.errors import (
    CrystaldError,
    LeaseError,
    NotFoundError,
    RefusedError,
    RequestError,
    WireError,
)

OK: Final = 0
NO: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3
REFUSED: Final = 4

_BY_CLASS: Final[tuple[tuple[type[CrystaldError], int], ...]] = (
    (RefusedError, REFUSED),
    (LeaseError, REFUSED),
    (NotFoundError, NO),
    (RequestError, USAGE),
    (WireError, UNREACHABLE),
)


def exit_code(error: CrystaldError) -> int:
    """Give the exit code that stands for an error.

    Examples
    --------
    >>> exit_code(WireError("no answer")), exit_code(NotFoundError("no run r7"))
    (3, 1)
    """
    return next((code for kind, code in _BY_CLASS if isinstance(error, kind)), NO)
