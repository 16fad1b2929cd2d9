"""Band edges along a path: where the highest occupied and the lowest empty states lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crystald.crystal.plotdata.values import Bands
from crystald.crystal.plotdata.zero import bands_from_fermi
from crystald.units import HARTREE_EV

TOLERANCE_HA = 1e-3 / HARTREE_EV
"""States nearer than this to the zero lie on it: files have five digits."""


@dataclass(frozen=True)
class Edge:
    """A band edge on the path.

    Attributes
    ----------
    energy_ha
        Relative to the Fermi energy.
    band, point
        Numbers of the band and of the k point, from 1; the first point of equals.
    distance
        Of that point along the path, 1/bohr.
    name
        The tick at that place, empty between ticks.
    """

    energy_ha: float
    band: int
    point: int
    distance: float
    name: str


@dataclass(frozen=True)
class Edges:
    """The edges of one spin, or of both together.

    Attributes
    ----------
    conducting
        Whether a band lies on both sides of the zero, or empty states begin below occupied ones.
    vbm, cbm
        None where the file holds no such band.
    gap_ev
        0.0 of a conductor; None where an edge is unknown.
    direct
        Whether both edges are met at one k point; None without a gap.
    """

    conducting: bool
    vbm: Edge | None
    cbm: Edge | None
    gap_ev: float | None
    direct: bool | None


def edges_of(bands: Bands) -> tuple[Edges, ...]:
    """Find the edges of each spin; nothing without a zero."""
    shifted = bands_from_fermi(bands)
    if shifted is None:
        return ()
    return tuple(_of_spin(shifted, spin) for spin in shifted.energies_ha)


def edges_of_both(spins: Sequence[Edges]) -> Edges | None:
    """Find the fundamental edges: the highest occupied and lowest empty states of any spin."""
    if not spins:
        return None
    tops = [one.vbm for one in spins if one.vbm is not None]
    bottoms = [one.cbm for one in spins if one.cbm is not None]
    return _edges(
        max(tops, key=lambda edge: edge.energy_ha, default=None),
        min(bottoms, key=lambda edge: edge.energy_ha, default=None),
        crossing=any(one.conducting for one in spins),
        direct=spins[0].direct if len(spins) == 1 else None,
    )


def _of_spin(bands: Bands, spin: Sequence[Sequence[float]]) -> Edges:
    vbm, cbm, crossing = None, None, False
    for number, band in enumerate(zip(*spin, strict=True), 1):
        low, high = min(band), max(band)
        if high <= TOLERANCE_HA:
            if vbm is None or high >= vbm.energy_ha:  # of equals the last band
                vbm = _edge(bands, band, number, high)
        elif low < -TOLERANCE_HA:
            crossing = True
        elif cbm is None or low < cbm.energy_ha:
            cbm = _edge(bands, band, number, low)
    direct = None
    if vbm is not None and cbm is not None:
        top, bottom = ([point[edge.band - 1] for point in spin] for edge in (vbm, cbm))
        direct = any(
            vbm.energy_ha - one <= TOLERANCE_HA and other - cbm.energy_ha <= TOLERANCE_HA
            for one, other in zip(top, bottom, strict=True)
        )
    return _edges(vbm, cbm, crossing=crossing, direct=direct)


def _edges(vbm: Edge | None, cbm: Edge | None, *, crossing: bool, direct: bool | None) -> Edges:
    gap = None if vbm is None or cbm is None else (cbm.energy_ha - vbm.energy_ha) * HARTREE_EV
    if crossing or (gap is not None and gap <= TOLERANCE_HA * HARTREE_EV):
        return Edges(conducting=True, vbm=vbm, cbm=cbm, gap_ev=0.0, direct=None)
    if vbm is None or cbm is None:
        return Edges(conducting=False, vbm=vbm, cbm=cbm, gap_ev=None, direct=None)
    same = vbm.point == cbm.point if direct is None else direct
    return Edges(conducting=False, vbm=vbm, cbm=cbm, gap_ev=gap, direct=same)


def _edge(bands: Bands, band: Sequence[float], number: int, energy: float) -> Edge:
    point = band.index(energy)
    distance = bands.distances[point]
    near = [name for place, name in bands.ticks if abs(place - distance) < 1e-3]
    return Edge(energy, number, point + 1, distance, near[0] if near else "")
