"""Contributions to the energy, the virial coefficient, the dipole."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Later, Property
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.rows import WIDTH_MAX
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

CONTRIBUTIONS: Final = {
    "KINETIC ENERGY": "kinetic_energy",
    "TOTAL E-E": "electron_electron_energy",
    "TOTAL E-N + N-E": "electron_nuclear_energy",
    "TOTAL N-N": "nuclear_nuclear_energy",
    "BIELET ZONE E-E": "bielectronic_zone_energy",
    "EXT EL-POLE": "external_multipole_energy",
    "EXT EL-SPHEROPOLE": "external_spheropole_energy",
    "PSEUDO TOTAL   ENERGY": "pseudo_total_energy",
    "VIRIAL COEFFICIENT": "virial_coefficient",
}
"""Label between ``:::`` and the number -> name of the property."""

_WHOLE = re.compile(r"[-+]?\d\S*$")
_EXCHANGE = re.compile(r"EXCHANGE ENERGY: *(\S+) +CORRELATION ENERGY: *(\S+)")


def read_contribution(line: str, lines: Lines, out: Output) -> None:
    """Read `` ::: KINETIC ENERGY                                1.1065105570413E+02`` and its like.

    Also `` ::: DEBYE         4.93722E-01        3.08576E-01        2.46861E-01``.
    """
    label, _, number = line[:WIDTH_MAX].strip()[4:].rpartition("  ")
    if name := CONTRIBUTIONS.get(label.rstrip()):
        if _WHOLE.match(number):
            out.facts.put_passing(name, Later(first_float, number), lines.number)
    elif line.split()[1:2] == ["DEBYE"]:
        values = floats(line)
        out.facts.put_passing("dipole_moment", tuple(values) if values else None, lines.number)


def read_exchange(line: str, lines: Lines, out: Output) -> None:
    """Read `` EXCHANGE ENERGY: -2.31E+01  CORRELATION ENERGY: -1.03E+00`` (keyword EXCHGENE)."""
    if found := _EXCHANGE.search(line):
        out.facts.put_passing("exchange_energy", first_float(found[1]), lines.number)
        out.facts.put_passing("correlation_energy", first_float(found[2]), lines.number)


_AT_TEMPERATURE: Final = {
    "FREE ENERGY (F)": "electronic_free_energy",
    "ELECTRON ENTROPY (S)": "electronic_entropy",
}


def read_at_temperature(line: str, lines: Lines, out: Output) -> None:
    """Read `` FREE ENERGY      (F)   -7.609136150569E+01`` of smeared levels.

    And `` ELECTRON ENTROPY (S)    2.406761043611E-03``, in Boltzmann's constant: F = E - T S.
    """
    label, bracket, number = line.partition(")")
    if name := _AT_TEMPERATURE.get(" ".join((label + bracket).split())):
        out.facts.put_passing(name, first_float(number), lines.number)


def read_density(line: str, lines: Lines, out: Output) -> None:
    """Read `` NUMERICALLY INTEGRATED DENSITY     13.9999934798`` (alpha and beta in open shells)."""
    values = floats(line)
    if "INTEGRATED DENSITY" in line and values:
        out.facts.put_passing("integrated_density", sum(values), lines.number)


ENERGIES: Final = Block(
    "energy contributions",
    lambda: {
        ":::": (read_contribution,),
        "EXCHANGE": (read_exchange,),
        "NUMERICALLY": (read_density,),
        **dict.fromkeys(("FREE", "ELECTRON"), (read_at_temperature,)),
    },
    (
        Property("kinetic_energy", "Ha", "kinetic energy of the electrons"),
        Property("electron_electron_energy", "Ha", "electron-electron energy"),
        Property("electron_nuclear_energy", "Ha", "electron-nucleus energy, both ways"),
        Property("nuclear_nuclear_energy", "Ha", "nucleus-nucleus energy"),
        Property(
            "bielectronic_zone_energy", "Ha", "electron-electron energy of the bielectronic zone"
        ),
        Property("external_multipole_energy", "Ha", "energy of the external multipoles"),
        Property("external_spheropole_energy", "Ha", "energy of the external spheropole"),
        Property(
            "pseudo_total_energy", "Ha", "total energy without exchange and correlation of DFT"
        ),
        Property("virial_coefficient", "", "virial coefficient"),
        Property("electronic_free_energy", "Ha", "of smeared levels: energy minus T S"),
        Property("electronic_entropy", "", "of smeared levels, in Boltzmann's constant"),
        Property("exchange_energy", "Ha", "exchange energy (EXCHGENE)"),
        Property("correlation_energy", "Ha", "correlation energy (EXCHGENE)"),
        Property("integrated_density", "e", "electrons by numerical integration of the density"),
        Property("dipole_moment", "D", "dipole along the non-periodic directions"),
    ),
)
