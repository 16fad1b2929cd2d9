"""The deck of the properties program: keywords and the blocks among them.

Source: CRYSTAL17 and CRYSTAL23 user's manuals, "Properties"; counts of records as there, checked
on real decks where any hold them.
"""

from __future__ import annotations

from typing import Final

from crystald.crystal.deck.text.scf_words import shrink
from crystald.crystal.deck.text.taking import (
    Rule,
    Taker,
    listed,
    none,
    numeric,
    reads,
    rows,
    then,
)


def _newk(taker: Taker) -> None:
    shrink(taker)
    _, printed = taker.numbers(2)
    if printed > 0:
        taker.numbers(2 * int(printed))


def _band(taker: Taker) -> None:
    taker.line()
    for _ in range(int(taker.numbers(7)[0])):
        record = taker.peek()
        if record is not None and record.keyword in PROPERTIES:
            taker.numbers(6)
        taker.line()


def _projections(per_line: int) -> Rule:
    """``NPRO NPT INZB IFNB IPLO NPOL NPR``, projections, and NPR pairs that switch printing on.

    The pairs lacked in a deck that ran, and stood in another.
    """

    def rule(taker: Taker) -> None:
        count, _, first, last, _, _, printed = taker.numbers(7)
        if first < 0 and last < 0:
            taker.numbers(2)
        for _ in range(int(count) * per_line):
            taker.numbers(1 + abs(int(taker.ahead() or 0)))
        if printed > 0 and taker.ahead() is not None:
            taker.numbers(2 * int(printed))

    return rule


def _atoms_chosen(taker: Taker) -> None:
    if taker.word() == "SELECT":
        listed()(taker)


def _cube(*counts: int) -> Rule:
    """Points (and a tolerance), then how far the grid goes where the system is not periodic."""

    def rule(taker: Taker) -> None:
        for count in counts:
            taker.numbers(count)
        while (record := taker.peek()) is not None and record.keyword in ("SCALE", "RANGE"):
            taker.take()
            taker.numbers(1)
            numeric(taker)

    return rule


def _axes(taker: Taker) -> None:
    if taker.word() == "MATRIX":
        reads(3, 3, 3)(taker)
    else:
        numeric(taker)


PROPERTIES: Final[dict[str, Rule]] = {
    "RDFMWF": none, "FMWF": none, "NEWK": _newk, "BAND": _band, "DOSS": _projections(1),
    "COOP": _projections(2), "COHP": _projections(2), "ANBD": numeric, "BWIDTH": reads(2),
    "ECH3": _cube(1), "POT3": _cube(2), "POTC": then(reads(3), numeric), "PPAN": none, "MULPOPAN": none,
    "HIRSHCHG": none, "ANISOTRO": _atoms_chosen, "ISOTROPIC": _atoms_chosen,
    "POLI": reads(3), "POLSPIN": reads(3), "SPINCNTM": none,
    "PATO": reads(2), "PBAN": listed(), "PDBAN": listed(), "PDIDE": reads(2), "PGEOMW": none,
    "PSCF": none, "COMMENS": reads(1), "NOSYMADA": none, "SYMADAPT": none, "ROTREF": _axes,
    "EMDLDM": numeric, "EMDL": numeric, "EMDP": numeric, "EMDPDM": numeric, "EMDWFKIN": none,
    "KINETEMD": numeric, "BIDIERD": numeric, "XFAC": rows(3), "XRDSPEC": numeric,
    "GRID3D": numeric, "CRYAPI_OUT": none, "INFOGUI": none, "EXTPRT": none, "CIFPRT": none,
    "CIFPRTSYM": none, "COORPRT": none, "BASISSET": none, "SETINF": listed(2),
    "SETPRINT": listed(2), "NEIGHBOR": reads(1), "SYMMOPS": none, "STOP": none, "NOPRINT": none,
    "PRINTOUT": none, "SPOLBP": none, "SPOLWF": none, "BOHR": none, "ANGSTROM": none,
    "FRACTION": none, "DIEL": none, "EDFTPRT": none, "PARAMPRT": none,
    "KSYMMPRT": none, "BOHRANGS": reads(1), "CHARGED": none, "TERM": none, "PROPS2COMP": none,
}  # fmt: skip
"""Keyword of the properties program -> its records."""

MAPNET: Final[dict[str, Rule]] = {
    "COORDINA": reads(3, 3, 3), "ATOMS": reads(4, 4, 4), "RECTANGU": none, "MARGINS": reads(4),
    "PRINT": none, "ANGSTROM": none, "BOHR": none, "FRACTION": none,
}  # fmt: skip
"""Keyword of a plane (ECHG, POTM, CLAS) -> its records."""

BOLTZTRA: Final[dict[str, Rule]] = {
    "TRANGE": reads(3), "MURANGE": reads(3), "TDFRANGE": reads(3), "RELAXTIM": reads(1),
    "SMEAR": reads(1), "SMEARTYP": reads(1), "CARRIERD": numeric, "NORELAX": none, "PRINT": none,
}  # fmt: skip

EDFT: Final[dict[str, Rule]] = {
    "BECKE": none, "SAVIN": none, "RADIAL": numeric, "ANGULAR": numeric, "PRINT": none,
    "PRINTOUT": none, "TOLLDENS": reads(1), "TOLLGRID": reads(1), "XLGRID": none, "LGRID": none,
}  # fmt: skip

LOCALWF: Final[dict[str, Rule]] = {
    "VALENCE": none, "OCCUPIED": none, "INIFIBND": reads(2), "BANDLIST": listed(),
    "PHASETOL": numeric, "CYCTOL": numeric, "MAXCYCLE": reads(1), "RESTART": none,
    "IGSSCTRL": reads(1), "IGSSVCTS": none, "IGSSBNDS": numeric, "FULLBOYS": none,
    "SYMMWF": numeric, "PRINTPLO": numeric, "SPIN": none, "CLUSPLUS": numeric, "ORTHNDIR": numeric,
    "DMACCCONV": reads(1), "WANDM": numeric, "BOYSCTRL": numeric, "PPRINT": none, "CAPTURE": numeric,
}  # fmt: skip


def orbitals_head(taker: Taker) -> None:
    """Take the name of the file and the two numbers below it."""
    taker.line()
    taker.numbers(1)
    taker.numbers(1)


def profiles_head(taker: Taker) -> None:
    """``ICORE IVIA NPR IPAT``, and below it NPR pairs of a printing option and its value."""
    if (printed := int(taker.numbers(4)[2])) > 0:
        taker.numbers(2 * printed)


def _directions(taker: Taker) -> None:
    """``ND REST RINT IPLO``, ND directions in reciprocal space, and the step along them."""
    taker.numbers(3 * int(taker.numbers(4)[0]))
    taker.numbers(1)


PROFILES: Final[dict[str, Rule]] = {
    "CP": _directions, "DIFF": none, "BR": reads(2), "CONV": reads(1),
}  # fmt: skip
"""Keyword of PROF (Compton profiles, up to CRYSTAL14) -> its records."""

TOPO: Final[dict[str, Rule]] = {
    "TRHO": numeric, "TLAP": numeric, "ATBP": numeric, "PL2D": numeric, "PL3D": numeric,
    "TRAJ": numeric, "TOPOLOGY": none, "GRAPH": none, "PRINT": none, "INTEGRA": numeric,
}  # fmt: skip
