"""The self-consistent field: cycles, ends, energies, gaps."""

from __future__ import annotations

import re

from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines, Reader
from crystald.crystal.output.values import Gap, Output

BOTH = "both"
_EIG = re.compile(r"EIG *([-+0-9.EeDd]+) *AU")
_GAP = re.compile(r"(DIRECT|INDIRECT) ENERGY BAND GAP: *([-+0-9.]+) *eV")
_CYCLES = re.compile(r"E\(AU\) *(\S+) +CYCLES +(\d+)")
_ENERGY = re.compile(r"TOTAL ENERGY\((\w+)\)\(AU\)\( *(\d+)\) *([-+0-9.EeDd]+)")
_UNREADABLE = re.compile(
    r"TOTAL ENERGY\(\w+\)\(AU\)\( *\d+\) *(?:[-+]?(?:NaN|Inf)|\*)", re.IGNORECASE
)


def read_cycle(line: str, lines: Lines, out: Output) -> None:
    """Read `` CYC  13 ETOT(AU) -3.128282168530E+03 DETOT -1.96E-06 …``: a new SCF forgets gaps."""
    found = re.match(r"\s*CYC\s+(\d+)\s+ETOT\(AU\)", line)
    if found and int(found[1]) <= 1:
        out.gaps = {}
        out.scf_converged = None
    if found:
        out.scf_cycles = int(found[1])
        out.lines["scf_cycles"] = lines.number


def read_end(line: str, lines: Lines, out: Output) -> None:
    """Read `` == SCF ENDED - CONVERGENCE ON ENERGY      E(AU) -3.1282821685295E+03 CYCLES  13``."""
    if "SCF ENDED" not in line:
        return
    out.scf_converged = "TOO MANY CYCLES" not in line
    out.lines["scf_end"] = lines.number
    out.texts["scf_end"] = line.rstrip("\n")
    if found := _CYCLES.search(line):
        energy = first_float(found[1])
        out.scf_cycles = int(found[2])
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
    out.texts["energy_lost"] = line.rstrip("\n")


def _scf_energy(out: Output, energy_ha: float, number: int) -> None:
    out.lines.pop("energy_lost", None)
    out.energy_scf_ha = out.energy_ha = energy_ha
    out.energy_kind = "SCF"
    out.dispersion_ha = out.gcp_ha = None
    out.lines["energy_scf"] = out.lines["energy"] = number


def read_total(line: str, lines: Lines, out: Output) -> None:
    """Read `` TOTAL ENERGY(DFT)(AU)( 36) -3.15E+03 …`` and `` TOTAL ENERGY + DISP + GCP (AU) …``."""
    if found := _ENERGY.match(line.lstrip()):
        if (energy := first_float(found[3])) is not None:
            _scf_energy(out, energy, lines.number)
    elif _UNREADABLE.match(line.lstrip()):
        lose_energy(line, lines, out)
    elif line.lstrip().startswith("TOTAL ENERGY + DISP"):
        values = floats(line.partition("(AU)")[2])
        if not values:
            lose_energy(line, lines, out)
            return
        out.lines.pop("energy_lost", None)
        out.energy_ha = values[0]
        out.energy_kind = "SCF+D3+GCP" if "GCP" in line else "SCF+D3"
        out.lines["energy"] = lines.number


def read_dispersion(line: str, lines: Lines, out: Output) -> None:
    """Read `` D3 DISPERSION ENERGY (AU)      -1.3274334984121E-01``."""
    values = floats(line.partition("(AU)")[2])
    if "DISPERSION ENERGY" in line and values:
        out.dispersion_ha = values[0]
        out.lines["dispersion"] = lines.number


def read_gcp(line: str, lines: Lines, out: Output) -> None:
    """Read `` GCP ENERGY (AU)                 1.2106768201595E-01``."""
    values = floats(line.partition("(AU)")[2])
    if "GCP ENERGY" in line and values:
        out.gcp_ha = values[0]
        out.lines["gcp"] = lines.number


class Channels:
    """Which spin channel the lines of gaps belong to, and the lines themselves."""

    def __init__(self) -> None:
        self.channel = BOTH

    def read_channel(self, line: str, lines: Lines, out: Output) -> None:
        """Read ``    ALPHA      ELECTRONS``; also ``   ALPHA BAND GAP:  5.0 eV`` after an OPT."""
        words = line.split()
        if words[1:2] == ["ELECTRONS"]:
            self.channel = words[0].lower()
        elif words[1:3] == ["BAND", "GAP:"]:
            gap = out.gaps.setdefault(words[0].lower(), Gap())
            gap.gap_ev = first_float(line.partition(":")[2])
            out.lines["band_gap"] = lines.number

    def _gap(self, out: Output) -> Gap:
        if self.channel != BOTH and self.channel not in out.gaps and BOTH in out.gaps:
            del out.gaps[BOTH]
        return out.gaps.setdefault(self.channel, Gap())

    def read_state(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` INSULATING STATE`` or `` POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.03E-01 …``."""
        if "STATE" not in line:
            return
        self._gap(out)
        # Printed in every cycle: what an earlier cycle said of the edges is no longer true.
        gap = out.gaps[self.channel] = Gap(conducting="CONDUCTING" in line)
        if gap.conducting:
            fermi = floats(line.partition("EFERMI(AU)")[2])
            gap.fermi_ha = fermi[0] if fermi else None
            gap.gap_ev = 0.0
            out.lines["fermi"] = out.lines["band_gap"] = lines.number
        out.lines["conducting"] = lines.number

    def read_edge(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` TOP OF VALENCE BANDS -    BAND    896; K    1; EIG -2.8445675E-01 AU``."""
        found = _EIG.search(line)
        if not found or "BANDS" not in line:
            return
        gap, eig = self._gap(out), first_float(found[1])
        if "VALENCE" in line:
            gap.vbm_ha = eig
            out.lines["vbm"] = lines.number
        elif "VIRTUAL" in line:
            gap.cbm_ha = eig
            out.lines["cbm"] = lines.number

    def read_gap(self, line: str, lines: Lines, out: Output) -> None:
        """Read `` INDIRECT ENERGY BAND GAP:   6.0013 eV``."""
        if found := _GAP.search(line):
            gap = self._gap(out)
            gap.gap_ev, gap.type = float(found[2]), found[1].lower()
            out.lines["band_gap"] = lines.number

    def readers(self) -> dict[str, tuple[Reader, ...]]:
        """Give the readers by first word."""
        return {
            "ALPHA": (self.read_channel,),
            "BETA": (self.read_channel,),
            "INSULATING": (self.read_state,),
            "POSSIBLY": (self.read_state,),
            "TOP": (self.read_edge,),
            "BOTTOM": (self.read_edge,),
            "DIRECT": (self.read_gap,),
            "INDIRECT": (self.read_gap,),
        }


def read_gap_after_optimisation(line: str, lines: Lines, out: Output) -> None:
    """Read ``   BAND GAP:                     17.4781  eV`` (17 and later, after OPT END)."""
    if line.split()[1:2] == ["GAP:"]:
        gap = out.gaps.setdefault(BOTH, Gap())
        gap.gap_ev = first_float(line.partition(":")[2])
        gap.conducting = False if gap.conducting is None else gap.conducting
        out.lines["band_gap"] = lines.number


def read_fermi_after_optimisation(line: str, lines: Lines, out: Output) -> None:
    """Read ``   FERMI ENERGY:                 -1.6583926E-01 Ha`` (a metal, after OPT END)."""
    if line.split()[1:2] == ["ENERGY:"]:
        gap = out.gaps.setdefault(BOTH, Gap())
        gap.fermi_ha, gap.conducting = first_float(line.partition(":")[2]), True
        gap.gap_ev, gap.type = 0.0, None
        out.lines["fermi"] = lines.number


READERS: dict[str, tuple[Reader, ...]] = {
    "CYC": (read_cycle,),
    "==": (read_end,),
    "TOTAL": (read_total,),
    "D3": (read_dispersion,),
    "GCP": (read_gcp,),
    "BAND": (read_gap_after_optimisation,),
    "FERMI": (read_fermi_after_optimisation,),
}


def settle(out: Output) -> None:
    """Bring the spin channels of the last SCF together: the fundamental gap and its edges."""
    gaps = list(out.gaps.values())
    if not gaps:
        return
    states = [gap.conducting for gap in gaps if gap.conducting is not None]
    out.conducting = any(states) if states else None
    out.fermi_ha = next((gap.fermi_ha for gap in gaps if gap.fermi_ha is not None), None)
    tops = [gap.vbm_ha for gap in gaps if gap.vbm_ha is not None]
    bottoms = [gap.cbm_ha for gap in gaps if gap.cbm_ha is not None]
    if not out.conducting:
        out.vbm_ha = max(tops) if tops else None
        out.cbm_ha = min(bottoms) if bottoms else None
        if out.fermi_ha is None and out.vbm_ha is not None:
            out.fermi_ha = out.vbm_ha
            out.lines["fermi"] = out.lines["vbm"]
    _settle_gap(out, gaps)


def _settle_gap(out: Output, gaps: list[Gap]) -> None:
    known = [gap for gap in gaps if gap.gap_ev is not None]
    if out.conducting:
        out.band_gap_ev, out.band_gap_type = 0.0, None
    elif len(known) == 1 and len(gaps) == 1:
        out.band_gap_ev, out.band_gap_type = known[0].gap_ev, known[0].type
    elif known:
        smallest = min(known, key=lambda gap: gap.gap_ev or 0.0)
        out.band_gap_ev, out.band_gap_type = smallest.gap_ev, smallest.type
        if out.vbm_ha is not None and out.cbm_ha is not None and len(gaps) > 1:
            fundamental_ev = (out.cbm_ha - out.vbm_ha) * 27.211386
            if fundamental_ev < (smallest.gap_ev or 0.0) - 1e-3:
                out.band_gap_ev, out.band_gap_type = round(fundamental_ev, 4), "indirect"
