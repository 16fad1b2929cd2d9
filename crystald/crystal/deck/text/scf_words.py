"""The third part of a deck: Hamiltonian and SCF, and the blocks in it.

Source: CRYSTAL17 and CRYSTAL23 user's manuals, "Computational parameters, Hamiltonian, SCF
control"; counts of records as there, checked on real decks where any hold them.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.text.taking import (
    Rule,
    Taker,
    beside,
    listed,
    none,
    numeric,
    reads,
    rows,
    words,
)


def shrink(taker: Taker) -> None:
    """``IS ISP``, and three factors below where IS is 0."""
    if taker.numbers(2)[0] == 0:
        taker.numbers(3)


def _grid(taker: Taker) -> None:
    count = int(taker.numbers(1)[0])
    taker.numbers(count)
    taker.numbers(count)


def _grimme(taker: Taker) -> None:
    taker.numbers(3)
    for _ in range(int(taker.numbers(1)[0])):
        taker.numbers(3)


SCF: Final[dict[str, Rule]] = {
    # Hamiltonian
    "RHF": none, "UHF": none, "ROHF": none, "MP2": none, "GRIMME": _grimme, "GCPAUTO": none,
    "SRBAUTO": none, "ATOMHF": none,
    # k points, tolerances
    "SHRINK": shrink, "TOLINTEG": reads(5), "TOLPSEUD": reads(1), "TOLDEE": reads(1),
    "TOLDEP": reads(1), "TOLSCF": reads(2), "POLEORDR": reads(1), "MADELIND": reads(1),
    "BIPOLAR": reads(2), "BIPOSIZE": reads(1), "EXCHSIZE": reads(1), "EXCHPERM": none,
    "EXCHGENE": none, "NOBIPOLA": none, "NOBIPCOU": none, "NOBIPEXC": none, "NOBIPEXCH": none,
    "ILASIZE": reads(1), "INTGPACK": reads(1), "MAXG": reads(1), "MONSPLIT": reads(1),
    "QVRSGDIM": reads(1), "CMPLXFAC": reads(1), "LIMBEK": reads(1),
    # convergence
    "MAXCYCLE": reads(1), "FMIXING": reads(1), "LEVSHIFT": reads(2), "SMEAR": reads(1),
    "ANDERSON": none, "BROYDEN": reads(3), "DIIS": none, "NODIIS": none, "DIISALLK": none,
    "DIISF": none, "EDIIS": none, "HISTDIIS": reads(1), "PRTDIIS": none, "THREDIIS": reads(1),
    "THRKDIIS": reads(1), "SLOSHING": none, "SLOSHFAC": reads(1), "PANDIIS": none,
    "EIGS": none, "LDREMO": reads(1), "NOSHIFT": none,
    # spin and first guess
    "ATOMSPIN": listed(2), "SPINLOCK": reads(2), "SPINLOC2": reads(2), "BETALOCK": reads(2),
    "SPINEDIT": listed(), "EIGSHIFT": rows(5), "EIGSHROT": numeric, "FDAOSYM": numeric,
    "FDOCCUP": numeric, "GUESSP": none, "GUESSPAT": none, "GUESSF": none, "GUESSYMP": none,
    "GUESSPN": none, "GUESSHCORE": none, "MOLGUESS": none, "NOSYMGUESS": none,
    "CLOSESHELL": none, "OPENSHELL": none, "DOPING": reads(1),
    # how it runs
    "SCFDIR": none, "NOSCFDIR": none, "NODIRECT": none, "NOMONDIR": none, "DIRECT": none,
    "MPP": none, "STDIAG": none, "DCDIAG": none, "LOWMEM": none, "NOLOWMEM": none,
    "MEMOPRT": none, "MEMOPRT2": none, "MAXMEMCRY": reads(1), "REPLDATA": none, "FULLTIME": none,
    "SYMADAPT": none, "NOSYMADA": none, "KSYMMPRT": none, "KNETOUT": none, "GRADCAL": none,
    "POSTSCF": none, "SAVEWF": none, "SAVEPRED": none, "NOSAVEWF": none, "FMWF": none,
    "NOFMWF": none, "NOREORTHO": none, "STOP": none, "TESTPDIM": none, "TESTRUN": none,
    "ONELOG": none, "RESTART": none, "SCFHIST": none, "DIAGKEEP": none,
    # printing
    "PPAN": none, "EXTPRT": none, "CIFPRT": none, "CIFPRTSYM": none, "NOPRINT": none,
    "PARAMPRT": none, "PRINTOUT": none, "PRINTCHG": none, "SETINF": listed(2),
    "SETPRINT": listed(2), "NEIGHBOR": reads(1), "PSIORB": none, "MULPOPAN": none,
    "HIRSHCHG": none, "CRYAPI_OUT": none, "EMDWF": none, "EMDWFKIN": none, "SYMMOPS": none,
    "COORPRT": none, "INFOGUI": none, "NAT2CONV": none, "XLNUMSTEP": reads(1),
}  # fmt: skip
"""Keyword of the third part -> its records."""

GRIDS: Final = (
    "OLDGRID", "DEFAULT", "LGRID", "XLGRID", "XXLGRID", "XXXLGRID", "HUGEGRID",
)  # fmt: skip

WHOLE_FUNCTIONALS: Final = frozenset((
    *(row.keyword.upper() for row in FUNCTIONALS.values() if row.is_dft),
    "VBHLYP", "PW91GGA", "WCGGAPBE", "PWGGA", "PBE", "PBESOL", "SOGGA", "B97", "CAM-B3LYP",
    "PBEH3C", "PBEH-3C", "HSE-3C", "B97-3C", "PBESOL0-3C", "HSESOL-3C", "PBE03C", "PBESOLXC",
    "SOGGA11X", "MPW1PW91", "MPW1K", "LC-WPBESOL", "LC-WBLYP", "LC-BLYP", "LC-PBE", "LC-WPBE",
    "M05", "M05-2X", "M052X", "M06", "M06-2X", "M062X", "M06HF", "M06-HF", "M06L", "M06-L",
    "REVM06", "REVM06L", "MN15", "MN15L", "B1B95", "MPW1B95", "MPW1B1K", "PW6B95", "PWB6K",
    "SCAN", "R2SCAN", "RSCAN", "SCAN0", "R2SCANH", "R2SCAN0", "R2SCAN50", "BMK", "B95GGA",
    "B2PLYP", "B2GPPLYP", "MPW2PLYP", "PBE0DH", "HSE06", "HSESOL", "HISS", "SC-BLYP", "RSHXLDA",
    "WB97", "WB97X", "SVWN", "VBH", "LSRSH-PBE", "HF", "BB1K", "TPSS", "TPSSH", "PW1PW",
    "BLYP", "BP86", "B3LYP", "B3PW", "PBE0", "PBE0-13", "PBESOL0", "B1WC", "WC1LYP", "B97H",
))  # fmt: skip
"""Words that stand for a whole functional; ``-D3`` may be appended to some."""

DFT: Final[dict[str, Rule]] = {
    "SPIN": none, "EXCHANGE": words(), "CORRELAT": words(), "HYBRID": reads(1),
    "NONLOCAL": reads(2), "RADIAL": _grid, "ANGULAR": _grid, "CHUNKS": reads(1),
    "BATCHPNT": reads(1), "TOLLDENS": reads(1), "TOLLGRID": reads(1), "LIMBEK": reads(1),
    "BECKE": none, "SAVIN": none, "OLDXC": none, "LIMITS": reads(1), "NEWTON": none,
    "SR-OMEGA": reads(1), "MR-OMEGA": reads(2), "LR-OMEGA": reads(1), "SC-OMEGA": reads(1),
    "SR-HYB_W": reads(1), "PRINT": none, "NOPRINT": none, "FDFT": none, "SYMADAPT": none,
    "CUSTOM": numeric, "BASIS": numeric, "DISTGRID": none, "RANGEHYB": reads(3),
    **dict.fromkeys(GRIDS, none),
    **dict.fromkeys(WHOLE_FUNCTIONALS, none),
    **{f"{word}-D3": none for word in WHOLE_FUNCTIONALS},
    **{f"{word}-D3BJ": none for word in WHOLE_FUNCTIONALS},
    **{f"{word}-D4": none for word in WHOLE_FUNCTIONALS},
    "LSRSH-PBE": reads(3),
}  # fmt: skip
"""Keyword of the DFT block -> its records."""

DFTD3: Final[dict[str, Rule]] = {
    "VERSION": beside, "FUNC": words(), "FUNCTIONAL": words(), "ABC": none, "S6": reads(1), "S8": reads(1),
    "A1": reads(1), "A2": reads(1), "RS6": reads(1), "RS8": reads(1), "RS18": reads(1),
    "ALPHA6": reads(1), "RADIUS": reads(1), "CNRADIUS": reads(1), "ABCRADIUS": reads(1),
    "PRINTC6": none, "PRINT": none,
}  # fmt: skip

GCP: Final[dict[str, Rule]] = {
    "METHOD": words(), "SIGMA": reads(1), "ALPHA": reads(1), "BETA": reads(1), "ETA": reads(1),
    "RADIUS": reads(1), "PRINTEMISS": none,
}  # fmt: skip

COMPOSITE: Final[dict[str, Rule]] = {"RESCALES8": reads(1), "RESCALE": reads(1)}
"""Keyword of HF3C and HFSOL3C -> its records."""

TWO_COMPONENT: Final[dict[str, Rule]] = {
    "SOC": none, "SPINORLOCK": numeric, "GUESSPNOSO": none, "GUESSPATNC": rows(4),
    "ATOMSPIN": listed(2),
    "VECTOR": numeric, "DIRECTION": numeric, "MAGNETIZ": numeric, "PRINT": none,
}  # fmt: skip
