"""What the files of an attempt say: verdict, properties with their places, last geometry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from crystald.crystal.output import Output, read_output
from crystald.crystal.output.properties import properties
from crystald.crystal.output.structure import printed_structure
from crystald.crystal.output.verdict import ERROR_FILE, JOB_LOG, SCF_LOG, explain
from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
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
from crystald.steps.echo import judge_path
from crystald.units import HARTREE_EV

OUTPUT, DECK = "OUTPUT", "INPUT"
FORT25 = "fort.25"
GAP_TOLERANCE_EV = 1e-3


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
        marks=tuple(_marks(output, optimisation=optimisation)),
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


def _marks(output: Output, *, optimisation: bool) -> list[str]:
    """Name what makes a converged result suspicious, as far as its own file tells."""
    marks = []
    if optimisation and output.opt_converged and output.opt_points == 1:
        marks.append("suspect: the optimisation ended at its first point")
    if any("FLAT SURFACE" in text for text in output.warnings):
        marks.append("suspect: the optimisation stopped on a flat surface")
    return marks


def read_bands_step(open_file: OpenFile, leaves: Sequence[LeftFile]) -> StepReading:
    """Read a BAND run of the properties program and its BAND.DAT.

    The path that the program echoes is compared with that of the deck.
    """
    reading = read_properties_step(open_file, leaves, "BAND.DAT", _bands_of)
    deck = open_file(DECK)
    if reading.verdict.kind is not VerdictKind.OK or deck is None:
        return reading
    text = "\n".join(line.rstrip("\n") for line in deck)
    marks = judge_path(text, open_file(OUTPUT) or ())
    return replace(reading, marks=(*reading.marks, *marks))


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
    gap_ev = path_gap_ev(bands)
    found = [
        PropertyValue("bands", len(bands.energies_ha[0][0]), "", file, 1),
        PropertyValue("path_points", len(bands.distances), "", file, 1),
        PropertyValue("segments", max(0, len(bands.ticks) - 1), "", file),
    ]
    if gap_ev is not None:
        found.append(PropertyValue("band_gap_path", round(gap_ev, 6), "eV", file))
    if bands.fermi_ha is not None:
        found.append(PropertyValue("fermi_energy", bands.fermi_ha, "Ha", file))
    return found


def path_gap_ev(bands: Bands) -> float | None:
    """Tell the gap along the path: 0 where a band crosses the zero, None without a zero.

    An insulator's printed zero is the top of its valence bands.
    """
    if bands.zero != "fermi":
        return None
    levels = [e for spin in bands.energies_ha for point in spin for e in point]
    below = [e for e in levels if e <= GAP_TOLERANCE_EV / HARTREE_EV]
    above = [e for e in levels if e > GAP_TOLERANCE_EV / HARTREE_EV]
    if not below or not above or _crosses(bands):
        return 0.0 if _crosses(bands) else None
    return (min(above) - max(below)) * HARTREE_EV


def _crosses(bands: Bands) -> bool:
    """Tell whether a band lies on both sides of the zero by more than the printed digits."""
    margin = GAP_TOLERANCE_EV / HARTREE_EV
    for spin in bands.energies_ha:
        for band in zip(*spin, strict=True):
            if min(band) < -margin and max(band) > margin:
                return True
    return False


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
