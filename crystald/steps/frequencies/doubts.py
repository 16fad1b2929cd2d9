"""What makes frequencies doubtful: they are those of a stationary point, or of none."""

from __future__ import annotations

from typing import Any, Final

from crystald.crystal.deck.next.echoed import GRIDS
from crystald.crystal.deck.text.settings import optimisation_of, scf_of
from crystald.crystal.deck.text.values import hamiltonian_of
from crystald.crystal.output.values import Output
from crystald.steps.geometry import Start
from crystald.steps.people.carry import PeoplesDeck

COARSE: Final = ("OLDGRID", "LGRID")
TOLDEG: Final = 0.00003
TOLDEX: Final = 0.00012
TOLDEE: Final = 8
"""What an OPT should have converged to whose point frequencies are computed at."""

DEFAULT_TOLDEG: Final = 0.0003
DEFAULT_TOLDEX: Final = 0.0012
"""What the program takes where OPTGEOM does not say: the thresholds that it prints of RMS values."""


def doubts_of_ours(start: Start, displaced: tuple[int, ...] = ()) -> tuple[str, ...]:
    """Say what makes frequencies after a deck of our own doubtful.

    Parameters
    ----------
    start
        What the FREQ starts from.
    displaced
        The only atoms that it displaces; empty for all.
    """
    assert start.parent is not None  # noqa: S101 - asked by the caller
    point, scf = start.parent.optimisation, start.parent.scf
    return (
        *_not_stationary(start.output),
        *_atoms_stayed(start.output, point.kind if point else None),
        *_left_out(point.fragment if point else (), displaced),
        *_doubts(
            smeared=scf.smear_ha is not None,
            grid=start.parent.hamiltonian.grid,
            toldee=scf.toldee,
            toldeg=point.toldeg if point else None,
            toldex=point.toldex if point else None,
        ),
    )


def doubts_of_peoples(start: PeoplesDeck, displaced: tuple[int, ...] = ()) -> tuple[str, ...]:
    """Say what makes frequencies after a deck of anybody's doubtful; its defaults count too."""
    own, point = scf_of(start.deck), optimisation_of(start.deck)
    optimised = point is not None or start.output.opt_points is not None
    toldeg, toldex = (point.toldeg, point.toldex) if point else (None, None)
    return (
        *_not_stationary(start.output),
        *_atoms_stayed(start.output, point.kind if point else None),
        *_left_out((point.fragment if point else None) or (), displaced),
        *_doubts(
            smeared=own.smear_ha is not None,
            grid=hamiltonian_of(start.deck).grid or _printed_grid(start.output),
            toldee=(own.toldee or _told(start.output, "toldee")) if optimised else None,
            toldeg=toldeg or (DEFAULT_TOLDEG if optimised else None),
            toldex=toldex or (DEFAULT_TOLDEX if optimised else None),
        ),
    )


def _not_stationary(output: Output | None) -> tuple[str, ...]:
    """Tell that nothing says that the geometry is a stationary point."""
    if output is None:
        return ()
    if output.opt_points is None and output.opt_converged is None:
        told = "the run optimised nothing: unless its geometry is stationary at this very level"
        return (f"{told}, its frequencies mean nothing; run an OPT at this level first",)
    if not output.opt_converged:
        told = "the optimisation did not converge: its last point is not stationary"
        return (f"{told}, and imaginary frequencies mean nothing; end the OPT first",)
    if any("FLAT SURFACE" in warning for warning in output.warnings):
        told = "the optimisation stopped on a flat surface: its last point may not be stationary"
        return (f"{told}; a tighter OPT tells",)
    return ()


def _atoms_stayed(output: Output | None, moved: str | None) -> tuple[str, ...]:
    """Tell that an optimisation of the cell alone leaves forces on atoms that symmetry frees."""
    if moved != "CELLONLY" or output is None:
        return ()
    if output.n_atoms == 1 or _told(output, "internal_degrees_of_freedom") == 0:
        return ()
    told = "CELLONLY moved no atom: forces on those that symmetry leaves free may remain"
    return (f"{told}, and imaginary frequencies mean nothing then; run FULLOPTG or ATOMONLY first",)


def _left_out(moved: tuple[int, ...], displaced: tuple[int, ...]) -> tuple[str, ...]:
    """Tell of atoms that a FREQ displaces and its OPT did not move."""
    if not moved or (displaced and set(displaced) <= set(moved)):
        return ()
    atoms = " ".join(map(str, moved))
    told = f"the OPT moved atoms {atoms} alone (FRAGMENT): the others are not at rest, and modes"
    return (f"{told} of theirs mean nothing; set fragment to atoms that moved",)


def _told(output: Output, name: str) -> Any:
    return output.facts.value(name)


def _printed_grid(output: Output) -> str | None:
    """Name the grid that a program took by itself: another one in each version."""
    points = (_told(output, "grid_radial_points"), _told(output, "grid_angular_points"))
    return GRIDS.get(points)


def _doubts(
    *,
    smeared: bool,
    grid: str | None,
    toldee: int | None,
    toldeg: float | None,
    toldex: float | None,
) -> tuple[str, ...]:
    """Say what makes frequencies of an OPT doubtful."""
    notes = []
    if smeared:
        notes.append(
            "frequencies with smearing are derivatives of the free energy of the electrons"
        )
    if grid in COARSE:
        notes.append(f"{grid} is coarse for frequencies: XLGRID or better")
    if (toldee or TOLDEE) < TOLDEE:
        notes.append(f"the OPT had TOLDEE {toldee} only: a point for frequencies wants {TOLDEE}")
    if (toldeg or 0) > TOLDEG or (toldex or 0) > TOLDEX:
        told = " and ".join(
            f"{word} {value:g}" for word, value in (("TOLDEG", toldeg), ("TOLDEX", toldex)) if value
        )
        notes.append(
            f"the OPT converged to {told} only: frequencies want {TOLDEG:g} and {TOLDEX:g}"
        )
    return tuple(notes)
