"""The last block of a deck: settings of the SCF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.records import Lines, plain


@dataclass(frozen=True)
class Scf:
    """Settings of the SCF.

    Attributes
    ----------
    tolinteg
        Five truncation criteria: 10**-n.
    toldee
        Convergence of the energy: 10**-toldee Ha.
    shrink
        The k mesh, None for a molecule.
    maxcycle
        Most cycles.
    smear_ha
        Width of the Fermi smearing, None for none.
    fmixing
        Per cent of the last Fock matrix mixed in, None for the program's default.
    guessp
        Whether the density of ``fort.20`` is the first guess.
    ppan
        Whether populations are printed.
    """

    tolinteg: tuple[int, ...]
    toldee: int
    shrink: Shrink | None
    maxcycle: int
    smear_ha: float | None = None
    fmixing: int | None = None
    guessp: bool = False
    ppan: bool = True


def scf_lines(scf: Scf) -> list[str]:
    """Write the records of the SCF, without the END that closes the deck."""
    lines = ["TOLINTEG", " ".join(map(str, scf.tolinteg)), "TOLDEE", str(scf.toldee)]
    lines += ["SHRINK", *scf.shrink.records()] if scf.shrink else []
    if scf.smear_ha is not None:
        lines += ["SMEAR", plain(scf.smear_ha, 1)]
    lines += ["MAXCYCLE", str(scf.maxcycle)]
    if scf.fmixing is not None:
        lines += ["FMIXING", str(scf.fmixing)]
    lines += ["GUESSP"] if scf.guessp else []
    lines += ["PPAN"] if scf.ppan else []
    return lines


def read_scf(lines: Lines) -> Scf:
    """Read what `scf_lines` wrote, to the END of the deck.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    found: dict[str, Any] = {"ppan": False, "shrink": None}
    while (word := lines.take()) != "END":
        if word not in _SCF_READERS:
            raise lines.wrong(f"the keyword {word!r} does not belong here")
        found[word.lower()] = _SCF_READERS[word](lines)
    if "smear" in found:
        found["smear_ha"] = found.pop("smear")
    if lacking := {"tolinteg", "toldee", "maxcycle"} - found.keys():
        raise lines.wrong(f"{', '.join(sorted(lacking)).upper()} must stand before the END")
    return Scf(**found)


_SCF_READERS: Final[dict[str, Callable[[Lines], Any]]] = {
    "TOLINTEG": lambda lines: lines.values(int, 5),
    "TOLDEE": lambda lines: lines.value(int),
    "SHRINK": Shrink.read,
    "MAXCYCLE": lambda lines: lines.value(int),
    "SMEAR": lambda lines: lines.value(float),
    "FMIXING": lambda lines: lines.value(int),
    "GUESSP": lambda _: True,
    "PPAN": lambda _: True,
}
