"""BAND: the band structure along a path through the Brillouin zone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.d3 import BandDeck, print_band
from crystald.crystal.deck.kpath import KPath, find_path, read_route
from crystald.errors import ConfigError, DeckError
from crystald.models import LeftFile, StepReading
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.checking import check_settings
from crystald.steps.files import BAND_LEAVES
from crystald.steps.titles import title_of
from crystald.steps.wavefunction import (
    NEEDS,
    orbitals,
    parent_output,
    primitive_cell,
    printed_geometry,
    with_wavefunction,
)

_Density = Annotated[float, Meta(ge=5, le=500, description="a number from 5 to 500")]
_Most = Annotated[int, Meta(ge=50, le=2000, description="a whole number from 50 to 2000")]
_Path = Annotated[
    Annotated[str, Meta(pattern=r"^(all|exact|[^-|]+(-[^-|]+)+(\|[^-|]+(-[^-|]+)+)*)$")],
    Meta(description="all, exact, or names of points such as GAMMA-X-M|R-X"),
]
_Bands = Annotated[
    Literal["all"] | tuple[int, int],
    Meta(description="all, or the first and last band such as [1, 40]"),
]


class BandSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a BAND may say.

    Attributes
    ----------
    path
        ``all`` points of the path, only those with ``exact`` integer coordinates, or names of
        points (``GAMMA-X-M|R-X``).
    points_per_inv_ang
        k points per Å⁻¹ of the path.
    points_max
        Most k points.
    bands
        First and last band; ``all`` stands for 1 to the number of orbitals.
    """

    path: _Path = "all"
    points_per_inv_ang: _Density = 50.0
    points_max: _Most = 2000
    bands: _Bands = "all"


class BandStep:
    """The step type BAND."""

    type: str = "BAND"
    program: Literal["crystal", "properties"] = "properties"
    deck_suffix: Literal["d12", "d3"] = "d3"
    needs: Mapping[str, tuple[str, ...]] = NEEDS
    starts_with: Mapping[str, object] | None = None
    leaves: tuple[LeftFile, ...] = BAND_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`BandSettings`."""
        checked = check_settings(settings, BandSettings, where)
        if isinstance(checked.bands, tuple) and not 1 <= checked.bands[0] <= checked.bands[1]:
            raise ConfigError(
                f"{where}: bands cannot be {list(checked.bands)}",
                "The first band is at least 1, the last not smaller than the first.",
            )
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck for the primitive cell that the parent's output printed."""
        settings = msgspec.convert(dict(request.settings), BandSettings)
        output = parent_output(request)
        path = find_path(
            *primitive_cell(output, request),
            periodicity=printed_geometry(output, request).dimensionality,
            exact=settings.path == "exact",
            route=None if settings.path in ("all", "exact") else read_route(settings.path),
        )
        deck = BandDeck(
            title=title_of(request, _route(path)),
            iss=path.iss,
            segments=path.segments,
            points=path.points(settings.points_per_inv_ang, settings.points_max),
            bands=_bands(settings.bands, orbitals(output, request)),
        )
        return with_wavefunction(request, output, print_band(deck), _notes(path))

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left."""
        from crystald.steps.reading.step import read_bands_step

        return read_bands_step(open_file, self.leaves)


def _bands(wish: str | tuple[int, int], count: int) -> tuple[int, int]:
    if isinstance(wish, str):
        return (1, count)
    if wish[1] > count:
        raise DeckError(
            f"bands {wish[0]} to {wish[1]} were asked for, there are {count}", "Set bands to all."
        )
    return wish


def _route(path: KPath) -> str:
    """Write the path in words: G-X-W, a bar where it jumps."""
    words: list[str] = []
    before = ""
    for start, end in (segment.names for segment in path.segments):
        if start != before:
            words.append(("|" if words else "") + start)
        words.append(f"-{end}")
        before = end
    return "".join(words)


def _notes(path: KPath) -> tuple[str, ...]:
    notes = [f"path {_route(path)}, points in units of 1/{path.iss}"]
    if path.inexact:
        met = f"met to within {path.error:.4f} of a reciprocal vector"
        notes.append(f"{', '.join(path.inexact)}: {met}")
    if path.left_out:
        notes.append(f"left out, because no integers give them: {', '.join(path.left_out)}")
    if path.lattice_only:
        notes.append("the atoms repeat within the cell: the path is that of the lattice alone")
    return tuple(notes)
