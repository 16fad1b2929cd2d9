"""What the properties program says of the wave function that it read."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_ENERGY = re.compile(r" TOTAL ENERGY +([-+]\d\S+) +CONVERGENCE ON ENER")
_KINETIC = re.compile(r" KIN\. ENERGY +([-+]?\d\S+) +VIR\. COEFF\. +(\S+)")
_CYCLES = re.compile(r" N\. OF SCF CYCLES +(\d+) +FERMI ENERGY +(\S+)")


def read_energy(line: str, lines: Lines, out: Output) -> None:
    """Read `` TOTAL ENERGY -2.7121814374931E+02  CONVERGENCE ON ENER       -4.923E-09``."""
    if found := _ENERGY.match(line):
        out.facts.put("wavefunction_energy", first_float(found[1]), lines.number)


def read_kinetic(line: str, lines: Lines, out: Output) -> None:
    """Read `` KIN. ENERGY   2.6712907389490E+02  VIR. COEFF.           9.92404401E-01``.

    Two-component wave functions have zeros: it was not computed. TOPOND prints the line once more,
    in fewer digits.
    """
    if "kinetic_energy" in out.facts or not (found := _KINETIC.match(line)):
        return
    if kinetic := first_float(found[1]):
        out.facts.put("kinetic_energy", kinetic, lines.number)
        out.facts.put("virial_coefficient", first_float(found[2]), lines.number)


def read_fermi(line: str, lines: Lines, out: Output) -> None:
    """Read `` N. OF SCF CYCLES                7  FERMI ENERGY              -0.147E+00``."""
    if found := _CYCLES.match(line):
        out.facts.put("wavefunction_scf_cycles", int(found[1]), lines.number)
        out.facts.put("wavefunction_fermi_energy", first_float(found[2]), lines.number)


def read_shift(line: str, lines: Lines, out: Output) -> None:
    """Read `` DE(K)                   0.000E+00  ENERGY LEVEL SHIFTING        0.00000``."""
    values = floats(line.partition("LEVEL SHIFTING")[2])
    if values:
        out.facts.put("wavefunction_level_shift", values[0], lines.number)


WAVEFUNCTION: Final = Block(
    "wave function",
    lambda: {
        "TOTAL": (read_energy,),
        "KIN.": (read_kinetic,),
        "N.": (read_fermi,),
        "DE(K)": (read_shift,),
    },
    (
        Property("wavefunction_energy", "Ha", "SCF energy of the wave function that was read"),
        Property(
            "wavefunction_fermi_energy",
            "Ha",
            "its Fermi energy, in three digits, level shift included",
        ),
        Property("wavefunction_scf_cycles", "", "cycles of its SCF"),
        Property("wavefunction_level_shift", "Ha", "level shift of its SCF"),
    ),
)
