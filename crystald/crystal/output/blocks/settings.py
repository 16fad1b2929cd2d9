"""Settings of the SCF as echoed: tolerances, cycles, mixing, smearing, spin, buffers."""

from __future__ import annotations

import re
from typing import Final

from crystald.crystal.output.block import Block, Readers
from crystald.crystal.output.facts import Property
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.rows import skip_noise
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_TOLERANCE = re.compile(r"\(T([1-5])\) *10\*\* *(-?) *(\d+)")
_POWER = re.compile(r"CONVERGENCE ON (DELTAP|ENERGY) *10\*\* *- *(\d+)")
_INFORMATION = re.compile(r" INFORMATION \*{4} *(\S+) *\*{4} *(.*)")
_BUFFER = re.compile(r"TO AVOID I/O SET (BIPOSIZE|EXCHSIZE) *= *(\d+)")
_LOCK = re.compile(r"ALPHA-BETA ELECTRONS LOCKED TO *(-?\d+)(?: *FOR *(\d+) *SCF CYCLES)?")
_SPIN = re.compile(r" *(\d+) +(\d+) *(-?[01])(?= |$)")
INFORMATION_MAX: Final = 300


class Settings:
    """Readers that gather what several lines tell."""

    def __init__(self) -> None:
        self.tolerances: dict[int, int] = {}
        self.information: list[str] = []

    def read_tolerance(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` NUMBER OF AO                18  EXCHANGE OVERLAP TOL        (T3) 10**   -6`` and others.

        ``(T3) 10**   20`` is told as -20: exact exchange is not computed, and nothing is so large.
        """
        if found := _TOLERANCE.search(line):
            self.tolerances[int(found[1])] = int(found[3]) if found[2] else -int(found[3])
            if len(self.tolerances) == 5:
                values = tuple(self.tolerances[index] for index in range(1, 6))
                out.facts.put("tolinteg", values, lines.number)
        if "POLE ORDER IN MONO ZONE" in line:
            out.facts.put("pole_order", int(floats(line)[-1]), lines.number)
        elif line.lstrip().startswith("CORE ELECTRONS PER CELL"):
            out.facts.put("core_electrons", int(floats(line)[0]), lines.number)
        elif line.lstrip().startswith("NUMBER OF SHELLS"):
            out.facts.put("number_of_shells", int(floats(line)[0]), lines.number)

    def read_information(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` INFORMATION **** MAXCYCLE **** MAX NUMBER OF SCF CYCLES SET TO       800`` and others."""
        if not (found := _INFORMATION.match(line)):
            return
        text = " ".join(found[2].split())
        entry = f"{found[1]}: {text}"
        if len(self.information) < INFORMATION_MAX and entry not in self.information:
            self.information.append(entry)
            out.facts.put("information", self.information, lines.number)
        values = floats(text)
        if found[1] in ("BIPOSIZE", "EXCHSIZE") and values:
            out.facts.put(found[1].lower(), int(values[-1]), lines.number)
        elif "ACTIVE" in text and found[1] in ("ANDERSON", "BROYDEN", "DIIS"):
            out.facts.put("scf_mixing", found[1].lower(), lines.number)

    def readers(self) -> Readers:
        """Give the readers by first word."""
        return {
            "N.": (self.read_tolerance,),
            "NUMBER": (self.read_tolerance,),
            "CORE": (self.read_tolerance,),
            "INFORMATION": (self.read_information,),
            "MAX": (read_cycles,),
            "WEIGHT": (read_mixing,),
            "NEW": (read_default,),
            "ANDERSON": (read_mix,),
            "MODIFIED": (read_mix,),
            "FERMI": (read_smearing,),
            "INSULATING": (read_level_shift,),
            "EIGENVALUE": (read_shift_asked,),
            "ALPHA-BETA": (read_lock,),
            "ATOMIC": (read_spins,),
            "WARNING": (read_buffer,),
        }


def read_cycles(line: str, lines: Lines, out: Output) -> None:
    """Read `` MAX NUMBER OF SCF CYCLES     100  CONVERGENCE ON DELTAP        10**-16``."""
    if "NUMBER OF SCF CYCLES" in line:
        out.facts.put("scf_maxcycle", int(floats(line)[0]), lines.number)
        _power(line, lines, out)


def read_mixing(line: str, lines: Lines, out: Output) -> None:
    """Read `` WEIGHT OF F(I) IN F(I+1)      30% CONVERGENCE ON ENERGY        10**- 7``."""
    values = floats(line.partition("F(I+1)")[2])
    if values:
        out.facts.put("fmixing", values[0], lines.number)
        _power(line, lines, out)


def _power(line: str, lines: Lines, out: Output) -> None:
    if found := _POWER.search(line):
        name = "toldee" if found[1] == "ENERGY" else "toldep"
        out.facts.put(name, int(found[2]), lines.number)


def read_default(line: str, lines: Lines, out: Output) -> None:
    """Read `` NEW DEFAULT: DIIS ACCELERATOR ACTIVE``."""
    if "DIIS ACCELERATOR ACTIVE" in line:
        out.facts.put("scf_mixing", "diis", lines.number)


def read_mix(line: str, lines: Lines, out: Output) -> None:
    """Read `` ANDERSON MIX: BETA=  0.30`` and `` MODIFIED BROYDEN: MIX%= 50 W0= 0.1E-03 …``."""
    left, colon, _ = line.partition(":")
    name = {"ANDERSON MIX": "anderson", "MODIFIED BROYDEN": "broyden"}.get(left.strip())
    if colon and name:
        out.facts.put("scf_mixing", name, lines.number)


def read_smearing(line: str, lines: Lines, out: Output) -> None:
    """Read `` FERMI SMEARING - TEMPERATURE SMEARING OF FERMI SURFACE  0.1000E-03``."""
    _, found, number = line.partition("SMEARING OF FERMI SURFACE")
    if found:
        out.facts.put("smearing", first_float(number), lines.number)


def read_level_shift(line: str, lines: Lines, out: Output) -> None:
    """Read `` INSULATING STATE - LEVEL SHIFTER    0.60 au``: the gap below is that much too large."""
    _, found, number = line.partition("LEVEL SHIFTER")
    if found:
        out.facts.put("level_shift", first_float(number), lines.number)


def read_shift_asked(line: str, lines: Lines, out: Output) -> None:
    """Read `` EIGENVALUE LEVEL SHIFTING OF  0.400 HARTREE``."""
    _, found, number = line.partition("LEVEL SHIFTING OF")
    if found:
        out.facts.put("level_shift_asked", first_float(number), lines.number)


def read_lock(line: str, lines: Lines, out: Output) -> None:
    """Read `` ALPHA-BETA ELECTRONS LOCKED TO   0 FOR  15 SCF CYCLES``."""
    if found := _LOCK.search(line):
        out.facts.put("spin_lock", int(found[1]), lines.number)
        out.facts.put("spin_lock_cycles", int(found[2]) if found[2] else None, lines.number)


def read_spins(line: str, lines: Lines, out: Output) -> None:
    """Read the pairs below `` ATOMIC SPINS SET TO (ATOM, AT. N., SPIN)``.

    ``   1  26 1   2  26-1   3  26 1   4  26-1   5   8 0``.
    """
    if "SPINS SET TO" not in line:
        return
    number, spins = lines.number, dict[int, int]()
    while (row := skip_noise(lines).rstrip()) and not _SPIN.sub("", row).strip():
        spins |= {int(atom): int(spin) for atom, _, spin in _SPIN.findall(row)}
    lines.back()
    if spins and list(spins) == list(range(1, len(spins) + 1)):
        out.facts.put("initial_spins", tuple(spins.values()), number)


def read_buffer(line: str, lines: Lines, out: Output) -> None:
    """Read `` WARNING **** EXCBUF **** EXCH. BIPO BUFFER TOO SMALL - TO AVOID I/O SET EXCHSIZE =    916110``."""
    if found := _BUFFER.search(line):
        out.facts.put(f"{found[1].lower()}_proposed", int(found[2]), lines.number)


SETTINGS: Final = Block(
    "settings",
    lambda: Settings().readers(),
    (
        Property("tolinteg", "", "the five integral tolerances, n of 10**-n; -20: not in use"),
        Property("pole_order", "", "order of the multipoles"),
        Property("core_electrons", "", "core electrons in the cell"),
        Property("number_of_shells", "", "shells in the cell"),
        Property("scf_maxcycle", "", "most cycles of the SCF"),
        Property("toldee", "", "convergence of the energy, power of 10"),
        Property("toldep", "", "convergence of the density, power of 10"),
        Property("fmixing", "%", "mixing of the Fock matrices"),
        Property("scf_mixing", "", "diis, anderson or broyden"),
        Property("smearing", "Ha", "width of the Fermi surface"),
        Property("level_shift", "Ha", "level shift of the last SCF that had one"),
        Property("level_shift_asked", "Ha", "level shift of the input"),
        Property("spin_lock", "", "alpha minus beta electrons that were locked"),
        Property("spin_lock_cycles", "", "cycles of that lock, where it was counted in cycles"),
        Property("initial_spins", "", "spins that atoms were given: 1, 0, -1"),
        Property("biposize", "words", "Coulomb buffer that was set"),
        Property("exchsize", "words", "exchange buffer that was set"),
        Property("biposize_proposed", "words", "Coulomb buffer that a warning asks for"),
        Property("exchsize_proposed", "words", "exchange buffer that a warning asks for"),
        Property("information", "", "every line of information, told once: keyword and text"),
    ),
)
