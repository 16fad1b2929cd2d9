"""The functionals that a deck may ask for: one literal table.

Keywords are CRYSTAL23's words for a whole exchange-correlation functional in the DFT block
(manual, section 4.1). Where it has none, an exchange and a correlation functional are written one
by one (``EXCHANGE``, ``CORRELAT``) and stand here with a stroke between them. ``-D3`` is appended
where the program has parameters for the dispersion correction (manual, section 5.1).
The 3C methods carry dispersion, counterpoise correction and basis set by themselves; those of
Hartree-Fock stand in a block of their own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from crystald.crystal.deck.versions import Known, Version, known_to

Family = Literal["LDA", "GGA", "hybrid", "range-separated", "meta-GGA", "3C", "HF"]


@dataclass(frozen=True)
class Functional:
    """One functional, or a method of Hartree-Fock.

    Attributes
    ----------
    keyword
        As the DFT block spells it (``PBEXC``, ``VBH/VBH``); for Hartree-Fock ``HF``, ``HF3C``.
    family
        Its kind.
    d3
        The word with dispersion, None where the program has no D3 parameters.
    hybrid
        Whether it holds exact exchange.
    meta
        Whether it depends on the kinetic energy density, which wants a finer grid.
    basis
        The only basis set that it may be used with (3C methods), None for a free choice.
    grid
        Whether a grid keyword belongs beside it.
    spin
        Whether it is spin-polarised by its name (UHF) or never (RHF), None for a free choice.
    in17, in23
        Whether these versions know it.
    """

    keyword: str
    family: Family
    d3: str | None = None
    hybrid: bool = False
    meta: bool = False
    basis: str | None = None
    grid: bool = True
    spin: bool | None = None
    in17: Known = "yes"
    in23: Known = "yes"

    @property
    def is_dft(self) -> bool:
        """Whether it stands in a DFT block."""
        return self.family != "HF"

    def known(self, version: Version) -> Known:
        """Tell whether a version of the program knows it."""
        return known_to(version, self.in17, self.in23)


def _gga(keyword: str, d3: str | None = None, in17: Known = "yes") -> Functional:
    return Functional(keyword, "GGA", d3, in17=in17)


def _hybrid(keyword: str, d3: str | None = None, in17: Known = "yes") -> Functional:
    return Functional(keyword, "hybrid", d3, hybrid=True, in17=in17)


def _separated(keyword: str, d3: str | None = None, in17: Known = "yes") -> Functional:
    return Functional(keyword, "range-separated", d3, hybrid=True, in17=in17)


def _meta(keyword: str, *, hybrid: bool = True, in17: Known = "no") -> Functional:
    return Functional(keyword, "meta-GGA", hybrid=hybrid, meta=True, in17=in17)


def _composite(
    keyword: str, basis: str, *, grid: bool = False, in17: Known = "no", in23: Known = "yes"
) -> Functional:
    hybrid = keyword != "B973C"
    return Functional(keyword, "3C", hybrid=hybrid, basis=basis, grid=grid, in17=in17, in23=in23)


def _fock(
    keyword: str, *, basis: str | None = None, spin: bool | None = None, in17: Known = "yes"
) -> Functional:
    return Functional(keyword, "HF", hybrid=True, basis=basis, grid=False, spin=spin, in17=in17)


FUNCTIONALS: Final[dict[str, Functional]] = {
    # local density
    "SVWN": Functional("SVWN", "LDA"),
    "VBH": Functional("VBH/VBH", "LDA"),
    # generalised gradients
    "BLYP": _gga("BLYP", "BLYP-D3"),
    "PBE": _gga("PBEXC", "PBE-D3"),
    "PBESOL": _gga("PBESOLXC"),
    "PWGGA": _gga("PWGGA/PWGGA"),
    "SOGGA": _gga("SOGGAXC"),
    "SOGGA11": _gga("SOGGA11", in17="no"),
    "WCGGA": _gga("WCGGA/PBE"),
    "B97": Functional("B97", "GGA", "B97-D3", in23="unverified"),
    # global hybrids
    "B3LYP": _hybrid("B3LYP", "B3LYP-D3"),
    "B3PW": _hybrid("B3PW"),
    "PBE0": _hybrid("PBE0", "PBE0-D3"),
    "PBESOL0": _hybrid("PBESOL0"),
    "PBE0-13": _hybrid("PBE0-13"),
    "PW1PW": _hybrid("PW1PW", "PW1PW-D3"),
    "MPW1PW91": _hybrid("mPW1PW91", in17="no"),
    "MPW1K": _hybrid("mPW1K", in17="no"),
    "B1WC": _hybrid("B1WC"),
    "WC1LYP": _hybrid("WC1LYP"),
    "B97H": _hybrid("B97H"),
    "SOGGA11X": _hybrid("SOGGA11X", in17="no"),
    # range-separated hybrids
    "CAM-B3LYP": _separated("CAM-B3LYP"),
    "HSE06": _separated("HSE06", "HSE06-D3"),
    "HSESOL": _separated("HSEsol", "HSEsol-D3"),
    "HISS": _separated("HISS"),
    "SC-BLYP": _separated("SC-BLYP"),
    "RSHXLDA": _separated("RSHXLDA"),
    "WB97": _separated("wB97"),
    "WB97X": _separated("wB97X"),
    "LC-WPBE": _separated("LC-wPBE", "LC-wPBE-D3"),
    "LC-WPBESOL": _separated("LC-wPBEsol"),
    "LC-WBLYP": _separated("LC-wBLYP"),
    "LC-BLYP": _separated("LC-BLYP"),
    "LC-PBE": _separated("LC-PBE", in17="no"),
    # functionals of the kinetic energy density
    "SCAN": _meta("SCAN", hybrid=False),
    "R2SCAN": _meta("r2SCAN", hybrid=False),
    "SCAN0": _meta("SCAN0"),
    "R2SCANH": _meta("r2SCANh"),
    "R2SCAN0": _meta("r2SCAN0"),
    "R2SCAN50": _meta("r2SCAN50"),
    "M05": _meta("M05", in17="yes"),
    "M052X": _meta("M052X", in17="yes"),
    "M06": Functional("M06", "meta-GGA", "M06-D3", hybrid=True, meta=True),
    "M062X": _meta("M062X", in17="yes"),
    "M06HF": _meta("M06HF", in17="yes"),
    "M06L": _meta("M06L", hybrid=False, in17="yes"),
    "REVM06": _meta("revM06"),
    "REVM06L": _meta("revM06L", hybrid=False),
    "MN15": _meta("MN15"),
    "MN15L": _meta("MN15L", hybrid=False),
    "B1B95": _meta("B1B95"),
    "MPW1B95": _meta("mPW1B95"),
    "MPW1B1K": _meta("mPW1B1K"),
    "PW6B95": _meta("PW6B95"),
    "PWB6K": _meta("PWB6K"),
    # composite methods
    "PBEH3C": _composite("PBEH3C", "def2-mSVP", in17="unverified"),
    "HSE3C": _composite("HSE3C", "def2-mSVP", in17="unverified"),
    "PBE03C": _composite("PBE03C", "def2-mSVP", in23="unverified"),
    "B973C": _composite("B973C", "mTZVP", in17="unverified"),
    "PBESOL03C": _composite("PBESOL03C", "SOLDEF2MSVP"),
    "HSESOL3C": _composite("HSESOL3C", "SOLDEF2MSVP", grid=True),
    # Hartree-Fock
    "HF": _fock("HF"),
    "RHF": _fock("HF", spin=False),
    "UHF": _fock("HF", spin=True),
    "HF3C": _fock("HF3C", basis="MINIX", in17="unverified"),
    "HFSOL3C": _fock("HFSOL3C", basis="SOLMINIX", in17="no"),
}
"""Name in settings (in capitals) -> functional."""
