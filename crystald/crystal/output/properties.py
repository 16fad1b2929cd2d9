"""Every property of an output: name, value, unit and line, from one list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from crystald.crystal.output.blocks import BLOCKS
from crystald.crystal.output.facts import Property, plain
from crystald.crystal.output.numbers import whole
from crystald.crystal.output.values import Output, Parameters, PrintedAtom, PrintedGeometry

T = TypeVar("T")


@dataclass(frozen=True)
class Listed:
    """A property with its value.

    Attributes
    ----------
    value
        Of texts, numbers, lists and mappings.
    line
        Where it was printed; None where it comes from many lines.
    """

    name: str
    value: object
    unit: str
    line: int | None


@dataclass(frozen=True)
class Core(Property):
    """A property that the frame of the reader holds.

    Attributes
    ----------
    of
        Takes its value out of an output.
    where
        Its key in the output's lines.
    """

    of: Callable[[Output], object]
    where: str


def _final(out: Output) -> PrintedGeometry | None:
    return out.geometry


def _initial(out: Output) -> PrintedGeometry | None:
    return None if out.initial_geometry is out.geometry else out.initial_geometry


def _atoms(atoms: tuple[PrintedAtom, ...] | None) -> object:
    return tuple(atoms) if atoms else None


def _core(name: str, unit: str, meaning: str, of: Callable[[Output], object], where: str) -> Core:
    return Core(name, unit, meaning, of, where)


def _of_spin(spin: str, attribute: str) -> Callable[[Output], object]:
    return lambda out: getattr(out.gaps.get(spin), attribute, None)


def _of_first_point(attribute: str) -> Callable[[Output], object]:
    return lambda out: getattr(out.states_first_point, attribute, None)


SCALARS: Final = (
    _core("energy", "Ha", "final energy, of the kind told", lambda o: o.energy_ha, "energy"),
    _core(
        "energy_kind",
        "",
        "what it adds up: SCF, SCF+D3, SCF+D3+GCP",
        lambda o: o.energy_kind,
        "energy",
    ),
    _core("energy_scf", "Ha", "energy of the last SCF", lambda o: o.energy_scf_ha, "energy_scf"),
    _core(
        "energy_t0",
        "Ha",
        "of smeared levels: extrapolated to T = 0",
        lambda o: o.energy_t0_ha,
        "energy_t0",
    ),
    _core("dispersion_energy", "Ha", "D3 energy", lambda o: o.dispersion_ha, "dispersion"),
    _core("gcp_energy", "Ha", "geometrical counterpoise", lambda o: o.gcp_ha, "gcp"),
    _core("scf_cycles", "", "cycles of the last SCF", lambda o: o.scf_cycles, "scf_cycles"),
    _core("opt_points", "", "points of the optimisation", lambda o: o.opt_points, "opt_points"),
    _core(
        "band_gap",
        "eV",
        "gap as printed last; of two spins the smaller",
        lambda o: o.band_gap_ev,
        "band_gap",
    ),
    _core(
        "fundamental_gap",
        "eV",
        "lowest empty minus highest occupied state over both spins",
        lambda o: o.fundamental_gap_ev,
        "cbm",
    ),
    _core(
        "band_gap_point",
        "",
        "point of the optimisation that the states are of, its last",
        lambda o: o.band_gap_point,
        "conducting",
    ),
    _core(
        "valence_band_maximum_k_point",
        "",
        "its k point in the list",
        lambda o: o.vbm_k_point,
        "vbm",
    ),
    _core(
        "conduction_band_minimum_k_point",
        "",
        "its k point in the list",
        lambda o: o.cbm_k_point,
        "cbm",
    ),
    *(
        _core(
            f"{spin}_{name}",
            unit,
            f"{spin} electrons: {meaning}",
            _of_spin(spin, held),
            f"{spin}_{where}",
        )
        for spin in ("alpha", "beta")
        for name, unit, meaning, held, where in (
            ("band_gap", "eV", "gap", "gap_ev", "band_gap"),
            ("conducting", "", "whether they conduct", "conducting", "conducting"),
            ("valence_band_maximum", "Ha", "top of the valence bands", "vbm_ha", "vbm"),
            ("conduction_band_minimum", "Ha", "bottom of the virtual bands", "cbm_ha", "cbm"),
        )
    ),
    _core("band_gap_type", "", "direct or indirect", lambda o: o.band_gap_type, "band_gap"),
    _core("conducting", "", "whether a spin conducts", lambda o: o.conducting, "conducting"),
    _core(
        "fermi_energy",
        "Ha",
        "Fermi energy; of an insulator the valence band maximum",
        lambda o: o.fermi_ha,
        "fermi",
    ),
    _core("valence_band_maximum", "Ha", "top of the valence bands", lambda o: o.vbm_ha, "vbm"),
    _core(
        "conduction_band_minimum", "Ha", "bottom of the virtual bands", lambda o: o.cbm_ha, "cbm"
    ),
    _core(
        "level_shifter",
        "Ha",
        "level shift that is in the band edges told: their distance is larger by it",
        lambda o: o.level_shifter_ha,
        "conducting",
    ),
    *(
        _core(
            f"{name}_first_point",
            unit,
            f"{meaning}, of the first point of an optimisation that went on",
            _of_first_point(held),
            f"{where}_first_point",
        )
        for name, unit, meaning, held, where in (
            ("band_gap", "eV", "gap as printed", "band_gap_ev", "band_gap"),
            ("fundamental_gap", "eV", "gap over both spins", "fundamental_gap_ev", "cbm"),
            ("band_gap_type", "", "direct or indirect", "band_gap_type", "band_gap"),
            ("conducting", "", "whether a spin conducts", "conducting", "conducting"),
            ("fermi_energy", "Ha", "Fermi energy", "fermi_ha", "fermi"),
            ("valence_band_maximum", "Ha", "top of the valence bands", "vbm_ha", "vbm"),
            ("conduction_band_minimum", "Ha", "bottom of the virtual bands", "cbm_ha", "cbm"),
            ("level_shifter", "Ha", "level shift in them", "level_shifter_ha", "conducting"),
        )
    ),
    _core("spin_polarised", "", "unrestricted open shell", lambda o: o.spin_polarised, "spin"),
    _core("atoms", "", "atoms in the primitive cell", lambda o: o.n_atoms, "n_atoms"),
    _core("atomic_orbitals", "", "atomic orbitals in the cell", lambda o: o.n_ao, "ao"),
    _core("electrons", "", "electrons in the cell", lambda o: whole(o.n_electrons), "electrons"),
    _core(
        "space_group_symbol", "", "group as printed", lambda o: o.space_group_symbol, "space_group"
    ),
    _core("group_kind", "", "space, layer, rod or point", lambda o: o.group_kind, "group"),
    _core(
        "group_number",
        "",
        "number of the group, where it is printed",
        lambda o: o.group_number,
        "group",
    ),
    _core("point_group", "", "point group of a molecule", lambda o: o.point_group_symbol, "group"),
    _core(
        "symmetry_operators",
        "",
        "operators",
        lambda o: o.n_symmetry_operators,
        "symmetry_operators",
    ),
    _core("k_points", "", "k points in the irreducible zone", lambda o: o.n_k_points, "k_points"),
    _core("basis_set", "", "built-in basis set loaded", lambda o: o.basis_name, "basis"),
    _core(
        "guess_from_previous",
        "",
        "density of a previous run was used",
        lambda o: o.guess_from_previous or None,
        "guess",
    ),
    _core(
        "elapsed_time", "s", "since the start, as printed last", lambda o: o.elapsed_s, "elapsed"
    ),
    _core("cpu_time", "s", "of the first process", lambda o: o.cpu_s, "elapsed"),
)
"""Numbers and words that the frame of the reader holds; where each stands."""

TABLES: Final = (
    _core("shrink", "", "factors of the Monkhorst-Pack net", lambda o: o.shrink, "shrink"),
    _core("gilat_net", "", "shrinking factor of the Gilat net", lambda o: o.gilat, "gilat"),
    _core(
        "atomic_positions",
        "fractional or Å",
        "last geometry: fractional along periodic directions",
        lambda o: _atoms(o.geometry.atoms if o.geometry else None),
        "atoms",
    ),
    _core(
        "crystallographic_positions",
        "fractional or Å",
        "atoms of the last crystallographic cell",
        lambda o: _atoms(o.geometry.crystallographic_atoms if o.geometry else None),
        "crystallographic_atoms",
    ),
    _core(
        "initial_atomic_positions",
        "fractional or Å",
        "first geometry, where another came after it",
        lambda o: _atoms(g.atoms if (g := _initial(o)) else None),
        "initial_atoms",
    ),
    _core("shells", "", "shells and their orbitals", lambda o: o.shells or None, "shells"),
    _core("warnings", "", "lines of warning", lambda o: o.warnings or None, "warnings"),
)
"""Lists that the frame of the reader holds."""

CELLS: Final = (
    ("cell", "last primitive cell", _final, "primitive_parameters"),
    ("crystallographic_cell", "last crystallographic cell", _final, "crystallographic_parameters"),
    ("initial_cell", "first primitive cell", _initial, "primitive_parameters"),
    (
        "initial_crystallographic_cell",
        "first crystallographic cell",
        _initial,
        "crystallographic_parameters",
    ),
)
"""Prefix, meaning, geometry and its attribute; the initial ones where a later geometry differs."""

VOLUMES: Final = (
    ("volume", "last primitive cell", _final, "volume_ang3"),
    (
        "crystallographic_volume",
        "last crystallographic cell",
        _final,
        "crystallographic_volume_ang3",
    ),
    ("initial_volume", "first primitive cell", _initial, "volume_ang3"),
)

_AXES: Final = (
    ("a", "Å"),
    ("b", "Å"),
    ("c", "Å"),
    ("alpha", "deg"),
    ("beta", "deg"),
    ("gamma", "deg"),
)


def documented() -> list[tuple[str, Property]]:
    """List every property that an output may tell, with its block."""
    found: list[tuple[str, Property]] = [("frame", one) for one in (*SCALARS, *TABLES)]
    for prefix, meaning, _, _ in CELLS:
        for name, unit in _AXES:
            found.append(("cells", Property(f"{prefix}_{name}", unit, f"{meaning}: {name}")))
    found += [("cells", Property(name, "Å^3", meaning)) for name, meaning, _, _ in VOLUMES]
    return found + [(block.name, one) for block in BLOCKS for one in block.properties]


UNITS: Final = {one.name: one.unit for _, one in documented()}


_Told = tuple[str, T, str, int | None]
"""Name, value, unit and line."""


def properties(out: Output) -> list[Listed]:
    """List what an output tells; nothing that it does not."""
    return [Listed(name, plain(value), unit, line) for name, value, unit, line in _told(out)]


def numbers_and_words(out: Output) -> Iterator[_Told[float | int | str]]:
    """List name, value, unit and line of what an output tells in one number or word."""
    for name, value, unit, line in _told(out):
        if isinstance(value, float | int | str):
            yield name, value, unit, line


def _told(out: Output) -> Iterator[_Told[object]]:
    yield from _held(out)
    yield from _cells(out)
    for name, fact in out.facts.items():
        yield name, fact.value, UNITS.get(name, ""), fact.line


def _held(out: Output) -> Iterator[_Told[object]]:
    for one in (*SCALARS, *TABLES):
        if (value := one.of(out)) is not None:
            yield one.name, value, one.unit, out.lines.get(one.where)


def _cells(out: Output) -> Iterator[_Told[object]]:
    for prefix, _, geometry_of, attribute in CELLS:
        geometry = geometry_of(out)
        parameters: Parameters | None = getattr(geometry, attribute, None)
        for (name, unit), value in zip(_AXES, parameters or (), strict=False):
            yield f"{prefix}_{name}", value, unit, _line(geometry, attribute)
    for name, _, geometry_of, attribute in VOLUMES:
        geometry = geometry_of(out)
        if (volume := getattr(geometry, attribute, None)) is not None:
            yield name, volume, "Å^3", _line(geometry, attribute)


def _line(geometry: PrintedGeometry | None, attribute: str) -> int | None:
    if geometry is None:
        return None
    crystallographic = attribute.startswith("crystallographic")
    return geometry.crystallographic_line if crystallographic else geometry.cell_line
