"""The first part of a deck: keywords of the geometry and of the blocks in it.

Source: CRYSTAL17 and CRYSTAL23 user's manuals, chapters on geometry editing, OPTGEOM, FREQCALC,
ANHARM, CPHF, ELASTCON, EOS and QHA; counts of records as there, checked on real decks where any
hold them.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.text.taking import (
    Rule,
    Taker,
    becomes,
    listed,
    matrix,
    none,
    numeric,
    reads,
    rows,
    then,
)

SHIFT_LENGTH: Final = 3
"""Numbers of the record that shifts the origin, in 24ths of the cell."""


def _crystal(taker: Taker) -> None:
    flags = taker.numbers(3)
    group = taker.text()
    if flags[2] > 1 and len(group.numbers) == SHIFT_LENGTH:
        taker.text()  # the shift stood first
    elif flags[2] > 1:
        taker.numbers(SHIFT_LENGTH)
    taker.cell()
    _atoms(taker)


def _layer(taker: Taker) -> None:
    taker.text()
    taker.cell()
    _atoms(taker)


def _molecule(taker: Taker) -> None:
    taker.text()
    _atoms(taker)


def _atoms(taker: Taker) -> None:
    for _ in range(int(taker.numbers(1)[0])):
        taker.numbers(4)


SYSTEMS: Final[dict[str, tuple[int | None, Rule]]] = {
    "CRYSTAL": (3, _crystal),
    "SLAB": (2, _layer),
    "POLYMER": (1, _layer),
    "HELIX": (1, _layer),
    "MOLECULE": (0, _molecule),
    "EXTERNAL": (None, none),
    "DLVINPUT": (None, none),
}
"""Keyword of the second line -> (periodicity, its records)."""


def _elastic(taker: Taker) -> None:
    taker.numbers(1)
    matrix(taker)


def _cluster(taker: Taker) -> None:
    """``X Y Z NST RMAX``, ``NNA NCNT`` with NCNT radii, ``NMO`` with NMO atoms at the border."""
    taker.numbers(5)
    _, radii = taker.numbers(2)
    for _ in range(int(radii)):
        taker.numbers(2)
    for _ in range(int(taker.numbers(1)[0])):
        taker.numbers(4)


def _rotation(taker: Taker) -> None:
    taker.word()
    numeric(taker)


_SCAN: Final = then(reads(4), numeric)

GEOMETRY: Final[dict[str, Rule]] = {
    # symmetry
    "ATOMSYMM": none, "MAKESAED": none, "PRSYMDIR": none, "SYMMDIR": none, "SYMMOPS": none,
    "TENSOR": reads(1), "BREAKELAS": none, "BREAKSYM": none, "KEEPSYMM": none,
    "MODISYMM": listed(2), "PURIFY": none, "SYMMREMO": none, "TRASREMO": none, "USESAED": none,
    "FINDSYM": none, "NOSHIFT": none, "ATOMORDE": none, "PRIMITIV": none,
    # units and coordinates
    "ANGSTROM": none, "BOHR": none, "FRACTION": none, "BOHRANGS": reads(1), "BOHRCR98": none,
    "ORIGIN": none,
    # atoms
    "ATOMDISP": rows(4), "ATOMINSE": rows(4), "ATOMREMO": listed(), "ATOMROT": numeric,
    "ATOMROTA": numeric, "ATOMSUBS": listed(2), "ATOMBSSE": reads(3), "HYDROSUB": rows(3),
    "POINTCHG": none, "SMALLDIST": none, "RAYCOV": listed(2),
    # cells
    "ELASTIC": _elastic, "SUPERCEL": matrix, "SUPERCON": matrix, "SCELCONF": matrix,
    "SCELPHONO": matrix, "CONFCNT": numeric, "CONFRAND": numeric, "CONFCNTX": numeric,
    "RUNCONFS": numeric, "REDEFINE": reads(3), "ROTCRY": _rotation, "LATVEC": reads(3, 3, 3),
    # lower periodicity
    "SLABINFO": reads(3), "SLABCUT": becomes(2, reads(3, 2)), "SLAB": becomes(2, reads(3, 2)),
    "NANOTUBE": becomes(1, reads(2)), "SWCNT": becomes(1, reads(2)),
    "NANOROD": becomes(1, numeric), "NANOMULT": numeric, "NANOJMOL": none, "NANORE": numeric,
    "WULFF": numeric, "NANOCRYSTAL": becomes(0, numeric), "FULLE": becomes(0, numeric),
    "CLUSTER": becomes(0, _cluster), "CLUSTSIZE": reads(1), "CRYSTALLITE": becomes(0, numeric),
    "MOLECULE": becomes(0, rows(4)), "MOLEXP": reads(3), "MOLSPLIT": none, "MOLDRAW": none,
    "MOLEBSSE": numeric, "PLANES": reads(3),
    # fields
    "FIELD": reads(1, 3, 2, 2), "FIELDCON": numeric,
    # printing
    "NEIGHBOR": reads(1), "NEIGHPRT": reads(1), "PARAMPRT": none, "PRINTCHG": none,
    "PRINTOUT": none, "SETINF": listed(2), "SETPRINT": listed(2), "CIFPRT": none,
    "CIFPRTSYM": none, "COORPRT": none, "EXTPRT": none, "STRUCPRT": none, "CRYAPI_OUT": none,
    "NOPRINT": none, "STOP": none, "TESTGEOM": none, "TESTPDIM": none, "TESTRUN": none,
}  # fmt: skip
"""Keyword of the geometry part -> its records."""

EDITS: Final = frozenset((
    "ATOMDISP", "ATOMINSE", "ATOMREMO", "ATOMROT", "ATOMROTA", "ATOMSUBS", "ATOMORDE", "ATOMBSSE",
    "HYDROSUB", "ELASTIC", "SUPERCEL", "SUPERCON", "SCELCONF", "REDEFINE", "ROTCRY", "LATVEC",
    "SLABCUT", "SLAB", "NANOTUBE", "SWCNT", "NANOROD", "NANOMULT", "NANORE", "WULFF",
    "NANOCRYSTAL", "FULLE", "CLUSTER", "CRYSTALLITE", "MOLECULE", "MOLEXP", "MOLSPLIT", "MOLEBSSE",
    "PRIMITIV", "TRASREMO", "PURIFY", "ORIGIN", "CONFCNT", "CONFRAND", "CONFCNTX", "RUNCONFS",
))  # fmt: skip
"""Keywords that make another structure: applied once, they are in every geometry printed after."""

OPTGEOM: Final[dict[str, Rule]] = {
    "FULLOPTG": none, "ATOMONLY": none, "CELLONLY": none, "ITATOCEL": none, "CVOLOPT": none,
    "INTREDUN": none, "INTONLY": none, "FIXCELL": none, "ITREDUND": none, "CRYDEF": none,
    "HESSIDEN": none, "HESSMOD1": none, "HESSMOD2": none, "HESSMOD3": none, "HESSNUM": none,
    "HESSOPT": none, "HESSFREQ": none, "HESEVLIM": reads(2), "HESGTHRS": reads(1),
    "HESSFUL2": none, "HESSINPU": none,
    "BFGS": none, "OLDPOWEL": none, "POWELL": none, "BERNY": none, "BROYDEN": none,
    "NOTRUSTR": none, "ALLOWTRUSTR": none, "MAXTRADIUS": reads(1), "TRUSTRADIUS": reads(1),
    "TRUSTRAD": none, "TOLDEG": reads(1), "TOLDEX": reads(1), "TOLDEE": reads(1),
    "MAXCYCLE": reads(1), "FRAGMENT": listed(), "RESTART": none, "FINALRUN": reads(1),
    "EXTPRESS": reads(1), "EXTSTRESS": reads(3, 3, 3), "NRSTEPS": reads(1),
    "EXPDE": reads(1), "FIXDEF": none, "FIXDELTE": reads(1), "FIXDELTX": reads(1),
    "FIXDEIND": reads(1), "STEPSIZE": reads(1), "STEPBMAT": reads(1), "NUMGRCEL": none,
    "NUMGRATO": none, "NUMGRALL": none, "SORTING": none, "NOSORTING": none, "NOGUESS": none,
    "NOREDEF": none, "NOSYMMOPS": none, "NOPRINT": none, "NOXYZ": none, "ONELOG": none,
    "PRINT": none, "PRINTFORCES": none, "PRINTFOR": none, "PRINTHESS": none, "PRINTOPT": none,
    "PRTALL": none, "FREEZINT": reads(3), "FREEZDIH": reads(4), "LNGSFROZEN": numeric,
    "ANGSFROZEN": numeric, "DEFLNGS": numeric, "DEFANGLS": numeric, "DBANGLIST": numeric,
    "ANGTODOUBLE": numeric, "STDBONDS": none, "BKRPOLYE": none, "OLDFREEZ": none,
    "STRICTSQ": reads(1), "FRACTION": none, "FRACTIOO": none, "FRACTCOOR": none, "RENOSAED": none,
    "ITACCONV": reads(1), "CELLDIST": none, "TSOPT": none, "MODEFOLLOW": reads(1),
    "PATHFOLLOW": reads(1), "FITDEGR": reads(1), "CHNGTSFOL": none, "NOSYMMCON": none,
    "SCANREDU": numeric, "TESTREDU": none, "CONVTYPE": reads(1), "WALKHESS": none,
}  # fmt: skip
"""Keyword of OPTGEOM and PREOPTGEOM -> its records."""

FREQCALC: Final[dict[str, Rule]] = {
    "ANALYSIS": none, "NOANALYSIS": none, "ALL": none, "IR": none, "RAMAN": none,
    "DIELISO": reads(1), "DIELTENS": reads(9), "FRAGMENT": listed(), "FREQSCAL": reads(1),
    "INTENS": none, "NOINTENS": none, "INTLOC": none, "INTPOL": none, "INTRAMAN": none,
    "ISOTOPES": listed(2), "MODES": none, "NOMODES": none, "MULTITASK": reads(1),
    "NEGLEFRE": reads(1), "NOECKART": none, "ECKART": none, "NOOPTGEOM": none, "NORMBORN": none,
    "NOUSESYMM": none, "USESYMM": none, "NUMDERIV": reads(1), "PRESSURE": reads(3),
    "TEMPERAT": reads(3), "PRINT": none, "RAMANEXP": reads(2), "RESTART": none,
    "SCANMODE": _SCAN, "STEPSIZE": reads(1), "TEST": none, "TESTFREQ": none, "TESTGEOM": none,
    "DISPERSION": none, "BANDS": numeric, "PDOS": then(reads(2), numeric),
    "INS": numeric, "INTERPHESS": numeric, "WANG": numeric, "CLUSTERD": numeric, "ADP": numeric,
    "NOKSYMDISP": none, "KSYMMPRT": none, "DAMPFAC": reads(1),
    "RAMANMAG": none, "ROTAXES": numeric, "OLDCPHF": none, "CHI2TENS": numeric,
    "NOGUESS": none, "SAVEWF": none, "FREEHESS": none, "NOWKPRT": none, "DEBYE": none,
}  # fmt: skip
"""Keyword of FREQCALC -> its records."""

SPECTRUM: Final[dict[str, Rule]] = {
    "RANGE": reads(2), "LENSTEP": reads(1), "NUMSTEP": reads(1), "LORENTZ": none, "GAUSS": none,
    "VOIGT": reads(1), "DAMPFAC": reads(1), "ANGLE": reads(1), "REFRIND": none,
    "DIELFUN": none, "NORMAL": none, "AVGAUS": none, "INTENSIT": none, "BHARM": none,
}  # fmt: skip
"""Keyword of IRSPEC and RAMSPEC -> its records."""

COMBMODE: Final[dict[str, Rule]] = {
    "ALL": none, "ALLCOMB": none, "OVERTONES": none, "IRCOMB": none, "IRRAMCOMB": none,
    "FREQRANGE": reads(2), "RAMAN": none, "IR": none, "IRRAMAN": none, "FREQ": none,
    "IRREP": none,
}  # fmt: skip

CPHF: Final[dict[str, Rule]] = {
    "ANDERSON": none, "ANDERSON2": none, "BROYDEN": reads(3), "BROYDEN2": reads(3), "ANISOTRO": none,
    "DIIS": none, "NODIIS": none, "DIISALLK": none, "DYNAMIC": rows(1), "DELTAE": reads(1),
    "FMIXING": reads(1), "FMIXING2": reads(1), "FOURTH": none, "THIRD": none, "SECOND": none,
    "ICAUCHY": none, "ISOTROPY": none, "KSYMMPRT": none, "LMIXING": none, "MAXCYCLE": reads(1),
    "MAXCYCLE2": reads(1), "NOTOTENER": none, "PRINT": none, "PULAY": none, "RAMAN": none,
    "REALCH": none, "RESTART": none, "TOLALPHA": reads(1), "TOLGAMMA": reads(1),
    "TOLUDIK": reads(1), "TOLSUB": reads(1), "BETAONLY": none, "NOSYMMET": none,
}  # fmt: skip
"""Keyword of CPHF (CPKS) and INTCPHF -> its records."""

ELASTCON: Final[dict[str, Rule]] = {
    "NUMDERIV": reads(1), "STEPSIZE": reads(1), "PRINT": none, "RESTART": none, "RESTART2": none,
    "CLAMPION": none, "PREOPTGEOM": none, "NOPREOPT": none, "SEISMDIR": numeric, "DUMPRELA": none, "DUMPAGRA": none,
    "TOLDEG": reads(1), "TOLDEX": reads(1), "TOLDEE": reads(1), "MAXCYCLE": reads(1),
    "BULKONLY": none, "PRESSURE": reads(1), "HESSIDEN": none, "HESSMOD1": none, "HESSMOD2": none,
    "DIRECT": none, "FULLOPTG": none, "DIELTENS": reads(9), "TENSOREL": none,
}  # fmt: skip
"""Keyword of ELASTCON, ELAPIEZO, PIEZOCON and PHOTOELA -> its records."""

EOS: Final[dict[str, Rule]] = {
    "RANGE": reads(3), "RESTART": none, "RESTART2": none, "PRESSURE": reads(3),
    "VRANGE": reads(3), "PRANGE": reads(3), "PRINT": none, "TOLDEG": reads(1), "TOLDEX": reads(1),
}  # fmt: skip

QHA: Final[dict[str, Rule]] = {
    "RANGE": reads(3), "STEP": reads(1), "POINTS": reads(1), "TEMPERAT": reads(3),
    "PRESSURE": reads(3), "TEMPERATURE": reads(3), "RESTART": none, "RESTART2": none,
    "STEPSIZE": reads(2), "NUMDERIV": reads(1), "DIRECT": none,
}  # fmt: skip

ANHARM: Final[dict[str, Rule]] = {
    "ISOTOPES": listed(2), "KEEPSYMM": none, "NOGUESS": none, "POINTS26": none, "PRINT": none,
    "PRINTALL": none, "TEST1": none, "TEST2": none, "TEST": none,
}  # fmt: skip
