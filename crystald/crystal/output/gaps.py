"""Band edges and gaps: per cycle and spin, of the last cycle that tells them.

A cycle prints its energy first and its states below; the last one prints no states, so those of the
cycle before stand for the result. Of hundreds of cycles only those count: the lines are kept, and
read when no newer ones came.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from crystald.crystal.output.block import Reader
from crystald.crystal.output.numbers import first_float, floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Gap, Output, States
from crystald.units import HARTREE_EV

BOTH = "both"
NO_STATE_HA = 1.0
"""CRYSTAL14 prints edges of -1 and 1 hartree where a locked spin gives none."""
_EIG = re.compile(r"K *(\d{1,9})? *; *EIG *([-+0-9.EeDd]+) *AU")
_GAP = re.compile(r"(DIRECT|INDIRECT) ENERGY BAND GAP: *([-+0-9.]+) *eV")


AT_FIRST: Final = "_first_point"
"""Behind the names of values of the first point of an optimisation that went on."""
FIRST: Final = 1
"""The number of the first point of an optimisation."""
LINES: Final = ("band_gap", "conducting", "fermi", "vbm", "cbm")
"""The values of states whose lines are kept: ``vbm`` of all, ``alpha_vbm`` of a channel."""
LINES_MAX: Final = 100
"""Lines of states kept unread; a cycle has a dozen."""


class Unread(NamedTuple):
    """A line that is not read yet, where it stands, and at which point of an optimisation."""

    line: str
    number: int
    point: int | None


Read = Callable[[Unread, Output], None]
_Entry = tuple[Read, str, int, int | None]
"""What reads a line, and the line as `Unread` has it: thousands are kept, a few are read."""


class Kept:
    """The lines of states since the last reading.

    Attributes
    ----------
    before, now
        Of the last cycle that is known to have told its states, and those behind it.
    whole
        Whether those behind it are of one whole cycle, and take the place of all before.
    """

    def __init__(self) -> None:
        self.before: list[_Entry] = []
        self.now: list[_Entry] = []
        self.whole = False

    def turn(self, first: _Entry, out: Output) -> None:
        """Begin a cycle."""
        if self.whole:
            self.before, self.whole = self.now, False
        else:
            self.read(out)
        self.now = [first]

    def read(self, out: Output) -> None:
        """Read what is kept."""
        unread = [*self.before, *self.now]
        self.before, self.now, self.whole = [], [], False
        for read, line, number, point in unread:
            read(Unread(line, number, point), out)


def _kept(out: Output) -> Kept:
    kept: Kept | None = out.scratch.get("states")
    if kept is None:
        kept = out.scratch["states"] = Kept()
    return kept


def _later(read: Read) -> Reader:
    def keep(line: str, lines: Lines, out: Output) -> None:
        now = (out.scratch.get("states") or _kept(out)).now
        now.append((read, line, lines.number, out.opt_points))
        if len(now) > LINES_MAX:
            _kept(out).read(out)

    return keep


def read_cycle(line: str, lines: Lines, out: Output) -> None:
    """Read `` CYC  13 ETOT(AU) …``: a cycle begins."""
    if "ETOT" in line:
        _kept(out).turn(_BEGIN, out)


def _begin_cycle(_unread: Unread, out: Output) -> None:
    """Say that what a cycle before said of states is no longer true.

    Only the last cycle says nothing of its states.
    """
    if not out.scratch.pop("states told", False):
        out.gaps = {}
    out.scratch["states are new"] = True
    out.scratch["channel"] = BOTH


_BEGIN: Final[_Entry] = (_begin_cycle, "", 0, None)


def read_channel(line: str, lines: Lines, out: Output) -> None:
    """Read ``    ALPHA      ELECTRONS``; also ``   ALPHA BAND GAP:  5.0 eV`` after the SCF."""
    words = line.split()
    if words[1:2] == ["ELECTRONS"]:
        _keep_channel(line, lines, out)
    elif words[1:3] == ["BAND", "GAP:"]:
        _printed_after(line, lines, out, words[0].lower())


def _channel(unread: Unread, out: Output) -> None:
    out.scratch["channel"] = unread.line.split(None, 1)[0].lower()


_keep_channel = _later(_channel)


def _note(out: Output, channel: str, number: int, *names: str) -> None:
    """Keep the line where values of a channel stand."""
    for name in names:
        out.lines[name] = out.lines[f"{channel}_{name}"] = number


def _states(out: Output) -> dict[str, Gap]:
    """Give the gaps of this cycle."""
    if out.scratch.pop("states are new", False):
        out.gaps = {}
    out.scratch["states told"] = True
    return out.gaps


def _of(out: Output) -> str:
    """Name the channel that lines are of now."""
    channel: str = out.scratch.get("channel", BOTH)
    return channel


def _gap(out: Output) -> Gap:
    return _states(out).setdefault(_of(out), Gap())


def read_state(line: str, lines: Lines, out: Output) -> None:
    """Read `` INSULATING STATE`` or `` POSSIBLY CONDUCTING STATE - EFERMI(AU) -1.03E-01 …``.

    CRYSTAL06: `` INSULATING STATE - TOP OF VALENCE BANDS (A.U.) -8.4510987E-01``.
    """
    if "STATE" in line:
        _keep_state(line, lines, out)
        kept = _kept(out)
        kept.whole = kept.whole or (bool(kept.now) and kept.now[0] is _BEGIN)


def read_shift(line: str, lines: Lines, out: Output) -> None:
    """Read `` EIGENVALUE LEVEL SHIFTING OF  0.400 HARTREE``."""
    if "LEVEL SHIFTING OF" in line:
        out.scratch["shift"] = first_float(line.partition("SHIFTING OF")[2])


def read_locking(line: str, lines: Lines, out: Output) -> None:
    """Read `` LOCKING - FERMI ENERGY ALTERED BY LEVEL SHIFTER`` below it."""
    if "LEVEL SHIFTER" in line:
        out.scratch["locked shift"] = out.scratch.get("shift")


def _state(unread: Unread, out: Output) -> None:
    line = unread.line
    gap = Gap(conducting="CONDUCTING" in line)
    channel = _of(out)
    _states(out)[channel] = gap
    _note(out, channel, unread.number, "conducting")
    out.band_gap_point = unread.point
    shifted = "LEVEL SHIFTER" in line
    out.level_shifter_ha = first_float(line.partition("LEVEL SHIFTER")[2]) if shifted else None
    if "TOP OF VALENCE BANDS" in line:
        gap.vbm_ha = first_float(line.partition("(A.U.)")[2])
        out.level_shifter_ha = out.scratch.get("locked shift")  # CRYSTAL06 does not say it again
        _note(out, channel, unread.number, "vbm")
    if gap.conducting:
        fermi = floats(line.partition("EFERMI(AU)")[2])
        gap.fermi_ha = fermi[0] if fermi else None
        gap.gap_ev = 0.0
        _note(out, channel, unread.number, "fermi", "band_gap")


_keep_state = _later(_state)


def _lock(unread: Unread, out: Output) -> None:
    """Read `` SPIN LOCKING: NO ENERGY GAP COMPUTED``."""
    if "NO ENERGY GAP" in unread.line:
        _states(out).clear()


def _edge(unread: Unread, out: Output) -> None:
    """Read `` TOP OF VALENCE BANDS -    BAND    896; K    1; EIG -2.8445675E-01 AU``.

    Several are printed where the edge of one k point is not that of all: the outermost one counts,
    wherever it stands.
    """
    line = unread.line
    found = _EIG.search(line)
    if not found or "BANDS" not in line:
        return
    gap, eig = _gap(out), first_float(found[2])
    point = int(found[1]) if found[1] else None
    if eig is None or abs(eig) == NO_STATE_HA:
        return
    if "VALENCE" in line and (gap.vbm_ha is None or eig > gap.vbm_ha):
        gap.vbm_ha, gap.vbm_k_point = eig, point
        _note(out, _of(out), unread.number, "vbm")
    elif "VIRTUAL" in line and (gap.cbm_ha is None or eig < gap.cbm_ha):
        gap.cbm_ha, gap.cbm_k_point = eig, point
        _note(out, _of(out), unread.number, "cbm")


def _read_gap(unread: Unread, out: Output) -> None:
    """Read `` INDIRECT ENERGY BAND GAP:   6.0013 eV``."""
    if found := _GAP.search(unread.line):
        gap = _gap(out)
        gap.gap_ev, gap.type = first_float(found[2]), found[1].lower()
        _note(out, _of(out), unread.number, "band_gap")


def read_gap_after(line: str, lines: Lines, out: Output) -> None:
    """Read ``   BAND GAP:                     17.4781  eV`` (17 and later, after OPT END)."""
    if line.split()[1:2] == ["GAP:"]:
        _printed_after(line, lines, out, BOTH)


def _printed_after(line: str, lines: Lines, out: Output, channel: str) -> None:
    gap = _after(out, channel).setdefault(channel, Gap())
    gap.gap_ev = first_float(line.partition(":")[2])
    gap.conducting = False if gap.conducting is None else gap.conducting
    _note(out, channel, lines.number, "band_gap", "conducting")


def _after(out: Output, channel: str) -> dict[str, Gap]:
    """Give the gaps that a line below the SCF completes: of an optimisation, those of its end.

    They complete those of the SCF where that was of the same point and of the same channels.
    """
    _kept(out).read(out)
    end = out.lines.get("opt_end")
    if end is not None and out.scratch.get("gaps of the end") != end:
        out.scratch["gaps of the end"] = end
        if channel not in out.gaps or (out.band_gap_point or FIRST) != out.opt_points:
            _set_apart(out)
        out.band_gap_point = out.opt_points
    return out.gaps


def read_fermi_after(line: str, lines: Lines, out: Output) -> None:
    """Read ``   FERMI ENERGY:                 -1.6583926E-01 Ha`` (a metal, after OPT END)."""
    if line.split()[1:2] == ["ENERGY:"]:
        gap = _after(out, BOTH).setdefault(BOTH, Gap())
        gap.fermi_ha, gap.conducting = first_float(line.partition(":")[2]), True
        gap.gap_ev, gap.type = 0.0, None
        _note(out, BOTH, lines.number, "fermi", "band_gap", "conducting")


READERS: dict[str, tuple[Reader, ...]] = {
    "CYC": (read_cycle,),
    "ALPHA": (read_channel,),
    "BETA": (read_channel,),
    "INSULATING": (read_state,),
    "POSSIBLY": (read_state,),
    "EIGENVALUE": (read_shift,),
    "LOCKING": (read_locking,),
    "SPIN": (_later(_lock),),
    **dict.fromkeys(("TOP", "BOTTOM"), (_later(_edge),)),
    **dict.fromkeys(("DIRECT", "INDIRECT"), (_later(_read_gap),)),
    "BAND": (read_gap_after,),
    "FERMI": (read_fermi_after,),
}


def _set_apart(out: Output) -> None:
    """Leave the states of an earlier point: those of the first one have a place of their own."""
    names = [*LINES, *(f"{channel}_{name}" for channel in out.gaps for name in LINES)]
    told = {f"{name}{AT_FIRST}": out.lines.pop(name) for name in names if name in out.lines}
    if out.gaps and out.band_gap_point in (None, FIRST):
        out.states_first_point = States(gaps=out.gaps, level_shifter_ha=out.level_shifter_ha)
        out.lines.update(told)
    out.gaps, out.band_gap_point, out.level_shifter_ha = {}, None, None


def settle(out: Output) -> None:
    """Tell the states of the last geometry.

    An optimisation prints those of its first point here, and of the others to SCFOUT.LOG.
    """
    _kept(out).read(out)
    if out.opt_points is not None and (out.band_gap_point or FIRST) < out.opt_points:
        _set_apart(out)
    _settle_channels(out, out.lines)
    if out.states_first_point is not None:
        _settle_channels(out.states_first_point, out.lines, AT_FIRST)


def _settle_channels(of: Output | States, lines: dict[str, int], suffix: str = "") -> None:
    """Bring the spin channels of one SCF together: the fundamental gap and its edges."""
    gaps = of.gaps
    if not gaps:
        return
    states = [gap.conducting for gap in gaps.values() if gap.conducting is not None]
    of.conducting = any(states) if states else None
    fermis = [name for name, gap in gaps.items() if gap.fermi_ha is not None]
    of.fermi_ha = gaps[fermis[0]].fermi_ha if fermis else None
    if of.conducting:
        of.band_gap_ev, of.band_gap_type = 0.0, None
        first = next(name for name, gap in gaps.items() if gap.conducting)
        _stands(lines, suffix, first, "conducting", "band_gap")
        _stands(lines, suffix, (fermis or [first])[0], "fermi")
        return
    tops = [(gap.vbm_ha, name) for name, gap in gaps.items() if gap.vbm_ha is not None]
    bottoms = [(gap.cbm_ha, name) for name, gap in gaps.items() if gap.cbm_ha is not None]
    if tops:
        of.vbm_ha, name = max(tops, key=lambda edge: edge[0])
        of.vbm_k_point = gaps[name].vbm_k_point
        _stands(lines, suffix, name, "vbm")
        if of.level_shifter_ha is None:
            of.fermi_ha = of.vbm_ha
            if f"vbm{suffix}" in lines:
                lines[f"fermi{suffix}"] = lines[f"vbm{suffix}"]
    if bottoms:
        of.cbm_ha, name = min(bottoms, key=lambda edge: edge[0])
        of.cbm_k_point = gaps[name].cbm_k_point
        _stands(lines, suffix, name, "cbm")
    known = [(gap, name) for name, gap in gaps.items() if gap.gap_ev is not None]
    if known:
        _stands(lines, suffix, min(known, key=lambda one: one[0].gap_ev or 0.0)[1], "band_gap")
    _settle_gap(of, [gap for gap, _ in known])


def _stands(lines: dict[str, int], suffix: str, channel: str, *names: str) -> None:
    """Take the lines of a channel for those of all channels: its values are."""
    for name in names:
        if (number := lines.get(f"{channel}_{name}{suffix}")) is not None:
            lines[f"{name}{suffix}"] = number


def _settle_gap(of: Output | States, known: list[Gap]) -> None:
    if of.vbm_ha is not None and of.cbm_ha is not None and of.level_shifter_ha is None:
        of.fundamental_gap_ev = round((of.cbm_ha - of.vbm_ha) * HARTREE_EV, 4)
    if not known:
        return
    smallest = min(known, key=lambda gap: gap.gap_ev or 0.0)
    of.band_gap_ev, of.band_gap_type = smallest.gap_ev, smallest.type
    between = of.fundamental_gap_ev
    if len(known) > 1 and between is not None and 0.0 < between < (smallest.gap_ev or 0.0) - 1e-3:
        same = of.vbm_k_point == of.cbm_k_point
        of.band_gap_ev, of.band_gap_type = between, "direct" if same else "indirect"
