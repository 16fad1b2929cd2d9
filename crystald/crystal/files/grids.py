"""Facts of tables of BOLTZTRA, cubes, Fermi surfaces, spectra and profiles."""

from __future__ import annotations

from collections.abc import Iterable

from crystald.crystal.files.described import Described
from crystald.crystal.plotdata.columns import (
    Spectrum,
    read_infrared,
    read_potential_profile,
    read_raman,
)
from crystald.crystal.plotdata.cube import read_cube
from crystald.crystal.plotdata.fort35 import read_fort35
from crystald.crystal.plotdata.transport import Transport, read_transport


def describe_transport(lines: Iterable[str]) -> Described:
    """Describe a table of BOLTZTRA."""
    parts = read_transport(lines)
    return Described({"parts": [_part_facts(part) for part in parts]})


def _part_facts(part: Transport) -> dict[str, object]:
    axis = part.blocks[0].mu_ev if part.blocks else part.energies_ev
    return {
        "quantity": part.quantity,
        "spin": part.spin,
        "unit": part.unit,
        "components": list(part.components),
        "temperatures_k": [block.temperature_k for block in part.blocks],
        "points": len(axis),
        "energy_min_ev": axis[0],
        "energy_max_ev": axis[-1],
    }


def describe_cube(lines: Iterable[str]) -> Described:
    """Describe a cube file."""
    cube = read_cube(lines)
    data: dict[str, object] = {
        "quantity": cube.quantity,
        "points": list(cube.shape),
        "origin_bohr": list(cube.origin_bohr),
        "steps_bohr": [list(row) for row in cube.steps_bohr],
        "lowest": min(cube.values),
        "highest": max(cube.values),
    }
    return Described(data, {"n_atoms": len(cube.numbers), "title": cube.title})


def describe_fort35(lines: Iterable[str]) -> Described:
    """Describe fort.35."""
    grid = read_fort35(lines)
    numbers = [band.number for band in grid.bands]
    spins = {band.spin for band in grid.bands}
    data: dict[str, object] = {
        "points": list(grid.shape),
        "band_first": min(numbers),
        "band_last": max(numbers),
        "bands": len(grid.bands),
    }
    return Described(data, {"spin_polarised": spins != {""}})


def describe_raman(lines: Iterable[str]) -> Described:
    """Describe RAMSPEC.DAT."""
    return _spectrum(read_raman(lines))


def describe_infrared(lines: Iterable[str]) -> Described:
    """Describe IRSPEC.DAT."""
    return _spectrum(read_infrared(lines))


def _spectrum(spectrum: Spectrum) -> Described:
    return Described(
        {
            "quantity": spectrum.quantity,
            "points": len(spectrum.frequencies_cm1),
            "frequency_min_cm1": spectrum.frequencies_cm1[0],
            "frequency_max_cm1": spectrum.frequencies_cm1[-1],
            "columns": list(spectrum.columns),
        }
    )


def describe_profile(lines: Iterable[str]) -> Described:
    """Describe POTC.DAT."""
    profile = read_potential_profile(lines)
    return Described(
        {
            "points": len(profile.positions),
            "position_min": profile.positions[0],
            "position_max": profile.positions[-1],
            "potential_first_ha": profile.potentials_ha[0],
            "potential_last_ha": profile.potentials_ha[-1],
            "lowest_ha": min(profile.potentials_ha),
            "highest_ha": max(profile.potentials_ha),
        }
    )
