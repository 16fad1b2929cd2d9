"""Band edges and gaps: per cycle and spin, of the last cycle that tells them.

A cycle prints its energy first and its states below; the last one prints no states, so those of the
cycle before stand for the result.
"""

from __future__ import annotations

import re

from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines, Reader
from crystald.crystal.output.values import Gap, Output
from crystald.units import HARTREE_EV

BOTH = "both"
NO_STATE_HA = 1.0
"""CRYSTAL14 prints edges of -1 and 1 hartree where a locked spin gives none."""
_EIG = re.compile(r"K *(\d+)? *; *EIG *([-+0-9.EeDd]+) *AU")
_GAP = re.compile(r"(DIRECT|INDIRECT) ENERGY BAND GAP: *([-+0-9.]+) *eV")


def read_cycle(line: str, lines: Lines, out: Output) -> None:
    """Read `` CYC  13 ETOT(AU) …``: what a cycle before said of states is no longer true.

    Only the last cycle says nothing of its states.
    """
    if "ETOT" in line:
        if not out.scratch.pop("states told", False):
            out.gaps = {}
        out.scratch["states are new"] = True
        out.scratch["channel"] = BOTH


def read_channel(line: str, lines: Lines, out: Output) -> None:
    """Read ``    ALPHA      ELECTRONS``; also ``   ALPHA BAND GAP:  5.0 eV`` after the SCF."""
    words = line.split()
    if words[1:2] == ["ELECTRONS"]:
        out.scratch["channel"] = words[0].lower()
    elif words[1:3] == ["BAND", "GAP:"]:
        _printed_after(line, lines, out, words[0].lower())


def _states(out: Output) -> dict[str, Gap]:
    """Give the gaps of this cycle."""
    if out.scratch.pop("states are new", False):
        out.gaps = {}
    out.scratch["states told"] = True
    return out.gaps


def _gap(out: Output) -> Gap:
    return _states(out).setdefault(out.scratch.get("channel", BOTH), Gap())


def read_state(line: str, lines: Lines, out: Output) -> None:
    """Read `` INSULATING STATE`` or `` POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.03E-01 …``.

    CRYSTAL06: `` INSULATING STATE - TOP OF VALENCE BANDS (A.U.) -8.4510987E-01``.
    """
    if "STATE" not in line:
        return
    gap = Gap(conducting="CONDUCTING" in line)
    _states(out)[out.scratch.get("channel", BOTH)] = gap
    out.lines["conducting"] = lines.number
    out.band_gap_point = out.opt_points
    shifted = "LEVEL SHIFTER" in line
    out.level_shifter_ha = first_float(line.partition("LEVEL SHIFTER")[2]) if shifted else None
    if "TOP OF VALENCE BANDS" in line:
        gap.vbm_ha = first_float(line.partition("(A.U.)")[2])
        out.lines["vbm"] = lines.number
    if gap.conducting:
        fermi = floats(line.partition("EFERMI(AU)")[2])
        gap.fermi_ha = fermi[0] if fermi else None
        gap.gap_ev = 0.0
        out.lines["fermi"] = out.lines["band_gap"] = lines.number


def read_lock(line: str, lines: Lines, out: Output) -> None:
    """Read `` SPIN LOCKING: NO ENERGY GAP COMPUTED``."""
    if "NO ENERGY GAP" in line:
        _states(out).clear()


def read_edge(line: str, lines: Lines, out: Output) -> None:
    """Read `` TOP OF VALENCE BANDS -    BAND    896; K    1; EIG -2.8445675E-01 AU``.

    Several are printed where the edge of one k point is not that of all: the outermost one counts,
    wherever it stands.
    """
    found = _EIG.search(line)
    if not found or "BANDS" not in line:
        return
    gap, eig = _gap(out), first_float(found[2])
    point = int(found[1]) if found[1] else None
    if eig is None or abs(eig) == NO_STATE_HA:
        return
    if "VALENCE" in line and (gap.vbm_ha is None or eig > gap.vbm_ha):
        gap.vbm_ha, gap.vbm_k_point = eig, point
        out.lines["vbm"] = lines.number
    elif "VIRTUAL" in line and (gap.cbm_ha is None or eig < gap.cbm_ha):
        gap.cbm_ha, gap.cbm_k_point = eig, point
        out.lines["cbm"] = lines.number


def read_gap(line: str, lines: Lines, out: Output) -> None:
    """Read `` INDIRECT ENERGY BAND GAP:   6.0013 eV``."""
    if found := _GAP.search(line):
        gap = _gap(out)
        gap.gap_ev, gap.type = first_float(found[2]), found[1].lower()
        out.lines["band_gap"] = lines.number


def read_gap_after(line: str, lines: Lines, out: Output) -> None:
    """Read ``   BAND GAP:                     17.4781  eV`` (17 and later, after OPT END)."""
    if line.split()[1:2] == ["GAP:"]:
        _printed_after(line, lines, out, BOTH)


def _printed_after(line: str, lines: Lines, out: Output, channel: str) -> None:
    gap = _after(lines, out).setdefault(channel, Gap())
    gap.gap_ev = first_float(line.partition(":")[2])
    gap.conducting = False if gap.conducting is None else gap.conducting
    out.lines["band_gap"] = out.lines["conducting"] = lines.number


def _after(lines: Lines, out: Output) -> dict[str, Gap]:
    """Give the gaps that a line below the SCF completes: of an optimisation, those of its end."""
    end = out.lines.get("opt_end")
    if end is not None and out.scratch.get("gaps of the end") != end:
        out.scratch["gaps of the end"] = end
        out.gaps = {}
        out.band_gap_point, out.level_shifter_ha = out.opt_points, None
    return out.gaps


def read_fermi_after(line: str, lines: Lines, out: Output) -> None:
    """Read ``   FERMI ENERGY:                 -1.6583926E-01 Ha`` (a metal, after OPT END)."""
    if line.split()[1:2] == ["ENERGY:"]:
        gap = _after(lines, out).setdefault(BOTH, Gap())
        gap.fermi_ha, gap.conducting = first_float(line.partition(":")[2]), True
        gap.gap_ev, gap.type = 0.0, None
        out.lines["fermi"] = out.lines["band_gap"] = out.lines["conducting"] = lines.number


READERS: dict[str, tuple[Reader, ...]] = {
    "CYC": (read_cycle,),
    "ALPHA": (read_channel,),
    "BETA": (read_channel,),
    "INSULATING": (read_state,),
    "POSSIBLY": (read_state,),
    "SPIN": (read_lock,),
    "TOP": (read_edge,),
    "BOTTOM": (read_edge,),
    "DIRECT": (read_gap,),
    "INDIRECT": (read_gap,),
    "BAND": (read_gap_after,),
    "FERMI": (read_fermi_after,),
}


def settle(out: Output) -> None:
    """Bring the spin channels of the last SCF together: the fundamental gap and its edges."""
    gaps = list(out.gaps.values())
    if not gaps:
        return
    states = [gap.conducting for gap in gaps if gap.conducting is not None]
    out.conducting = any(states) if states else None
    out.fermi_ha = next((gap.fermi_ha for gap in gaps if gap.fermi_ha is not None), None)
    tops = [(gap.vbm_ha, gap.vbm_k_point) for gap in gaps if gap.vbm_ha is not None]
    bottoms = [(gap.cbm_ha, gap.cbm_k_point) for gap in gaps if gap.cbm_ha is not None]
    if out.conducting:
        out.band_gap_ev, out.band_gap_type = 0.0, None
        return
    if tops:
        out.vbm_ha, out.vbm_k_point = max(tops, key=lambda edge: edge[0])
        if out.level_shifter_ha is None:
            out.fermi_ha = out.vbm_ha
            out.lines["fermi"] = out.lines["vbm"]
    if bottoms:
        out.cbm_ha, out.cbm_k_point = min(bottoms, key=lambda edge: edge[0])
    _settle_gap(out, [gap for gap in gaps if gap.gap_ev is not None])


def _settle_gap(out: Output, known: list[Gap]) -> None:
    if out.vbm_ha is not None and out.cbm_ha is not None and out.level_shifter_ha is None:
        out.fundamental_gap_ev = round((out.cbm_ha - out.vbm_ha) * HARTREE_EV, 4)
    if not known:
        return
    smallest = min(known, key=lambda gap: gap.gap_ev or 0.0)
    out.band_gap_ev, out.band_gap_type = smallest.gap_ev, smallest.type
    between = out.fundamental_gap_ev
    if len(known) > 1 and between is not None and 0.0 < between < (smallest.gap_ev or 0.0) - 1e-3:
        same = out.vbm_k_point == out.cbm_k_point
        out.band_gap_ev, out.band_gap_type = between, "direct" if same else "indirect"
