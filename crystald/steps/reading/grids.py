"""What CHARGE+POTENTIAL left: extremes of its grids, and the work function of a slab."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crystald.crystal.plotdata.columns import read_potential_profile
from crystald.crystal.plotdata.cube import read_cube
from crystald.models import LeftFile, PropertyValue, StepReading
from crystald.steps.base import OpenFile
from crystald.steps.reading.left import Left
from crystald.steps.reading.step import in_file, read_properties_step
from crystald.steps.reading.workfunction import WorkFunction, work_function

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

CUBES: Final = {
    "density": ("DENS_CUBE.DAT", "e/bohr^3"),
    "spin_density": ("SPIN_CUBE.DAT", "e/bohr^3"),
    "potential": ("POT_CUBE.DAT", "Ha/e"),
}
"""What a cube holds -> its file and its unit."""

PROFILE: Final = "POTC.DAT"


def read_grids_step(open_file: OpenFile, leaves: Sequence[LeftFile]) -> StepReading:
    """Read a CHARGE+POTENTIAL run of the properties program, its cubes and its profile."""
    marks: list[str] = []

    def values_of(left: Left) -> list[PropertyValue]:
        found = _extremes("density", left(CUBES["density"][0]) or ())
        for name in ("spin_density", "potential"):
            with in_file(CUBES[name][0]):
                cube = left(CUBES[name][0])
                found += _extremes(name, cube) if cube is not None else []
        with in_file(PROFILE):
            profile = left(PROFILE)
            if profile is not None:
                more, told = _surface(profile, left.output())
                marks.extend(told)
                found += more
        return found

    reading = read_properties_step(open_file, leaves, CUBES["density"][0], values_of)
    return replace(reading, marks=(*reading.marks, *marks))


def _extremes(name: str, lines: Iterable[str]) -> list[PropertyValue]:
    """Give grid and extremes of a cube."""
    file, unit = CUBES[name]
    cube = read_cube(lines)
    return [
        PropertyValue(f"{name}_grid", "x".join(map(str, cube.shape)), "", file, 4),
        PropertyValue(f"{name}_min", min(cube.values), unit, file),
        PropertyValue(f"{name}_max", max(cube.values), unit, file),
    ]


def _surface(lines: Iterable[str], output: Output) -> tuple[list[PropertyValue], tuple[str, ...]]:
    """Give the work function of each side, and one where they agree."""
    profile = read_potential_profile(lines)
    insulating = output.conducting is not True and output.vbm_ha is not None
    zero_ha = output.vbm_ha if insulating else output.fermi_ha
    found = None if zero_ha is None else work_function(profile.potentials_ha, zero_ha)
    if found is None:
        return [], ()
    zero = "valence band maximum" if insulating else "Fermi energy"
    return _sides(found, zero), found.marks()


def _sides(found: WorkFunction, zero: str) -> list[PropertyValue]:
    values = {
        "vacuum_level_bottom": found.bottom.level_ev,
        "vacuum_level_top": found.top.level_ev,
        "work_function_bottom": found.of(found.bottom),
        "work_function_top": found.of(found.top),
        "work_function": found.single_ev,
    }
    rows = [
        PropertyValue(name, round(value, 6), "eV", PROFILE)
        for name, value in values.items()
        if value is not None
    ]
    return [*rows, PropertyValue("work_function_zero", zero, "", PROFILE)]
