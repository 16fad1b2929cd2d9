"""The functionals that a deck may ask for: one table, checked before anything is written.

Keywords are CRYSTAL23's single words for a whole exchange-correlation functional in the DFT
block (manual, section "DFT: standalone keywords"). ``-D3`` is appended where the program has
parameters for the dispersion correction. The 3C methods carry dispersion, counterpoise
correction and basis set by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crystald.errors import DeckError


@dataclass(frozen=True)
class Functional:
    """One functional.

    Attributes
    ----------
    keyword
        As the DFT block spells it.
    keyword_d3
        As it is spelt with dispersion, None where the program has no D3 parameters.
    hybrid
        Whether it holds exact exchange.
    basis
        The only basis set that it may be used with (3C methods), None for a free choice.
    writes_grid
        Whether a grid keyword belongs beside it.
    meta
        Whether it depends on the kinetic energy density, which wants a finer grid.
    """

    keyword: str
    keyword_d3: str | None = None
    hybrid: bool = False
    basis: str | None = None
    writes_grid: bool = True
    meta: bool = False


FUNCTIONALS: Final[dict[str, Functional]] = {
    # local density and generalised gradients
    "SVWN": Functional("SVWN"),
    "BLYP": Functional("BLYP", "BLYP-D3"),
    "PBE": Functional("PBEXC", "PBE-D3"),
    "PBESOL": Functional("PBESOLXC"),
    "SOGGA": Functional("SOGGAXC"),
    # hybrids
    "B3LYP": Functional("B3LYP", "B3LYP-D3", hybrid=True),
    "B3PW": Functional("B3PW", hybrid=True),
    "PBE0": Functional("PBE0", "PBE0-D3", hybrid=True),
    "PBESOL0": Functional("PBESOL0", hybrid=True),
    "PBE0-13": Functional("PBE0-13", hybrid=True),
    "B1WC": Functional("B1WC", hybrid=True),
    "WC1LYP": Functional("WC1LYP", hybrid=True),
    "B97H": Functional("B97H", hybrid=True),
    "PW1PW": Functional("PW1PW", "PW1PW-D3", hybrid=True),
    "M06": Functional("M06", "M06-D3", hybrid=True, meta=True),
    # range-separated hybrids
    "HSE06": Functional("HSE06", "HSE06-D3", hybrid=True),
    "HSESOL": Functional("HSEsol", "HSEsol-D3", hybrid=True),
    "HISS": Functional("HISS", hybrid=True),
    "SC-BLYP": Functional("SC-BLYP", hybrid=True),
    "RSHXLDA": Functional("RSHXLDA", hybrid=True),
    "WB97": Functional("wB97", hybrid=True),
    "WB97X": Functional("wB97X", hybrid=True),
    "LC-WPBE": Functional("LC-wPBE", "LC-wPBE-D3", hybrid=True),
    # composite methods
    "PBEH3C": Functional("PBEH3C", None, hybrid=True, basis="def2-mSVP", writes_grid=False),
    "HSE3C": Functional("HSE3C", None, hybrid=True, basis="def2-mSVP", writes_grid=False),
    "B973C": Functional("B973C", None, basis="mTZVP", writes_grid=False),
    "PBESOL03C": Functional("PBESOL03C", None, hybrid=True, basis="SOLDEF2MSVP", writes_grid=False),
    "HSESOL3C": Functional("HSESOL3C", None, hybrid=True, basis="SOLDEF2MSVP"),
}
"""Name in settings (in capitals) -> functional."""


def find_functional(name: str, where: str = "functional") -> Functional:
    """Find a functional by its name in settings; case does not matter.

    Raises
    ------
    DeckError
        The name is in no row of the table.
    """
    try:
        return FUNCTIONALS[name.upper()]
    except KeyError:
        raise DeckError(
            f"{where}: unknown functional {name!r}", f"Allowed: {', '.join(FUNCTIONALS)}."
        ) from None


def functional_keyword(name: str, *, dispersion: bool) -> str:
    """Give the word for the DFT block.

    Raises
    ------
    DeckError
        Unknown, or dispersion was asked of a functional that has none to add.
    """
    functional = find_functional(name)
    if not dispersion:
        return functional.keyword
    if functional.keyword_d3 is None:
        raise _no_dispersion(name, functional)
    return functional.keyword_d3


def _no_dispersion(name: str, functional: Functional) -> DeckError:
    if functional.basis:
        return DeckError(
            f"dispersion D3 cannot be added to {name}: it carries its own corrections",
            f"Set dispersion to none and basis to {functional.basis}.",
        )
    able = ", ".join(key for key, row in FUNCTIONALS.items() if row.keyword_d3)
    return DeckError(
        f"dispersion D3 cannot be added to {name}: it has no D3 parameters",
        f"Set dispersion to none, or take one of {able}.",
    )


def functional_of_keyword(keyword: str) -> tuple[str, bool] | None:
    """Give name and dispersion of a word in a DFT block; None for a word that is no functional.

    Examples
    --------
    >>> functional_of_keyword("PBE-D3"), functional_of_keyword("PBEXC")
    (('PBE', True), ('PBE', False))
    """
    for name, row in FUNCTIONALS.items():
        if keyword.upper() == row.keyword.upper():
            return name, False
        if row.keyword_d3 is not None and keyword.upper() == row.keyword_d3.upper():
            return name, True
    return None
