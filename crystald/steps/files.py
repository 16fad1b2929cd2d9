"""Files that the programs leave, by step type, and how files go from one run into another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from crystald.models import LeftFile


@dataclass(frozen=True)
class Handover:
    """How a file goes from one run to another.

    Attributes
    ----------
    written
        What the run that makes it calls it.
    read
        What the run that needs it calls it.
    keyword
        What asks for it in the deck; empty where nothing has to.
    place
        Where that keyword stands, as paths of decks are written.
    program
        Which program reads it.
    """

    written: str
    read: str
    keyword: str = ""
    place: str = ""
    program: Literal["crystal", "properties"] = "crystal"


HANDOVERS: Final[dict[str, Handover]] = {
    "guess": Handover("fort.9", "fort.20", "GUESSP", "scf"),
    "geometry": Handover("fort.34", "fort.34", "EXTERNAL", "geometry"),
    "optimisation": Handover("OPTINFO.DAT", "OPTINFO.DAT", "RESTART", "geometry/OPTGEOM"),
    "hessian of an optimisation": Handover(
        "HESSOPT.DAT", "HESSOPT.DAT", "HESSOPT", "geometry/OPTGEOM"
    ),
    "frequencies": Handover("FREQINFO.DAT", "FREQINFO.DAT", "RESTART", "geometry/FREQCALC"),
    "density of frequencies": Handover("fort.13", "fort.13", "RESTART", "geometry/FREQCALC"),
    "phases of frequencies": Handover("fort.28", "fort.28", "RESTART", "geometry/FREQCALC"),
    "responses": Handover("fort.32", "fort.31", "RESTART", "geometry/CPHF"),
    "Wannier functions": Handover("fort.81", "fort.80", "RESTART", "geometry/FREQCALC"),
    "elastic constants": Handover("ELASINFO.DAT", "ELASINFO.DAT", "RESTART", "geometry/ELASTCON"),
    "equation of state": Handover("EOSINFO.DAT", "EOSINFO.DAT", "RESTART", "geometry/EOS"),
    "wavefunction": Handover("fort.9", "fort.9", program="properties"),
    "wavefunction as text": Handover(
        "fort.98", "fort.98", "RDFMWF", "properties", program="properties"
    ),
}
"""Purpose -> the file that it needs, out of one run and into another. The wavefunction is written
as fort.9 and read as fort.20 by an SCF, as fort.9 by the properties program; Wannier functions and
responses change their numbers too. A frequency calculation goes on from FREQINFO.DAT (forces of the
displacements that are done) and fort.13 (density of the point that is displaced), with fort.28
beside them for intensities by Berry phases, fort.80 for those by Wannier functions."""


def suffix_of(name: str) -> str:
    """Give our suffix of a file by the program's name for it.

    Examples
    --------
    >>> suffix_of("fort.9"), suffix_of("OPTINFO.DAT")
    ('f9', 'OPTINFO.DAT')
    """
    unit = name.removeprefix("fort.")
    return f"f{unit}" if unit.isdigit() else name


def name_of(suffix: str) -> str:
    """Give the program's name for a file by our suffix of it.

    Examples
    --------
    >>> name_of("f13"), name_of("FREQINFO.DAT")
    ('fort.13', 'FREQINFO.DAT')
    """
    unit = suffix[1:]
    return f"fort.{unit}" if suffix[:1] == "f" and unit.isdigit() else suffix


_SCF: Final = (
    LeftFile("fort.98", "f98"),
    LeftFile("fort.87", "f87"),
    LeftFile("fort.34", "f34"),
    LeftFile("PPAN.DAT", "PPAN.DAT"),
    LeftFile("GEOMETRY.CIF", "GEOMETRY.CIF"),
)

OPT_LEAVES: Final = (
    LeftFile("fort.9", "f9"),
    *_SCF,
    LeftFile("OPTINFO.DAT", "OPTINFO.DAT"),
    LeftFile("HESSOPT.DAT", "HESSOPT.DAT"),
    LeftFile("SCFOUT.LOG", "SCFOUT.LOG"),
    LeftFile("fort.20", "f20"),
    LeftFile("optc*", ""),
    LeftFile("opta*", ""),
)
"""An optimisation: its geometry is in the output; the wavefunction only saves time later. The
geometries of its points (optc001 …, opta001 …) stay with the attempt."""

SP_LEAVES: Final = (LeftFile("fort.9", "f9", needed=True), *_SCF)
"""A single point: without its wavefunction no property can follow."""

FREQ_LEAVES: Final = (
    LeftFile("fort.9", "f9"),
    LeftFile("FREQINFO.DAT", "FREQINFO.DAT"),
    LeftFile("HESSFREQ.DAT", "HESSFREQ.DAT"),
    LeftFile("BORN.DAT", "BORN.DAT"),
    LeftFile("DIEL.DAT", "DIEL.DAT"),
    LeftFile("IRSPEC.DAT", "IRSPEC.DAT"),
    LeftFile("RAMSPEC.DAT", "RAMSPEC.DAT"),
    LeftFile("TENS_RAMAN.DAT", "TENS_RAMAN.DAT"),
    LeftFile("PHONBANDS.DAT", "PHONBANDS.DAT"),
    LeftFile("SCFOUT.LOG", "SCFOUT.LOG"),
    LeftFile("fort.13", "f13"),
    LeftFile("fort.20", "f20"),
    LeftFile("fort.25", "f25"),
    LeftFile("fort.28", "f28"),
    LeftFile("fort.31", "f31"),
    LeftFile("fort.32", "f32"),
    LeftFile("fort.33", "f33"),
    LeftFile("fort.79", "f79"),
    LeftFile("fort.80", "f80"),
    LeftFile("fort.81", "f81"),
    LeftFile("SCAN*", ""),
    *_SCF,
)
"""Frequencies: the table is in the output; FREQINFO.DAT, fort.13 and fort.9 (fort.28 for Berry
phases) hold the displacements that are done when the time is up, fort.31 and 32 the responses,
fort.80 and 81 Wannier functions, fort.25 bands of phonons. Scans of modes stay with the attempt."""

BAND_LEAVES: Final = (
    LeftFile("BAND.DAT", "BAND.DAT", needed=True),
    LeftFile("fort.25", "f25"),
    LeftFile("fort.87", "f87"),
)

DOSS_LEAVES: Final = (
    LeftFile("DOSS.DAT", "DOSS.DAT", needed=True),
    LeftFile("fort.25", "f25"),
    LeftFile("fort.87", "f87"),
)

TRANSPORT_LEAVES: Final = (
    LeftFile("SIGMA.DAT", "SIGMA.DAT", needed=True),
    LeftFile("SEEBECK.DAT", "SEEBECK.DAT", needed=True),
    LeftFile("SIGMAS.DAT", "SIGMAS.DAT"),
    LeftFile("KAPPA.DAT", "KAPPA.DAT"),
    LeftFile("TDF.DAT", "TDF.DAT"),
    LeftFile("fort.87", "f87"),
)

CHARGE_POTENTIAL_LEAVES: Final = (
    LeftFile("DENS_CUBE.DAT", "DENS.CUBE", needed=True, joint="_"),
    LeftFile("POT_CUBE.DAT", "POT.CUBE", needed=True, joint="_"),
    LeftFile("SPIN_CUBE.DAT", "SPIN.CUBE", joint="_"),
    LeftFile("POTC.DAT", "POTC.DAT"),
    LeftFile("fort.31", "f31"),
    LeftFile("fort.87", "f87"),
)
"""Cubes of densities and potential (fort.31 in older versions), averages in planes of a slab."""

WAVEFUNCTION: Final = "f9"
"""Our suffix of the wavefunction."""

FORMATTED: Final = "f98"
"""Our suffix of the wavefunction as text, which other builds can read."""
