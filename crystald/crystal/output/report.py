"""The object that ``crystalctl read --json`` prints for one file."""

from __future__ import annotations

from dataclasses import asdict

from crystald.crystal.output.numbers import whole
from crystald.crystal.output.values import Gap, Output, PrintedGeometry, States


def report(output: Output, file: str) -> dict[str, object]:
    """Describe an output; absent facts are None, never guessed.

    Parameters
    ----------
    output
        As read.
    file
        Its name as the user gave it.
    """
    return {
        "file": file,
        **_run(output),
        **_energies(output),
        **_states(output),
        **_sizes(output),
        **_geometry(output),
        "frequencies_cm1": list(output.frequencies_cm1) if output.frequencies_cm1 else None,
        "zero_point_ha": output.zero_point_ha,
        "zero_point_atoms": output.zero_point_atoms,
        "warnings": list(output.warnings),
        "elapsed_s": output.elapsed_s,
        "cpu_s": output.cpu_s,
        "title": output.title,
    }


def _run(output: Output) -> dict[str, object]:
    verdict = output.verdict
    return {
        "program": _program(output),
        "version": output.version,
        "kind": output.kind,
        "kinds": list(output.kinds),
        "dimensionality": output.dimensionality,
        "terminated": output.terminated,
        "verdict": str(verdict.kind),
        "fault": verdict.fault,
        "fault_line": verdict.line,
        "fault_line_number": verdict.line_number,
        "fault_file": verdict.file,
        "scf_converged": output.scf_converged,
        "scf_cycles": output.scf_cycles,
        "opt_converged": output.opt_converged,
        "opt_points": output.opt_points,
        "guess_from_previous": output.guess_from_previous if output.program else None,
    }


def _program(output: Output) -> str | None:
    if output.properties_run and output.program != "standin":
        return "properties"
    return output.program


def _energies(output: Output) -> dict[str, object]:
    return {
        "energy_ha": output.energy_ha,
        "energy_kind": output.energy_kind,
        "energy_scf_ha": output.energy_scf_ha,
        "energy_t0_ha": output.energy_t0_ha,
        "smearing_ha": output.smearing_ha,
        "dispersion_ha": output.dispersion_ha,
        "gcp_ha": output.gcp_ha,
    }


def _states(output: Output) -> dict[str, object]:
    first = output.states_first_point
    return {
        **_of_scf(output),
        "band_gap_point": output.band_gap_point,
        "spin_polarised": output.spin_polarised,
        "states_first_point": _of_scf(first) if first else None,
    }


def _of_scf(states: Output | States) -> dict[str, object]:
    return {
        "band_gap_ev": states.band_gap_ev,
        "band_gap_type": states.band_gap_type,
        "fundamental_gap_ev": states.fundamental_gap_ev,
        "conducting": states.conducting,
        "half_metal": _half_metal(states.gaps),
        "fermi_ha": states.fermi_ha,
        "vbm_ha": states.vbm_ha,
        "vbm_k_point": states.vbm_k_point,
        "cbm_ha": states.cbm_ha,
        "cbm_k_point": states.cbm_k_point,
        "level_shifter_ha": states.level_shifter_ha,
        "spins": {name: asdict(gap) for name, gap in states.gaps.items() if name != "both"} or None,
    }


def _half_metal(gaps: dict[str, Gap]) -> bool | None:
    """Tell whether one spin conducts and the other does not; None without both."""
    states = [gap.conducting for gap in gaps.values()]
    return None if len(states) < 2 or None in states else len(set(states)) == 2


def _sizes(output: Output) -> dict[str, object]:
    return {
        "n_atoms": output.n_atoms,
        "n_asymmetric_atoms": output.n_asymmetric_atoms,
        "n_ao": output.n_ao,
        "n_electrons": whole(output.n_electrons),
        "shrink": list(output.shrink) if output.shrink else None,
        "gilat": output.gilat,
        "n_k_points": output.n_k_points,
        "basis_set": output.basis_name,
        "n_bands": output.n_bands,
        "n_path_points": output.n_path_points,
    }


def _geometry(output: Output) -> dict[str, object]:
    last, first = output.geometry, output.initial_geometry
    return {
        "n_symmetry_operators": output.n_symmetry_operators,
        "space_group_symbol": output.space_group_symbol,
        "group_kind": output.group_kind,
        "group_number": output.group_number,
        "point_group_symbol": output.point_group_symbol,
        "cell": _cell(last),
        "crystallographic_cell": _crystallographic(last),
        "initial_cell": _cell(first),
        "density_g_cm3": last.density_g_cm3 if last else None,
        "geometry_line": last.line if last else None,
    }


_NAMES = ("a", "b", "c", "alpha", "beta", "gamma")


def _cell(geometry: PrintedGeometry | None) -> dict[str, float | None] | None:
    if geometry is None or geometry.primitive_parameters is None:
        return None
    cell: dict[str, float | None] = dict(zip(_NAMES, geometry.primitive_parameters, strict=True))
    return cell | {"volume": geometry.volume_ang3}


def _crystallographic(geometry: PrintedGeometry | None) -> dict[str, float | None] | None:
    if geometry is None or geometry.crystallographic_parameters is None:
        return None
    parameters = geometry.crystallographic_parameters
    cell: dict[str, float | None] = dict(zip(_NAMES, parameters, strict=True))
    return cell | {"volume": geometry.crystallographic_volume_ang3}
