"""What the files of an attempt say: verdict, properties with their places, last geometry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from crystald.crystal.output import Output
from crystald.crystal.output.properties import numbers_and_words
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
from crystald.steps.reading.left import DECK, OUTPUT, Left

BAND_DAT, DOSS_DAT, FORT25 = "BAND.DAT", "DOSS.DAT", "fort.25"


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
    left = Left.of(open_file)
    output = left.output()
    verdict = output.verdict
    if verdict.kind is VerdictKind.OK and optimisation and not output.opt_converged:
        verdict = Verdict(VerdictKind.FAULT, "opt-not-converged")
    if verdict.kind is VerdictKind.OK and output.energy_ha is None:
        verdict = Verdict(VerdictKind.FAULT, "no-energy")
    return StepReading(
        verdict=_explained(verdict, left),
        program=_program(output),
        version=output.version,
        properties=tuple(_scf_properties(output)),
        structure=printed_structure(output.geometry),
        missing=_missing(left, leaves),
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
        PropertyValue(name, value, unit, OUTPUT, line)
        for name, value, unit, line in numbers_and_words(output)
    ]


def read_bands_step(open_file: OpenFile, leaves: Sequence[LeftFile]) -> StepReading:
    """Read a BAND run of the properties program and its BAND.DAT."""
    return read_properties_step(open_file, leaves, BAND_DAT, _bands_of)


def read_doss_step(open_file: OpenFile, leaves: Sequence[LeftFile]) -> StepReading:
    """Read a DOSS run of the properties program: DOSS.DAT, and fort.25 where it lacks something.

    Projections that were split over several DOSS stand together in fort.25 only.
    """
    return read_properties_step(open_file, leaves, DOSS_DAT, _dos_of)


def _dos_of(left: Left) -> list[PropertyValue]:
    try:
        dos = left.read(DOSS_DAT, read_doss_dat) or read_doss_dat(())
    except ParseError:
        if (whole := _whole_dos(left)) is None:
            raise
        return _dos_values(whole, len(whole.densities[0]), FORT25)
    whole = _whole_dos(left) if _split(left) else None
    count = len((whole or dos).densities[0])
    return _dos_values(dos, max(count, len(dos.densities[0])), DOSS_DAT)


def _split(left: Left) -> bool:
    """Tell whether projections may be split over several DOSS: as the deck says, if it is there."""
    deck = left(DECK)
    return deck is None or sum(line.strip() == "DOSS" for line in deck) != 1


def _whole_dos(left: Left) -> Dos | None:
    """Read fort.25; None where it is absent or torn, since DOSS.DAT says the same."""
    try:
        return left.read(FORT25, read_whole_dos)
    except ParseError:
        return None


def read_properties_step(
    open_file: OpenFile,
    leaves: Sequence[LeftFile],
    data: str,
    values_of: Callable[[Left], list[PropertyValue]],
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
        Makes properties of what is left; raises ParseError where the file is torn.
    """
    left = Left.of(open_file)
    output = left.output()
    verdict = output.verdict
    properties: list[PropertyValue] = []
    missing = _missing(left, leaves)
    if verdict.kind is not VerdictKind.OK:
        verdict = _explained(verdict, left)
    elif data not in missing:
        try:
            properties = values_of(left)
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
    """Name a further file in what is wrong with it.

    Raises
    ------
    ParseError
        What was done within raised it; it names the file now.
    """
    try:
        yield
    except ParseError as error:
        raise ParseError(f"({file}) {error.message}", error.hint) from error


def _bands_of(left: Left) -> list[PropertyValue]:
    bands = left.read(BAND_DAT, read_band_dat) or read_band_dat(())
    edges = edges_of_both(edges_of(bands))
    found = [
        PropertyValue("bands", len(bands.energies_ha[0][0]), "", BAND_DAT, 1),
        PropertyValue("path_points", len(bands.distances), "", BAND_DAT, 1),
        PropertyValue("segments", max(0, len(bands.ticks) - 1), "", BAND_DAT),
    ]
    if edges is not None:
        found += _edge_rows(edges, bands.fermi_ha)
    if bands.fermi_ha is not None:
        found.append(PropertyValue("fermi_energy", bands.fermi_ha, "Ha", BAND_DAT))
    return found


def _edge_rows(edges: Edges, fermi_ha: float | None) -> list[PropertyValue]:
    """Tell the edges of the path, beside those of the SCF's mesh, which the SP tells."""
    rows = [PropertyValue("conducting_path", edges.conducting, "", BAND_DAT)]
    if edges.gap_ev is not None:
        rows.append(PropertyValue("band_gap_path", round(edges.gap_ev, 6), "eV", BAND_DAT))
    if edges.direct is not None:
        kind = "direct" if edges.direct else "indirect"
        rows.append(PropertyValue("band_gap_path_type", kind, "", BAND_DAT))
    named = (("valence_band_maximum_path", edges.vbm), ("conduction_band_minimum_path", edges.cbm))
    for name, edge in named:
        if edge is not None and fermi_ha is not None:
            rows.append(PropertyValue(name, round(edge.energy_ha + fermi_ha, 6), "Ha", BAND_DAT))
            place = edge.name or f"point {edge.point}"
            rows.append(PropertyValue(f"{name}_at", place, "", BAND_DAT))
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
