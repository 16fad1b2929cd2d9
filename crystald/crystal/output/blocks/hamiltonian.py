"""The Hamiltonian as echoed: functional, exchange, range separation, grid, dispersion."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.output.block import Block
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.rows import gathered
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_FUNCTIONAL = re.compile(r"FUNCTIONAL:\((.+)\)\[(.+)\]")
_OMEGA = re.compile(r"OMEGA \(SHORT-RANGE\)\[LONG-RANGE\]:\( *([-0-9.]+)\)\[ *([-0-9.]+)\]")
_GRID = re.compile(r"INTEGRATION GRID INCREASED TO (\w+)")
_LEVELS = re.compile(r"(\d+)\( *(\d+)\[ *(\d+)\] *(\d*\.\d+)\)")


def read_kind(line: str, lines: Lines, out: Output) -> None:
    """Read `` KOHN-SHAM HAMILTONIAN`` and `` HARTREE-FOCK HAMILTONIAN``."""
    words = line.split()
    if words[1:] == ["HAMILTONIAN"]:
        out.facts.put("hamiltonian", words[0].lower(), lines.number)


def read_functional(line: str, lines: Lines, out: Output) -> None:
    """Read `` (EXCHANGE)[CORRELATION] FUNCTIONAL:(BECKE 88)[LEE-YANG-PARR]``."""
    if found := _FUNCTIONAL.search(line):
        out.facts.put("exchange_functional", found[1].strip(), lines.number)
        out.facts.put("correlation_functional", found[2].strip(), lines.number)


def read_hybrid(line: str, lines: Lines, out: Output) -> None:
    """Read `` HYBRID EXCHANGE - PERCENTAGE OF FOCK EXCHANGE    20.0000``."""
    values = floats(line.partition("FOCK EXCHANGE")[2])
    if values:
        out.facts.put("fock_exchange", values[0], lines.number)


def read_weight(line: str, lines: Lines, out: Output) -> None:
    """Read `` NON-LOCAL WEIGHTING FACTOR (EXCHANGE) =           0.9000``."""
    left, equals, number = line.partition("=")
    values = floats(number)
    if equals and values and "WEIGHTING FACTOR" in left:
        name = "exchange" if "(EXCHANGE)" in left else "correlation"
        out.facts.put(f"nonlocal_{name}_weight", values[0], lines.number)


def read_omega(line: str, lines: Lines, out: Output) -> None:
    """Read `` OMEGA (SHORT-RANGE)[LONG-RANGE]:(    0.1100)[    0.0000]``."""
    if found := _OMEGA.search(line):
        out.facts.put("omega_short_range", float(found[1]), lines.number)
        out.facts.put("omega_long_range", float(found[2]), lines.number)


def read_default_grid(line: str, lines: Lines, out: Output) -> None:
    """Read `` NEW DEFAULT: DFT INTEGRATION GRID INCREASED TO XLGRID``."""
    if found := _GRID.search(line):
        out.facts.put("default_grid", found[1], lines.number)
    elif "LEVEL SHIFTER" in line and len(values := floats(line)) == 2:
        out.facts.put("default_level_shift", values[0] / 10, lines.number)


def read_grid_size(line: str, lines: Lines, out: Output) -> None:
    """Read `` SIZE OF GRID=      71435``."""
    values = floats(line.partition("GRID=")[2])
    if values:
        out.facts.put("grid_points", int(values[0]), lines.number)


def read_radial(line: str, lines: Lines, out: Output) -> None:
    """Read `` RADIAL INTEGRATION  - INTERVALS (POINTS,UPPER LIMIT):            1( 75,  4.0*R)``."""
    found = re.search(r"\d+\( *(\d+),", line.partition("LIMIT):")[2])
    if found:
        out.facts.put("grid_radial_points", int(found[1]), lines.number)


def read_angular(line: str, lines: Lines, out: Output) -> None:
    """Read the intervals below `` ANGULAR INTEGRATION - INTERVALS (ACCURACY LEVEL [N. POINTS] …``.

    ``  1(  4[  86]   0.2)  2(  8[ 194]   0.5)  3( 12[ 350]   0.9)  4( 16[ 974]   3.5)``.
    """
    if "INTERVALS (ACCURACY LEVEL" not in line:
        return
    number = lines.number
    points = [int(interval[2]) for interval in gathered(lines, _LEVELS)]
    out.facts.put("grid_angular_points", max(points) if points else None, number)


def read_information(line: str, lines: Lines, out: Output) -> None:
    """Read `` INFORMATION **** DFTD3_INPUT **** PERFORM LATEST DISPERSION CORRECTION DFT-D3(BJ) …``."""
    if found := re.search(r"DISPERSION CORRECTION (DFT-D\d(?:\(\w+\))?)", line):
        zero = "(ZERO)" if "ZERO DAMPING" in line else ""
        out.facts.put("dispersion_scheme", found[1] + zero, lines.number)


HAMILTONIAN: Final = Block(
    "hamiltonian",
    lambda: {
        "KOHN-SHAM": (read_kind,),
        "HARTREE-FOCK": (read_kind,),
        "(EXCHANGE)[CORRELATION]": (read_functional,),
        "HYBRID": (read_hybrid,),
        "NON-LOCAL": (read_weight,),
        "OMEGA": (read_omega,),
        "NEW": (read_default_grid,),
        "SIZE": (read_grid_size,),
        "RADIAL": (read_radial,),
        "ANGULAR": (read_angular,),
        "INFORMATION": (read_information,),
    },
    (
        Property("hamiltonian", "", "kohn-sham or hartree-fock"),
        Property("exchange_functional", "", "exchange, in the program's words"),
        Property("correlation_functional", "", "correlation, in the program's words"),
        Property("fock_exchange", "%", "Fock exchange of a hybrid"),
        Property("nonlocal_exchange_weight", "", "weight of the non-local exchange"),
        Property("nonlocal_correlation_weight", "", "weight of the non-local correlation"),
        Property("omega_short_range", "1/bohr", "range separation, short range"),
        Property("omega_long_range", "1/bohr", "range separation, long range"),
        Property("default_grid", "", "grid that the program took by default"),
        Property("default_level_shift", "Ha", "level shift that the program took by default"),
        Property("grid_points", "", "points of the integration grid"),
        Property("grid_radial_points", "", "radial points of an atom"),
        Property("grid_angular_points", "", "most angular points"),
        Property("dispersion_scheme", "", "dispersion correction"),
    ),
)
