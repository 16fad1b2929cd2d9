"""CHARGE+POTENTIAL: densities and potential on a grid; the work function of a slab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.grids import Extent, GridDeck, Profile, print_grids
from crystald.errors import DeckError
from crystald.models import LeftFile, StepReading
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.checking import check_settings
from crystald.steps.files import CHARGE_POTENTIAL_LEAVES
from crystald.steps.newk import finer_mesh
from crystald.steps.wavefunction import (
    NEEDS,
    parent_output,
    printed_geometry,
    with_wavefunction,
)
from crystald.units import CRYSTAL_BOHR_ANG

if TYPE_CHECKING:
    from crystald.crystal.output.values import PrintedGeometry

_Points = Annotated[int, Meta(ge=10, le=500, description="a whole number from 10 to 500")]
_Tolerance = Annotated[int, Meta(ge=1, le=20, description="a whole number from 1 to 20")]
_Extent = Annotated[Literal["auto", "scale", "range"], Meta(description="auto, scale, range")]
_Scale = Annotated[float, Meta(ge=1, le=20, description="a number from 1 to 20")]
_Margin = Annotated[float, Meta(gt=0, le=100, description="a length in Å from 0 to 100")]
_Profile = Annotated[Literal["auto"] | bool, Meta(description="auto (for slabs), true, false")]
_ProfilePoints = Annotated[int, Meta(ge=100, le=20000, description="100 to 20000")]

FLAT_ANG: Final = 1.0
"""Atoms that reach no farther along a direction give SCALE nothing to multiply."""


class ChargePotentialSettings(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True
):
    """What a CHARGE+POTENTIAL may say.

    Attributes
    ----------
    points
        Along the first axis of the grid; the other axes follow by their lengths.
    tolerance
        Penetration tolerance of the potential (ITOL).
    extent
        How far the grid goes where the system is not periodic: ``scale`` times the extent of the
        atoms, or a ``range`` of `margin_ang` beyond the outermost atoms; ``auto``: scale, but a
        range where the atoms lie in one plane or on one line.
    scale, margin_ang
        The numbers of these.
    profile
        Averages of the potential in planes, for the work function; ``auto``: of slabs.
    profile_points, vacuum_ang
        Its points, and how far it reaches beyond the outermost atoms.
    """

    points: _Points = 100
    tolerance: _Tolerance = 5
    extent: _Extent = "auto"
    scale: _Scale = 3.0
    margin_ang: _Margin = 5.0
    profile: _Profile = "auto"
    profile_points: _ProfilePoints = 1000
    vacuum_ang: _Margin = 15.0


class ChargePotentialStep:
    """The step type CHARGE+POTENTIAL."""

    type: str = "CHARGE+POTENTIAL"
    program: Literal["crystal", "properties"] = "properties"
    deck_suffix: Literal["d12", "d3"] = "d3"
    needs: Mapping[str, tuple[str, ...]] = NEEDS
    starts_with: Mapping[str, object] | None = None
    leaves: tuple[LeftFile, ...] = CHARGE_POTENTIAL_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`ChargePotentialSettings`."""
        checked = check_settings(settings, ChargePotentialSettings, where)
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck for the wavefunction of the parent."""
        settings = msgspec.convert(dict(request.settings), ChargePotentialSettings)
        output = parent_output(request)
        geometry = printed_geometry(output, request)
        scale, range_bohr = _reach(settings, geometry)
        profile = _profile(settings, geometry, request)
        deck = GridDeck(
            points=settings.points,
            tolerance=settings.tolerance,
            profile=profile,
            shrink=finer_mesh(request, output, 1) if profile else None,
            scale=scale,
            range_bohr=range_bohr,
        )
        notes = (
            ("the potential is averaged in planes, for the work function of each side",)
            if profile
            else ()
        )
        return with_wavefunction(request, output, print_grids(deck), notes)

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left."""
        from crystald.steps.reading.grids import read_grids_step

        return read_grids_step(open_file, self.leaves)


def _reach(
    settings: ChargePotentialSettings, geometry: PrintedGeometry
) -> tuple[Extent, tuple[Extent, Extent] | None]:
    """Choose SCALE or RANGE for the directions without periodicity; neither for a crystal."""
    spans = [_span(geometry, axis) for axis in range(geometry.dimensionality, 3)]
    if not spans:
        return (), None
    flat = any(high - low < FLAT_ANG for low, high in spans)
    if settings.extent == "scale" or (settings.extent == "auto" and not flat):
        return (settings.scale,) * len(spans), None
    low = tuple(_bohr(low - settings.margin_ang) for low, _ in spans)
    return (), (low, tuple(_bohr(high + settings.margin_ang) for _, high in spans))


def _profile(
    settings: ChargePotentialSettings, geometry: PrintedGeometry, request: DeckRequest
) -> Profile | None:
    slab = geometry.dimensionality == 2
    if settings.profile is True and not slab:
        raise DeckError(
            f"{request.step}: averages in planes are for slabs", "Set profile to auto or false."
        )
    if not slab or settings.profile is False:
        return None
    low, high = _span(geometry, 2)
    reach = (_bohr(low - settings.vacuum_ang), _bohr(high + settings.vacuum_ang))
    return Profile(settings.profile_points, reach)


def _span(geometry: PrintedGeometry, axis: int) -> tuple[float, float]:
    """Give the lowest and highest coordinate of the atoms along a direction, Å."""
    places = [(atom.x, atom.y, atom.z)[axis] for atom in geometry.atoms]
    return min(places), max(places)


def _bohr(length_ang: float) -> float:
    return round(length_ang / CRYSTAL_BOHR_ANG, 3)
