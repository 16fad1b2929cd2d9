"""What the blocks of a deck may hold: keyword -> number of records that follow it.

Three kinds of words are told apart: those that the stand-in acts on (in ``deck``), those that it
reads over (the tables here), and CRYSTAL's words for things that the stand-in does not do, which
it refuses by name instead of pretending.
"""

from __future__ import annotations

OTHER_SYSTEMS = ("HELIX", "DLVINPUT")
"""First keywords for geometries of other programs' files, or with helices."""

GEOMETRY_SKIPPED = {
    "ANGSTROM": 0, "BOHR": 0, "FRACTION": 0, "BOHRANGS": 1, "NEIGHBOR": 1, "PRINTOUT": 0,
    "PRINTCHG": 0, "COORPRT": 0, "STRUCPRT": 0, "SETPRINT": 2, "PARAMPRT": 0, "PRSYMDIR": 0,
    "SYMMOPS": 0, "TENSOR": 1, "KEEPSYMM": 0, "EXTPRT": 0, "CIFPRT": 0, "SMALLDIST": 0,
}  # fmt: skip

GEOMETRY_NOT_DONE = (
    "SUPERCEL", "SUPERCON", "SCELCONF", "SLABCUT", "SLAB", "NANOTUBE", "SWCNT",
    "ATOMREMO", "ATOMINSE", "ATOMDISP", "ATOMSUBS", "ATOMROTA", "ATOMBSSE", "ATOMSYMM", "ATOMORDE",
    "MODISYMM", "SYMMREMO", "BREAKSYM", "PRIMITIV", "ELASTIC", "ELASTCON", "ELAPIEZO", "EOS",
    "CPHF", "CONFCNT", "CONFRAND", "MOLEBSSE", "MOLECULE", "CLUSTER", "ORIGIN", "FIELD",
    "REDEFINE", "PURIFY", "PLANES", "MOLSPLIT", "ROTCRY", "WULFF", "QHA",
)  # fmt: skip

OPT_SKIPPED = {
    "FULLOPTG": 0, "ATOMONLY": 0, "CELLONLY": 0, "ITATOCEL": 0, "CVOLOPT": 0, "INTREDUN": 0,
    "HESSIDEN": 0, "HESSMOD1": 0, "HESSMOD2": 0, "HESSMOD3": 0, "HESSNUM": 0, "HESSOPT": 0,
    "BFGS": 0, "OLDPOWEL": 0, "POWELL": 0, "BERNY": 0, "NOTRUSTR": 0, "TRUSTRAD": 0,
    "MAXTRADIUS": 1, "PRINTFOR": 0, "PRINTHESS": 0, "PRINTOPT": 0, "PRINT": 0, "ONELOG": 0,
    "NOXYZ": 0, "NOSYMMOPS": 0, "FIXDEF": 0, "FIXDELTE": 1, "FIXDELTX": 1, "FIXDEIND": 1,
    "FINALRUN": 1, "EXPDE": 1, "TOLDEE": 1, "STEPBMAT": 1, "STEPSIZE": 1, "ALLOWTRUSTR": 0,
    "NOGUESS": 0, "NOPRINT": 0, "NOREDEF": 0, "SORTING": 0, "NOSORTING": 0, "RESTART": 0,
}  # fmt: skip

BASIS_SKIPPED = {
    "PRINTOUT": 0, "PARAMPRT": 0, "SETINF": 2, "SETPRINT": 2, "CHARGED": 0, "NOPRINT": 0,
    "SYMMOPS": 0,
}  # fmt: skip

BASIS_NOT_DONE = ("FULLDIRA", "CHEMMOD")

FOCK_COMPOSITES = ("HF3C", "HFSOL3C")
"""Composite methods of Hartree-Fock: blocks of their own, closed by END."""

CORRECTIONS_SKIPPED = {"PRINT": 0, "PRINTC6": 0}

METHOD_NOT_DONE = ("MP2", "GEOM", "CPHF", "DFTD3", "GRIMME")

SCF_SKIPPED = {
    "SCFDIR": 0, "NOSCFDIR": 0, "PPAN": 0, "DIIS": 0, "NODIIS": 0, "DIISALLK": 0, "HISTDIIS": 1,
    "THREDIIS": 1, "THRKDIIS": 1, "SLOSHING": 0, "SLOSHFAC": 1, "BIPOSIZE": 1, "EXCHSIZE": 1,
    "LEVSHIFT": 1, "ANDERSON": 0, "BROYDEN": 1, "SMEAR": 1, "ILASIZE": 1, "NOLOWMEM": 0,
    "LOWMEM": 0, "EXCHPERM": 0, "EXCHGENE": 0, "POLEORDR": 1, "MADELIND": 1, "NOBIPOLA": 0,
    "NOBIPCOU": 0, "NOBIPEXC": 0, "NOMONDIR": 0, "NOFMWF": 0, "FMWF": 0, "SAVEWF": 0, "GRADCAL": 0,
    "CMPLXFAC": 1, "REPLDATA": 0, "EXTPRT": 0, "CIFPRT": 0, "NOPRINT": 0, "SYMADAPT": 0,
    "NOSYMADA": 0, "MPP": 0, "RHF": 0, "UHF": 0, "TESTRUN": 0, "MEMOPRT": 0, "MEMOPRT2": 0,
    "BETALOCK": 1, "FIXINDEX": 0, "STOP": 0, "DCDIAG": 0, "STDIAG": 0, "QVRSGDIM": 1, "BECKE": 0,
    "LDREMO": 1, "TOLDEP": 1, "EIGS": 0, "NOSHIFT": 0, "POSTSCF": 0, "FULLTIME": 0, "MAXG": 1, "DIISF": 0,
}  # fmt: skip

SCF_NOT_DONE = ("ROHF", "EIGSHIFT", "FDAOSYM", "FDOCCUP", "DFTD3", "GRIMME", "MOLGUESS", "TWOCOMP")

DFT_SKIPPED = {
    "LGRID": 0, "XLGRID": 0, "XXLGRID": 0, "OLDGRID": 0, "HUGEGRID": 0, "XXXLGRID": 0,
    "RADIAL": 3, "ANGULAR": 3, "CHUNKS": 1, "BATCHPNT": 1, "TOLLDENS": 1, "TOLLGRID": 1,
    "LIMBEK": 1, "BECKE": 0, "SAVIN": 0, "HYBRID": 1, "NONLOCAL": 1, "OLDXC": 0, "LIMITS": 1,
}  # fmt: skip

FUNCTIONALS = (
    "SVWN", "BLYP", "PBEXC", "PBE", "PBESOLXC", "PBESOL", "SOGGAXC", "SOGGA11", "B97", "B3PW",
    "B3LYP", "PBE0", "PBE0-13", "PBESOL0", "B1WC", "WC1LYP", "B97H", "PW1PW", "MPW1PW91", "MPW1K",
    "SOGGA11X", "HSE06", "HSESOL", "HISS", "RSHXLDA", "SC-BLYP", "WB97", "WB97X", "LC-WPBE",
    "LC-WPBESOL", "LC-WBLYP", "LC-BLYP", "LC-PBE", "CAM-B3LYP", "M05", "M052X", "M06", "M062X",
    "M06HF", "M06L", "REVM06", "REVM06L", "MN15", "MN15L", "B1B95", "MPW1B95", "MPW1B1K", "PW6B95",
    "PWB6K", "SCAN", "SCAN0", "R2SCAN", "R2SCANH", "R2SCAN0", "R2SCAN50", "B2PLYP", "B2GPPLYP",
    "MPW2PLYP",
)  # fmt: skip
"""Names of functionals that stand alone on a line of the DFT block (upper case here)."""

D3_FUNCTIONALS = (
    "BLYP", "PBE", "B97", "B3LYP", "PBE0", "PW1PW", "M06", "HSE06", "HSESOL", "LC-WPBE",
)  # fmt: skip
"""Functionals whose name may carry ``-D3``."""

COMPOSITES = (
    "PBEH3C", "PBEH-3C", "HSE3C", "HSE-3C", "B973C", "B97-3C", "PBESOL03C", "PBESOL0-3C",
    "HSESOL3C", "HSESOL-3C", "PBE03C",
)  # fmt: skip
"""Composite methods: they bring their own D3 and counterpoise corrections."""

EXCHANGE_CORRELATION = (
    "LDA", "VBH", "BECKE", "PBE", "PBESOL", "PWGGA", "SOGGA", "WCGGA", "MPW91", "PZ", "VWN",
    "PWLSD", "P86", "LYP", "WL", "B95",
)  # fmt: skip
"""Names that may follow EXCHANGE or CORRELAT."""
