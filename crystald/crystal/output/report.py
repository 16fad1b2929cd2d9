"""The object that ``crystalctl read --json`` prints for one file."""

from __future__ import annotations

from crystald.crystal.output.values import Output, PrintedGeometry


def report(output: Output, file: str) -> dict[str, object]:
    """Describe an output; absent facts are None, never guessed.

    Parameters
    ----------
    output
        As read.
    file
        Its name as the user gave it.
    """
    verdict = output.verdict
    return {
        "file": file,
        "program": _program(output),
        "version": output.version,
        "kind": output.kind,
        "dimensionality": output.dimensionality,
        "terminated": output.terminated,
        "verdict": str(verdict.kind),
        "fault": verdict.fault,
        "fault_line": verdict.line,
        "scf_converged": output.scf_converged,
        "scf_cycles": output.scf_cycles,
        "energy_ha": output.energy_ha,
        "energy_kind": output.energy_kind,
        "energy_scf_ha": output.energy_scf_ha,
        "dispersion_ha": output.dispersion_ha,
        "gcp_ha": output.gcp_ha,
        "opt_converged": output.opt_converged,
        "opt_points": output.opt_points,
        "band_gap_ev": output.band_gap_ev,
        "band_gap_type": output.band_gap_type,
        "conducting": output.conducting,
        "spin_polarised": output.spin_polarised,
        "fermi_ha": output.fermi_ha,
        "vbm_ha": output.vbm_ha,
        "cbm_ha": output.cbm_ha,
        "n_atoms": output.n_atoms,
        "n_ao": output.n_ao,
        "n_electrons": output.n_electrons,
        "n_symmetry_operators": output.n_symmetry_operators,
        "space_group_symbol": output.space_group_symbol,
        "cell": _cell(output.geometry),
        "shrink": list(output.shrink) if output.shrink else None,
        "frequencies_cm1": list(output.frequencies_cm1) if output.frequencies_cm1 else None,
        "zero_point_ha": output.zero_point_ha,
        "warnings": list(output.warnings),
        "elapsed_s": output.elapsed_s,
        "cpu_s": output.cpu_s,
        "title": output.title,
    }


def _program(output: Output) -> str | None:
    if output.program == "crystal" and output.properties_run:
        return "properties"
    return output.program


def _cell(geometry: PrintedGeometry | None) -> dict[str, float | None] | None:
    if geometry is None or geometry.primitive_parameters is None:
        return None
    names = ("a", "b", "c", "alpha", "beta", "gamma")
    cell: dict[str, float | None] = dict(zip(names, geometry.primitive_parameters, strict=True))
    return cell | {"volume": geometry.volume_ang3}
