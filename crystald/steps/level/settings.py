"""Settings that OPT and SP share: the level of theory, the k mesh, the SCF."""

from __future__ import annotations

from typing import Final

from crystald.steps.level import choices
from crystald.steps.level.choices import INHERIT
from crystald.steps.start_settings import StartSettings


class LevelSettings(StartSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a step may say of the level of theory; ``inherit`` takes the parent deck's value.

    Attributes
    ----------
    functional
        The exchange-correlation functional, or a method of Hartree-Fock.
    dispersion
        Grimme's D3 added to the functional, or none.
    grid
        Integration grid; ``auto``: XLGRID, XXLGRID for functionals of the kinetic energy density.
    basis
        A basis set built into CRYSTAL, ``external:NAME`` for the files of a folder of that name,
        ``bse:NAME`` for one of the Basis Set Exchange.
    basis_files
        The files of ``external:NAME``: name (8, or 282 with a core potential) and text. Filled in
        from the folder when a run is submitted.
    diffuse
        Take external basis sets with exponents below 0.1 too.
    spin
        ``auto``: on for an odd number of electrons and for elements with open d or f shells.
    spinlock
        Electrons of spin up more than down, and the cycles that hold them.
    atomspin
        Spins that atoms start with, numbered as in the cell of the file (each site followed by its
        images); atoms of unlike spin are kept apart.
    tolinteg
        ``auto``: 7 7 7 7 14; 7 7 7 9 30 for hybrids in large cells and in slabs; 8 8 8 8 16 for
        diffuse functions.
    toldee
        SCF convergence: 10**-n Ha.
    kmesh
        ``auto``: by the lengths of the reciprocal vectors; ``predecessor``: factors of a list
        that bring each cell length to 40 to 80 Å.
    conducting
        Whether it is a metal (finer mesh, smearing); ``auto``: when it holds metals only.
    smear_ha
        Smearing of a metal; 0 for none. Who sets it asks for a metal.
    scf_maxcycle
        Most cycles of an SCF.
    fmixing
        Share of the cycle before in each new Fock matrix, per cent.
    acceleration
        How the cycles converge; ``auto``: the program's own (DIIS).
    histdiis
        How many cycles DIIS remembers; ``none``: the program's own.
    broyden
        Of BROYDEN: weight, per cent of mixing, first cycle; ``auto``: [0.0001, 50, 2].
    levshift
        Level shifter; wants NODIIS.
    scfdir
        Compute integrals again in each cycle.
    biposize
        Buffer of the Coulomb integrals; ``auto``: the number that a warning in the parent's output
        asks for; ``predecessor``: 110000000 (0.88 GB per rank) for more than five atoms.
    exchsize
        Buffer of the exchange integrals, likewise.
    ppan
        Print populations.
    version
        Of the program.
    unverified
        Take functionals and basis sets that nobody has verified for that version.
    """

    functional: choices.Functional = INHERIT
    dispersion: choices.Dispersion = INHERIT
    basis: choices.Basis = INHERIT
    basis_files: choices.BasisFiles = "none"
    diffuse: choices.Flag = False
    grid: choices.Grid = INHERIT
    spin: choices.Choice = INHERIT
    spinlock: choices.Spinlock = INHERIT
    atomspin: choices.Atomspin = INHERIT
    tolinteg: choices.Tolinteg = INHERIT
    toldee: choices.Toldee = INHERIT
    kmesh: choices.Kmesh = INHERIT
    conducting: choices.Choice = INHERIT
    smear_ha: choices.Smear = INHERIT
    scf_maxcycle: choices.Maxcycle = INHERIT
    fmixing: choices.Fmixing = INHERIT
    acceleration: choices.Accelerated = INHERIT
    histdiis: choices.Histdiis = INHERIT
    broyden: choices.Broyden = INHERIT
    levshift: choices.Levshift = INHERIT
    scfdir: choices.InheritedFlag = INHERIT
    biposize: choices.Buffer = INHERIT
    exchsize: choices.Buffer = INHERIT
    ppan: choices.InheritedFlag = INHERIT
    version: choices.ProgramVersion = 23
    unverified: choices.Flag = False


STANDARD: Final[dict[str, object]] = {
    "functional": "PBE",
    "dispersion": "D3",
    "basis": "POB-TZVP-REV2",
    "grid": "auto",
    "spin": "auto",
    "spinlock": "none",
    "atomspin": "none",
    "tolinteg": "auto",
    "toldee": 8,
    "kmesh": "auto",
    "conducting": "auto",
    "smear_ha": 0.005,
    "scf_maxcycle": 200,
    "fmixing": 30,
    "acceleration": "auto",
    "histdiis": "none",
    "broyden": "auto",
    "levshift": "none",
    "scfdir": False,
    "biposize": "auto",
    "exchsize": "auto",
    "ppan": True,
}
"""The profile `standard` for an optimisation, and for what starts from the material."""
