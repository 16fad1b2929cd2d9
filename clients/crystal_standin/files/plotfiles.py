"""fort.25, BAND.DAT and DOSS.DAT in CRYSTAL's formats.

fort.25 is absolute; the DAT files are relative to the Fermi energy and name it in the last line of
each spin's block.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from crystal_standin.fortran import es, ez, rows
from crystal_standin.lattice.groups import Floats


@dataclasses.dataclass(frozen=True, slots=True)
class BandLine:
    """Bands along one line.

    Attributes
    ----------
    ends : ((3 int), (3 int))
        In units of 1/ISS.
    step : float
        Distance between points, 1/bohr.
    distances : (n,) float
        From the start of the path, 1/bohr.
    energies : (n, b) float
        Ha, absolute.
    """

    ends: tuple[tuple[int, ...], tuple[int, ...]]
    step: float
    distances: Floats
    energies: Floats


def _header(kind: int, name: str, sizes: tuple[int, int], step: float, fermi_ha: float) -> str:
    numbers = es(0.0, 12, 5) + es(step, 12, 5) + es(fermi_ha, 12, 5)
    return f"-%-{kind}{name}{sizes[0]:5d}{sizes[1]:5d}{numbers}"


def band25(lines: list[BandLine], kind: int, fermi_ha: float) -> str:
    """Return the BAND records of fort.25 for one spin."""
    low = min(float(line.energies.min()) for line in lines)
    high = max(float(line.energies.max()) for line in lines)
    out: list[str] = []
    for line in lines:
        count, n_bands = line.energies.shape
        out.append(_header(kind, "BAND", (n_bands, count), line.step, fermi_ha))
        out.append(es(low, 12, 5) + es(high, 12, 5))
        out.append("".join(f"{value:5d}" for value in (*line.ends[0], *line.ends[1])))
        out += rows([es(float(value), 12, 5) for value in line.energies.ravel()], 6)
    return "\n".join([*out, ""])


def doss25(energies: Floats, values: Floats, sizes: list[int], kind: int, fermi_ha: float) -> str:
    """Return the DOSS records of fort.25 for one spin; values (e, p), the last the total."""
    step = float(energies[1] - energies[0])
    out: list[str] = []
    for place, size in enumerate(sizes):
        out.append(_header(kind, "DOSS", (1, len(energies)), step, fermi_ha))
        out.append(es(0.0, 12, 5) + es(float(energies[0]), 12, 5))
        out.append(f"{place + 1:5d}{size:5d}" + "    0" * 4)
        out += rows([es(float(value), 12, 5) for value in values[:, place]], 6)
    return "\n".join([*out, ""])


def band_dat(spins: list[list[BandLine]], unit: int, fermi_ha: list[float]) -> str:
    """Return BAND.DAT: one block for each spin, with its Fermi energy in the last line."""
    out: list[str] = []
    for lines, fermi in zip(spins, fermi_ha, strict=True):
        distances = np.concatenate([line.distances for line in lines])
        energies = np.concatenate([line.energies for line in lines]) - fermi
        out += _band_head(lines, unit, len(spins), energies)
        for distance, row in zip(distances, energies, strict=True):
            cells = [ez(float(value), 13, 5) for value in (distance, *row)]
            out.append("".join(cells))
        out.append(f"# EFERMI (HARTREE) {fermi:10.5f}")
    return "\n".join([*out, ""])


def _band_head(lines: list[BandLine], unit: int, n_spins: int, energies: Floats) -> list[str]:
    labels = [_label(lines[0].ends[0], unit)] + [_label(line.ends[1], unit) for line in lines]
    last = np.cumsum([len(line.distances) for line in lines])
    ticks = [float(lines[0].distances[0])] + [float(line.distances[-1]) for line in lines]
    head = [
        f"# NKPT {int(last[-1]):5d} NBND {energies.shape[1]:5d} NSPIN {n_spins:5d}",
        f"# NPANEL {len(lines):5d}",
    ]
    head += [f"# {i:6d}   {label}" for i, label in zip([1, *last], labels, strict=True)]
    head += [
        "@ WITH G0", "@ G0 ON", '@ TITLE "BAND STRUCTURE"', "@ DEFAULT COLOR 1", "@ XAXIS TICK ON",
        "@ XAXIS TICKLABEL ON", "@ XAXIS TICKLABEL CHAR SIZE 0.8", "@ XAXIS TICK TYPE SPEC",
        "@ XAXIS TICKLABEL TYPE SPEC", "@ XAXIS TICK MAJOR GRID ON",
        '@ YAXIS LABEL "E-EFERMI (HARTREE)"', "@ AUTOSCALE ONREAD YAXES", "@ AUTOTICKS",
        f"@ XAXIS TICK SPEC {len(ticks):5d}",
    ]  # fmt: skip
    for place, (tick, label) in enumerate(zip(ticks, labels, strict=True)):
        head.append(f"@ XAXIS TICK {place:5d},{tick:12.5f}")
        head.append(f'@ XAXIS TICKLABEL {place:4d},"{label}"')
    low, high = float(energies.min()), float(energies.max())
    head.append(f"@ WORLD {0.0:12.5f},{low:12.1f},{ticks[-1]:12.5f},{high:12.1f}")
    return [*head, "@ VIEW      0.15000,     0.15000,     1.14418,     0.85000"]


def _label(point: tuple[int, ...], unit: int) -> str:
    return f"({','.join(str(value) for value in point)})/{unit}"


def doss_dat(energies: Floats, spins: list[Floats], fermi_ha: list[float]) -> str:
    """Return DOSS.DAT: one block for each spin; values of the second are negative."""
    out: list[str] = []
    for values, fermi in zip(spins, fermi_ha, strict=True):
        out += [
            f"# NEPTS{len(energies):6d} NPROJ{values.shape[1]:6d} NSPIN{len(spins):6d}",
            "#",
            '@ XAXIS LABEL "E-EFERMI (HARTREE)"',
            '@ YAXIS LABEL "DENSITY OF STATES (STATES/HARTREE/CELL)"',
        ]
        for energy_ha, row in zip(energies - fermi, values, strict=True):
            out.append("".join(es(float(value), 12, 4) for value in (energy_ha, *row)))
        out.append(f"# EFERMI (HARTREE) {fermi:10.5f}")
    return "\n".join([*out, ""])
