"""Bands and densities of states against the run whose wavefunction they were made of."""

from __future__ import annotations

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
    """Check: where both edges lie at the first point of the mesh (Γ) and on the path, they are equal."""
    bands, parent = evidence.bands, evidence.parent
    if bands is None or parent is None or parent.vbm_ha is None or parent.cbm_ha is None:
        return
    if {parent.vbm_k_point, parent.cbm_k_point} != {1} or bands.zero != SHIFTED:
        return  # only the first point of the mesh is known to be Γ
    at = _at_gamma(bands)
    if at is None:
        return
    for what, mesh in (("valence", parent.vbm_ha), ("conduction", parent.cbm_ha)):
        wanted = mesh - parent.vbm_ha
        nearest = min(at, key=lambda energy, level=wanted: abs(energy - level))  # type: ignore[misc]
        if abs(nearest - wanted) > EDGE_HA:
            yield Remark(
                f"the edge of the {what} bands at Γ is {wanted:.5f} Ha from the top in the SCF, "
                f"{nearest:.5f} on the path"
            )


def _at_gamma(bands: Bands) -> list[float] | None:
    """Give the energies at Γ, where a tick of the path names it."""
    names = ("(0,0,0)", "Γ", "G", "GAMMA")
    for place, name in bands.ticks:
        if name.split("/")[0].strip().upper() in names:
            point = min(range(len(bands.distances)), key=lambda i: abs(bands.distances[i] - place))
            return [energy for spin in bands.energies_ha for energy in spin[point]]
    return None


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
