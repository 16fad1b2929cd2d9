"""The second part of a deck: elements with their shells, or BASISSET, and keywords.

Source: CRYSTAL17 and CRYSTAL23 user's manuals, "Basis set" and "Effective core potentials".
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.text.taking import Rule, Taker, listed, none, numeric, reads, words

POTENTIALS: Final = ("HAYWLC", "HAYWSC", "BARTHE", "DURAND", "STUTLC", "STUTSC", "STUTSH")
"""Effective core potentials that the program holds: no records."""

GIVEN: Final = ("INPUT", "INPSOC")
"""Words above an effective core potential of the deck: scalar, or with its spin-orbit part."""

HEAD_NUMBERS: Final = 7
"""Numbers of the head of a pseudopotential given with INPUT."""

ORIGINS: Final = ("INTERNAL", "EXTERNAL")
"""First words of the line below INPSOC."""

LAST_ELEMENT: Final = 99
"""The number that closes the elements (``99 0``)."""


def element(taker: Taker) -> None:
    """Take the records of an element: an effective core potential if any, then its shells."""
    _number, shells = taker.numbers(2)
    record = taker.peek()
    if record is not None and record.keyword in GIVEN:
        taker.take()
        potential_head(taker)
    elif record is not None and record.keyword in POTENTIALS:
        taker.take()
    for _ in range(int(shells)):
        _shell(taker)


def potential_head(taker: Taker) -> float:
    """Take ``ZNUC M M0 M1 M2 M3 M4`` and the terms (exponent, coefficient, power); give ZNUC.

    Real runs have heads of six numbers on a line, without M4; a shorter line goes on below.
    Above the head of a potential with spin-orbit part stands where it comes from (``INTERNAL
    1.0``), and its terms have a further coefficient, which is on their lines.
    """
    origin = taker.peek()
    if origin is not None and origin.keyword in ORIGINS:
        taker.take()
    record, _ = taker.record(1)
    head = record.numbers[:HEAD_NUMBERS]
    if len(head) < HEAD_NUMBERS - 1:
        head += taker.numbers(HEAD_NUMBERS - len(head))
    for _ in range(int(sum(head[1:]))):
        taker.numbers(3)
    return head[0]


def _shell(taker: Taker) -> None:
    """Take ``ITYB LAT NG CHE SCAL`` and its primitives."""
    kind, angular, primitives, _charge, _scale = taker.numbers(5)
    shell_primitives(taker, kind, angular, primitives)


def shell_primitives(taker: Taker, kind: float, angular: float, primitives: float) -> None:
    """Take the primitives of a shell, which follow only where ITYB is 0."""
    if kind == 0:
        for _ in range(int(primitives)):
            taker.numbers(3 if angular == 1 else 2)


BASIS: Final[dict[str, Rule]] = {
    "BASISSET": words(), "CHARGED": none, "GHOSTS": listed(), "CHEMOD": numeric,
    "ATOMCONF": numeric, "NOPRINT": none, "PARAMPRT": none, "PRINTOUT": none, "SETINF": listed(2),
    "SETPRINT": listed(2), "SYMMOPS": none, "STOP": none, "TESTBS": none, "FULLDIRA": none,
    "EXTPRT": none, "NEIGHBOR": reads(1), "BSSE": numeric, "COORPRT": none,
}  # fmt: skip
"""Keyword of the basis set part -> its records."""
