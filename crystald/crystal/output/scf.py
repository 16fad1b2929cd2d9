"""The self-consistent field: cycles, ends, energies."""

from __future__ import annotations

import re

from crystald.crystal.output.block import Reader
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_CYCLE = re.compile(r"\s*CYC\s*(\d+|\*+)\s+ETOT\(AU\)")
_CYCLES = re.compile(r"E\(AU\) *(\S+) +CYCLES *(\d+|\*+)")
_ENERGY = re.compile(r"TOTAL ENERGY\((\w+)\)\(AU\)\( *(\d+)\) *([-+0-9.EeDd]+)")
_UNREADABLE = re.compile(
    r"TOTAL ENERGY\(\w+\)\(AU\)\( *\d+\) *(?:[-+]?(?:NaN|Inf)|\*)", re.IGNORECASE
)


def read_cycle(line: str, lines: Lines, out: Output) -> None:
    """Read `` CYC  13 ETOT(AU) -3.128282168530E+03 DETOT -1.96E-06 …``: an SCF begins with 0 or 1."""
    if not (found := _CYCLE.match(line)):
        return
    out.scf_cycles = cycles = _number(found[1])
    out.lines["scf_cycles"] = lines.number
    if cycles is not None and cycles <= 1:
        out.scf_converged = None


def _number(digits: str) -> int | None:
    """Read a number of cycles; None of stars, which more than 999 become."""
    return int(digits) if digits.isdigit() else None


def read_end(line: str, lines: Lines, out: Output) -> None:
    """Read `` == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -3.1282821685295E+03 CYCLES  13``."""
    if "SCF ENDED" not in line:
        return
    out.scf_converged = "TOO MANY CYCLES" not in line
    out.lines["scf_end"] = lines.number
    out.texts["scf_end"] = line.rstrip("\r\n")
    if found := _CYCLES.search(line):
        energy = first_float(found[1])
        out.scf_cycles, out.lines["scf_cycles"] = _number(found[2]), lines.number
        if energy is None:
            lose_energy(line, lines, out)
        else:
            _scf_energy(out, energy, lines.number)


def lose_energy(line: str, lines: Lines, out: Output) -> None:
    """Forget the energy: one was printed that is no number (``NaN``, ``******``).

    No other one that stands in the file may be taken for it.
    """
    out.energy_ha = out.energy_kind = None
    out.lines.pop("energy", None)
    out.lines["energy_lost"] = lines.number
    out.texts["energy_lost"] = line.rstrip("\r\n")


def _scf_energy(out: Output, energy_ha: float, number: int) -> None:
    out.lines.pop("energy_lost", None)
    out.energy_scf_ha = out.energy_ha = energy_ha
    out.energy_kind, out.energy_t0_ha = "SCF", None
    out.dispersion_ha = out.gcp_ha = None
    out.lines["energy_scf"] = out.lines["energy"] = number


def read_total(line: str, lines: Lines, out: Output) -> None:
    """Read `` TOTAL ENERGY(DFT)(AU)( 36) -3.15E+03 …`` and `` TOTAL ENERGY + DISP + GCP (AU) …``.

    With smearing the first is extrapolated to T = 0, as the energies of optimisations are; the line
    of the SCF's end is not.
    """
    if "ENERGY" not in line:
        return
    text = line.lstrip()
    if found := _ENERGY.match(text):
        if (energy := first_float(found[3])) is not None:
            _total(out, energy, lines.number, of_point="DE (AU)" in line)
            out.scf_cycles, out.lines["scf_cycles"] = int(found[2]), lines.number
    elif _UNREADABLE.match(text):
        lose_energy(line, lines, out)
    elif text.startswith("TOTAL ENERGY + "):
        _read_corrected(line, lines, out)


def _total(out: Output, energy_ha: float, number: int, *, of_point: bool) -> None:
    """Take a total energy; that of a point of an optimisation does not tell what it includes.

    With D3 it includes that: of a first point ``-1.2682467929E+03`` and ``-9.7749747E-02`` the second
    one is told as ``-1.2683449049E+03     DE (AU)   -3.622E-04``.
    """
    end = out.lines.get("scf_end")
    smeared = out.smearing_ha is not None
    at_temperature = out.energy_scf_ha if smeared and end is not None and not of_point else None
    _scf_energy(out, energy_ha, number)
    plain = corrected(out) == "SCF" or not of_point
    if smeared and plain:
        out.energy_t0_ha, out.lines["energy_t0"] = energy_ha, number
        out.energy_scf_ha = at_temperature
    if at_temperature is not None and end is not None:
        out.lines["energy_scf"] = end
        if "opt_end" not in out.lines:
            out.energy_ha, out.lines["energy"] = at_temperature, end
    if not plain:
        out.energy_kind = out.energy_scf_ha = None
        out.lines.pop("energy_scf", None)


def _read_corrected(line: str, lines: Lines, out: Output) -> None:
    title, _, rest = line.partition("(AU)")
    values = floats(rest)
    if not values:
        lose_energy(line, lines, out)
        return
    for word, known in (("DISP", "D3"), ("GCP", "GCP")):
        if word in title:
            _correct(out, known if out.dispersion_ha is not None or word == "GCP" else word)
    out.lines.pop("energy_lost", None)
    out.energy_ha, out.energy_kind = values[0], corrected(out)
    out.lines["energy"] = lines.number


def _correct(out: Output, name: str) -> None:
    names = out.scratch.setdefault("corrections", [])
    if name not in names:
        names.append(name)


def corrected(out: Output) -> str | None:
    """Name what an energy with all corrections of the run adds up: ``SCF+D3+GCP``.

    None where no SCF was printed, as in a restarted optimisation: it would tell the corrections.
    """
    if "scf_end" not in out.lines and not out.scratch.get("corrections"):
        return None
    return "+".join(["SCF", *out.scratch.get("corrections", ())])


def read_dispersion(line: str, lines: Lines, out: Output) -> None:
    """Read `` D3 DISPERSION ENERGY (AU)      -1.3274334984121E-01``."""
    values = floats(line.partition("(AU)")[2])
    if "DISPERSION ENERGY" in line and values:
        _correct(out, "D3")
        out.dispersion_ha = values[0]
        out.lines["dispersion"] = lines.number


def read_gcp(line: str, lines: Lines, out: Output) -> None:
    """Read `` GCP ENERGY (AU)                 1.2106768201595E-01``."""
    values = floats(line.partition("(AU)")[2])
    if "GCP ENERGY" in line and values:
        _correct(out, "GCP")
        out.gcp_ha = values[0]
        out.lines["gcp"] = lines.number


def read_temperature(line: str, lines: Lines, out: Output) -> None:
    """Read `` TEMPERATURE      (T)    1.000000000000E-04 HARTREE``: the levels are smeared."""
    if "(T)" in line and "HARTREE" in line:
        out.smearing_ha = first_float(line.partition("(T)")[2])
        out.lines["smearing"] = lines.number


READERS: dict[str, tuple[Reader, ...]] = {
    "CYC": (read_cycle,),
    "==": (read_end,),
    "TOTAL": (read_total,),
    "D3": (read_dispersion,),
    "GCP": (read_gcp,),
    "TEMPERATURE": (read_temperature,),
}
