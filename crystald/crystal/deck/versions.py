"""What each version of the program knows: one word for each entry of the tables of this room.

CRYSTAL22 was the preview of CRYSTAL23: what both 17 and 23 know it knows, what only 23 knows is
not verified for it.
"""

from __future__ import annotations

from typing import Final, Literal

from crystald.errors import DeckError

Version = Literal[17, 22, 23]
VERSIONS: Final[tuple[Version, ...]] = (17, 22, 23)
NEWEST: Final[Version] = 23

Known = Literal["yes", "no", "unverified"]


KEYWORDS: Final[dict[str, tuple[Known, Known]]] = {
    "XXXLGRID": ("unverified", "yes"),
    "HUGEGRID": ("unverified", "yes"),
    "FREQSCAL": ("unverified", "unverified"),
    "ALL": ("unverified", "unverified"),
    "IR": ("unverified", "unverified"),
    "RAMAN": ("unverified", "unverified"),
}
"""Keywords of settings that not both of 17 and 23 are known to know; both know all others."""


def known_to(version: Version, in17: Known, in23: Known) -> Known:
    """Tell whether a version knows an entry, from what 17 and 23 do.

    Examples
    --------
    >>> known_to(22, "no", "yes"), known_to(22, "yes", "yes"), known_to(17, "no", "yes")
    ('unverified', 'yes', 'no')
    """
    if version == 17:
        return in17
    if version == 23 or in23 in ("no", in17):
        return in23
    return "unverified"


def check_known(what: str, known: Known, version: Version, *, unverified: bool = False) -> None:
    """Refuse what a version of the program does not know, or may not know.

    Parameters
    ----------
    what
        Names it.
    known
        As `known_to` says.
    version
        The version of the plan.
    unverified
        Whether the plan takes entries that nobody has verified.

    Raises
    ------
    DeckError
        The version lacks it, or it is unverified and the plan does not take such entries.
    """
    if known == "no":
        raise DeckError(
            f"{what} is not in CRYSTAL{version}", "Take another, or a later version of the program."
        )
    if known == "unverified" and not unverified:
        raise DeckError(
            f"{what} is not verified for CRYSTAL{version}: neither its manual nor an output that "
            "we know shows it",
            "Try it in a short run of your own and set unverified to true, or take another.",
        )
