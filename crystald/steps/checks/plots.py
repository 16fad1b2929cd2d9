"""Bands and densities of states against the run whose wavefunction they were made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crystald.crystal.plotdata.edges import edges_of, edges_of_both
from crystald.crystal.plotdata.values import SHIFTED, Bands, Dos
from crystald.steps.checks.remark import Evidence, Remark, fact, fact_line

if TYPE_CHECKING:
    from crystald.crystal.output.blocks.analysis import Projection
    from crystald.crystal.output.values import Output

EDGE_HA: Final = 1e-4
"""Edges that a path and a mesh both hold agree to this."""

ELECTRONS_SHARE: Final = 0.01
PARTS_SHARE: Final = 0.01

Fractions = tuple[float, float, float]

_NODE = re.compile(r"\((-?\d+),(-?\d+),(-?\d+)\)/([1-9]\d*)")

PRINTED: Final = 6e-3
"""The program prints two decimals."""


def edges(evidence: Evidence) -> Iterator[Remark]:
    """Check: a path has the Fermi energy of its parent, and does not conduct where that insulates.

    The top of an insulator's valence bands is the zero of its path: a state above it means that
    the mesh has missed the top.
    """
    bands, parent = evidence.bands, evidence.parent
    if bands is None or parent is None:
        return
    zero = parent.vbm_ha if parent.vbm_ha is not None else parent.fermi_ha
    if zero is not None and bands.fermi_ha is not None and abs(zero - bands.fermi_ha) > EDGE_HA:
        yield Remark(f"Fermi energy {zero:.5f} Ha before, {bands.fermi_ha:.5f} of the bands")
    found = edges_of_both(edges_of(bands))
    if found is not None and found.conducting and parent.conducting is False:
        yield Remark("an insulator before, bands that cross the Fermi energy now")


def same_point(evidence: Evidence) -> Iterator[Remark]:
    """Check: where an edge of the SCF lies at an end of a line of the path, its energy is there."""
    bands, parent = evidence.bands, evidence.parent
    if bands is None or parent is None or bands.zero != SHIFTED or bands.fermi_ha is None:
        return
    rows = (
        ("valence", parent.vbm_ha, parent.vbm_k_point),
        ("conduction", parent.cbm_ha, parent.cbm_k_point),
    )
    for what, energy_ha, number in rows:
        there = _energies_at(evidence, bands, _place(parent, number))
        if energy_ha is None or not there:
            continue
        wanted = energy_ha - bands.fermi_ha
        nearest = min((abs(energy - wanted), energy) for energy in there)
        if nearest[0] > EDGE_HA:
            yield Remark(
                f"the edge of the {what} bands lies at {wanted:.5f} Ha in the SCF, the nearest "
                f"band of the path at that k point at {nearest[1]:.5f}"
            )


def _place(parent: Output, number: int | None) -> Fractions | None:
    """Give a k point of the SCF in fractions of the reciprocal vectors."""
    points = fact(parent, "k_point_list") or ()
    if number is None or not 1 <= number <= len(points):
        return None
    unit = fact(parent, "k_point_unit")
    units = (unit,) * 3 if unit else parent.shrink
    if units is None or not all(units):
        return None
    i, j, k = (index / one for index, one in zip(points[number - 1].indices, units, strict=True))
    return i, j, k


def _energies_at(evidence: Evidence, bands: Bands, place: Fractions | None) -> list[float]:
    """Give the energies of the path at a k point that ends one of its lines; empty elsewhere."""
    if place is None:
        return []
    for distance, node in _nodes(evidence, bands):
        if _same(place, node) or _same(place, (-node[0], -node[1], -node[2])):
            distances = bands.distances
            point = min(range(len(distances)), key=lambda i: abs(distances[i] - distance))
            return [energy for spin in bands.energies_ha for energy in spin[point]]
    return []


def _nodes(evidence: Evidence, bands: Bands) -> Iterator[tuple[float, Fractions]]:
    """Give the ends of the lines that are known: by their names ``(2,0,2)/4``, or by the deck."""
    for distance, name in bands.ticks:
        if found := _NODE.fullmatch(name.strip()):
            i, j, k = (int(found[place]) / int(found[4]) for place in (1, 2, 3))
            yield distance, (i, j, k)
    deck = evidence.band_deck
    if deck is None or len(bands.ticks) != len(deck.segments) + 1:
        return  # the path jumps: which tick is which end is not told
    ends = [deck.segments[0].start, *(segment.end for segment in deck.segments)]
    for (distance, _), end in zip(bands.ticks, ends, strict=True):
        yield distance, (end[0] / deck.iss, end[1] / deck.iss, end[2] / deck.iss)


def _same(one: Fractions, other: Fractions) -> bool:
    """Tell whether two k points differ by reciprocal vectors only."""
    return all(abs(d - round(d)) < 1e-6 for d in (a - b for a, b in zip(one, other, strict=True)))


def electrons(evidence: Evidence) -> Iterator[Remark]:
    """Check: the total density up to the Fermi energy holds the electrons of its window."""
    dos, parent = evidence.dos, evidence.parent
    first = fact(evidence.output, "dos_first_band")
    if dos is None or parent is None or parent.n_electrons is None or not first:
        return
    if dos.zero != SHIFTED or not _begins_empty(dos):
        return  # the window cuts a band: how many electrons it holds is not known
    below = 2 * (first - 1)
    wanted, found = parent.n_electrons - below, integral(dos, _middle_of_gap(parent))
    if wanted > 0 and abs(found - wanted) > ELECTRONS_SHARE * wanted:
        text = f"the density of states below the Fermi energy holds {found:.3f} of {wanted:g} electrons"
        yield Remark(text, fact_line(evidence.output, "dos_first_band"))


def _begins_empty(dos: Dos) -> bool:
    """Tell whether nothing lies at the low end of the window, so that it cuts no band."""
    return all(max(map(abs, spin[-1][:4])) <= 1e-3 * max(spin[-1]) for spin in dos.densities)


def _middle_of_gap(parent: Output) -> float:
    """Give where to stop: in the gap of an insulator, since expansions run out over its edge."""
    if parent.conducting is not False or parent.vbm_ha is None or parent.cbm_ha is None:
        return 0.0
    return max(0.0, (parent.cbm_ha - parent.vbm_ha) / 2)


def integral(dos: Dos, limit_ha: float = 0.0) -> float:
    """Integrate the total density, of both spins, from the lowest energy to a limit."""
    total = 0.0
    for spin in dos.densities:
        points = zip(dos.energies_ha, spin[-1], strict=True)
        for (start, left), (end, right) in pairwise(points):
            if start < limit_ha:
                share = min(1.0, (limit_ha - start) / (end - start))
                total += (left + (right - left) * share / 2) * (end - start) * share
    return total


def projections(evidence: Evidence) -> Iterator[Remark]:
    """Check: projections on every orbital, each once, add up to the total."""
    dos, parts = evidence.dos, fact(evidence.output, "dos_projections")
    if dos is None or not parts or not _is_partition(parts, evidence):
        return
    if len(parts) != len(dos.densities[0]) - 1:
        return
    for spin in dos.densities:
        total, found = sum(spin[-1]), sum(sum(part) for part in spin[:-1])
        if total > 0 and abs(found / total - 1) > PARTS_SHARE:
            text = f"the projections hold {found / total:.3f} of the total density"
            yield Remark(text, fact_line(evidence.output, "dos_projections"))
            return


def _is_partition(parts: Sequence[Projection], evidence: Evidence) -> bool:
    """Tell whether every orbital of the cell stands in exactly one projection."""
    n_ao = evidence.output.n_ao or (evidence.parent.n_ao if evidence.parent else None)
    orbitals = sorted(orbital for part in parts for orbital in part.orbitals)
    return n_ao is not None and orbitals == list(range(1, n_ao + 1))


def path(evidence: Evidence) -> Iterator[Remark]:
    """Check: the lines that the program repeats are those of the deck, to its two decimals."""
    deck, echo = evidence.band_deck, fact(evidence.output, "path_lines")
    if deck is None or not echo:
        return
    line = fact_line(evidence.output, "path_lines")
    planned = [(*segment.start, *segment.end) for segment in deck.segments]
    run = [(*one.begin, *one.end) for one in echo]
    if len(planned) != len(run):
        yield Remark(f"{len(planned)} lines were planned, {len(run)} are printed", line)
        return
    for number, (wish, found) in enumerate(zip(planned, run, strict=True), 1):
        if any(abs(w / deck.iss - f) > PRINTED for w, f in zip(wish, found, strict=True)):
            names = "-".join(deck.segments[number - 1].names)
            said = " ".join(f"{value:.2f}" for value in found)
            yield Remark(f"line {number} of the path ({names}) was run elsewhere: {said}", line)
            return
