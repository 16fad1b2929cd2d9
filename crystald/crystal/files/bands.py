"""Facts of BAND.DAT, DOSS.DAT and fort.25."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from crystald.crystal.files.described import Described
from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
from crystald.crystal.plotdata.edges import Edges, edges_of, edges_of_both
from crystald.crystal.plotdata.fort25 import read_fort25, read_phonon_fort25
from crystald.crystal.plotdata.fort25.maps import PlaneMap
from crystald.crystal.plotdata.values import Bands, Dos, PhononDos
from crystald.errors import ParseError


def describe_band_dat(lines: Iterable[str]) -> Described:
    """Describe BAND.DAT."""
    bands = read_band_dat(lines)
    return Described(band_facts(bands), _known(bands))


def describe_doss_dat(lines: Iterable[str]) -> Described:
    """Describe DOSS.DAT."""
    dos = read_doss_dat(lines)
    return Described(dos_facts(dos), _known(dos))


def describe_fort25(lines: Iterable[str]) -> Described:
    """Describe fort.25: bands, densities of states, maps, phonons.

    Raises
    ------
    ParseError
        No record of any of them is whole.
    """
    text = list(lines)
    found, phonons = read_fort25(text), read_phonon_fort25(text)
    density = phonons.dos if found.dos is None else None
    data: dict[str, object] = {
        "bands": band_facts(found.bands) if found.bands else None,
        "dos": dos_facts(found.dos) if found.dos else None,
        "phonon_dos": _phonon_facts(density) if density else None,
        "maps": [_map_facts(one) for one in found.maps],
    }
    if not any(data.values()):
        raise ParseError("no record of bands, densities or maps is whole")
    one = found.bands or found.dos
    return Described(data, _known(one) if one else {})


def _known(found: Bands | Dos) -> dict[str, object]:
    spins = len(found.energies_ha if isinstance(found, Bands) else found.densities)
    return {"fermi_ha": found.fermi_ha, "spin_polarised": spins == 2}


def band_facts(bands: Bands) -> dict[str, object]:
    """Tell counts, range, zero and band edges."""
    levels = [energy for spin in bands.energies_ha for point in spin for energy in point]
    edges = edges_of(bands)
    both = edges_of_both(edges)
    return {
        "spins": len(bands.energies_ha),
        "bands": len(bands.energies_ha[0][0]),
        "k_points": len(bands.distances),
        "path": [name for _, name in bands.ticks],
        "zero": bands.zero,
        "energy_min_ha": min(levels),
        "energy_max_ha": max(levels),
        "edges": _edge_facts(both) if both else None,
        "edges_of_spins": [_edge_facts(one) for one in edges] if len(edges) > 1 else None,
    }


def _edge_facts(edges: Edges) -> dict[str, object]:
    return {
        "conducting": edges.conducting,
        "gap_ev": None if edges.gap_ev is None else round(edges.gap_ev, 6),
        "gap_type": {True: "direct", False: "indirect", None: None}[edges.direct],
        "vbm": asdict(edges.vbm) if edges.vbm else None,
        "cbm": asdict(edges.cbm) if edges.cbm else None,
    }


def dos_facts(dos: Dos) -> dict[str, object]:
    """Tell counts, range and zero."""
    return {
        "spins": len(dos.densities),
        "projections": len(dos.densities[0]),
        "energies": len(dos.energies_ha),
        "zero": dos.zero,
        "energy_min_ha": dos.energies_ha[0],
        "energy_max_ha": dos.energies_ha[-1],
    }


def _phonon_facts(dos: PhononDos) -> dict[str, object]:
    return {
        "projections": len(dos.densities),
        "frequencies": len(dos.frequencies_cm1),
        "frequency_min_cm1": dos.frequencies_cm1[0],
        "frequency_max_cm1": dos.frequencies_cm1[-1],
    }


def _map_facts(one: PlaneMap) -> dict[str, object]:
    values = [value for row in one.values for value in row]
    return {
        "points": [len(one.values[0]), len(one.values)],
        "corners_ang": [list(corner) for corner in one.corners_ang],
        "atoms": len(one.numbers),
        "lowest": min(values),
        "highest": max(values),
    }
