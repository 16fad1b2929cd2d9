"""What the files of an attempt say: verdict, properties with their places, last geometry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from crystald.crystal.output import Output, read_output
from crystald.crystal.output.properties import properties
from crystald.crystal.output.structure import printed_structure
from crystald.crystal.output.verdict import ERROR_FILE, JOB_LOG, SCF_LOG, explain
from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
from crystald.crystal.plotdata.edges import Edges, edges_of, edges_of_both
from crystald.crystal.plotdata.fort25 import read_whole_dos
from crystald.crystal.plotdata.values import Bands, Dos
from crystald.errors import ParseError
from crystald.models import (
    LeftFile,
    PropertyValue,
    StepReading,
    Verdict,
    VerdictKind,
)
from crystald.steps.base import OpenFile

OUTPUT, DECK = "OUTPUT", "INPUT"
FORT25 = "fort.25"


def read_scf_step(
    open_file: OpenFile, *, optimisation: bool, leaves: Sequence[LeftFile]
) -> StepReading:
    """Read a run of the crystal program.

    Parameters
    ----------
    open_file
        Gives the files that the attempt left.
    optimisation
        Whether an optimisation was asked for: its end is then needed.
    leaves
        The step's table of files.
    """
    output = read_output(open_file(OUTPUT) or ())
    verdict = output.verdict
    if verdict.kind is VerdictKind.OK and optimisation and not output.opt_converged:
        verdict = Verdict(VerdictKind.FAULT, "opt-not-converged")
    if verdict.kind is VerdictKind.OK and output.energy_ha is None:
        verdict = Verdict(VerdictKind.FAULT, "no-energy")
    return StepReading(
        verdict=_explained(verdict, open_file),
        program=_program(output),
        version=output.version,
        properties=tuple(_scf_properties(output)),
        structure=printed_structure(output.geometry),
        missing=_missing(open_file, leaves),
    )


def _program(output: Output) -> str:
    if output.program == "standin":
        return "standin"
    return "properties" if output.properties_run else "crystal"


def _explained(verdict: Verdict, open_file: OpenFile) -> Verdict:
    """Ask the other files of the attempt why an output stops."""
    if verdict.kind is VerdictKind.OK:
        return verdict
    return explain(
        verdict,
        error_file=open_file(ERROR_FILE),
        scf_log=open_file(SCF_LOG),
        job_log=open_file(JOB_LOG),
    )


def _missing(open_file: OpenFile, leaves: Sequence[LeftFile]) -> tuple[str, ...]:
    return tuple(
        left.name for left in leaves if left.needed and not _has_content(open_file(left.name))
    )


def _has_content(lines: Iterable[str] | None) -> bool:
    return lines is not None and any(True for _ in lines)


def _scf_properties(output: Output) -> list[PropertyValue]:
    """List the numbers and words; tables stay in the file, where ``crystalctl read`` finds them."""
    return [
        PropertyValue(one.name, one.value, one.unit, OUTPUT, one.line)
        for one in properties(output)
        if isinstance(one.value, float | int | str)
    ]


def read_bands_step(open_file: OpenFile, leaves: Sequence[LeftFile]) -> StepReading:
    """Read a BAND run of the properties program and its BAND.DAT."""
    return read_properties_step(open_file, leaves, "BAND.DAT", _bands_of)


def read_doss_step(open_file: OpenFile, leaves: Sequence[LeftFile]) -> StepReading:
    """Read a DOSS run of the properties program: DOSS.DAT, and fort.25 for what it lacks.

    Projections that were split over several DOSS stand together in fort.25 only.
    """

    def values_of(lines: Iterable[str], file: str) -> list[PropertyValue]:
        whole = _whole_dos(open_file)
        try:
            dos = read_doss_dat(lines)
        except ParseError:
            if whole is None:
                raise
            return _dos_values(whole, len(whole.densities[0]), FORT25)
        count = len((whole or dos).densities[0])
        return _dos_values(dos, max(count, len(dos.densities[0])), file)

    return read_properties_step(open_file, leaves, "DOSS.DAT", values_of)


def _whole_dos(open_file: OpenFile) -> Dos | None:
    """Read fort.25; None where it is absent or torn, since DOSS.DAT says the same."""
    try:
        return read_whole_dos(open_file(FORT25) or ())
    except ParseError:
        return None


def read_properties_step(
    open_file: OpenFile,
    leaves: Sequence[LeftFile],
    data: str,
    values_of: Callable[[Iterable[str], str], list[PropertyValue]],
) -> StepReading:
    """Read a run of the properties program, and what it wrote into a file.

    Parameters
    ----------
    open_file
        Gives the files that the attempt left.
    leaves
        The step's table of files.
    data
        The file; the output is judged first.
    values_of
        Makes properties of its lines and its name; raises ParseError where it is torn.
    """
    output = read_output(open_file(OUTPUT) or ())
    verdict = output.verdict
    properties: list[PropertyValue] = []
    missing = _missing(open_file, leaves)
    if verdict.kind is not VerdictKind.OK:
        verdict = _explained(verdict, open_file)
    elif data not in missing:
        try:
            properties = values_of(open_file(data) or (), data)
        except ParseError as error:
            verdict = Verdict(VerdictKind.FAULT, "torn-data", f"{data}: {error.message}")
    return StepReading(
        verdict=verdict,
        program=_program(output),
        version=output.version,
        properties=tuple(properties),
        missing=missing,
    )


@contextmanager
def in_file(file: str) -> Iterator[None]:
    """Name a further file in what is wrong with it."""
    try:
        yield
    except ParseError as error:
        raise ParseError(f"({file}) {error.message}", error.hint) from error


def _bands_of(lines: Iterable[str], file: str) -> list[PropertyValue]:
    bands = read_band_dat(lines)
    edges = edges_of_both(edges_of(bands))
    found = [
        PropertyValue("bands", len(bands.energies_ha[0][0]), "", file, 1),
        PropertyValue("path_points", len(bands.distances), "", file, 1),
        PropertyValue("segments", max(0, len(bands.ticks) - 1), "", file),
    ]
    if edges is not None:
        found += _edge_rows(edges, bands.fermi_ha, file)
    if bands.fermi_ha is not None:
        found.append(PropertyValue("fermi_energy", bands.fermi_ha, "Ha", file))
    return found


def _edge_rows(edges: Edges, fermi_ha: float | None, file: str) -> list[PropertyValue]:
    """Tell the edges of the path, beside those of the SCF's mesh, which the SP tells."""
    rows = [PropertyValue("conducting_path", edges.conducting, "", file)]
    if edges.gap_ev is not None:
        rows.append(PropertyValue("band_gap_path", round(edges.gap_ev, 6), "eV", file))
    if edges.direct is not None:
        kind = "direct" if edges.direct else "indirect"
        rows.append(PropertyValue("band_gap_path_type", kind, "", file))
    named = (("valence_band_maximum_path", edges.vbm), ("conduction_band_minimum_path", edges.cbm))
    for name, edge in named:
        if edge is not None and fermi_ha is not None:
            rows.append(PropertyValue(name, round(edge.energy_ha + fermi_ha, 6), "Ha", file))
            place = edge.name or f"point {edge.point}"
            rows.append(PropertyValue(f"{name}_at", place, "", file))
    return rows


def path_gap_ev(bands: Bands) -> float | None:
    """Tell the gap along the path: 0 where a band crosses the zero, None without a zero.

    An insulator's printed zero is the top of its valence bands.
    """
    found = edges_of_both(edges_of(bands))
    return None if found is None else found.gap_ev


def _dos_values(dos: Dos, projections: int, file: str) -> list[PropertyValue]:
    found = [
        PropertyValue("energies", len(dos.energies_ha), "", file, 1),
        PropertyValue("projections", projections, "", file, 1),
        PropertyValue("energy_min", dos.energies_ha[0], "Ha", file),
        PropertyValue("energy_max", dos.energies_ha[-1], "Ha", file),
    ]
    if dos.fermi_ha is not None:
        found.append(PropertyValue("fermi_energy", dos.fermi_ha, "Ha", file))
    return found
