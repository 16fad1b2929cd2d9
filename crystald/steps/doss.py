"""DOSS: the density of states, total and projected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.d3 import DossDeck, print_doss
from crystald.errors import ConfigError
from crystald.models import LeftFile, StepReading
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.checking import check_settings
from crystald.steps.files import DOSS_LEAVES
from crystald.steps.newk import finer_mesh
from crystald.steps.projections import MODES, Mode, Part, check_parts, projections_of
from crystald.steps.wavefunction import (
    NEEDS,
    orbitals,
    parent_output,
    with_wavefunction,
    without_states,
)
from crystald.units import HARTREE_EV

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

_Projections = Annotated[
    Mode | tuple[Part, ...],
    Meta(description=f"{MODES}, or a list such as [{{label: O1, atoms: [3]}}]"),
]
_Points = Annotated[int, Meta(ge=100, le=10000, description="a whole number from 100 to 10000")]
_Window = Annotated[
    tuple[float, float],
    Meta(description="lowest and highest energy in eV from the Fermi energy such as [-15, 10]"),
]
_Bands = Annotated[
    Literal["none", "all"] | tuple[int, int],
    Meta(description="none, all, or the first and last band such as [1, 40]"),
]
_Polynomials = Annotated[int, Meta(ge=2, le=25, description="a whole number from 2 to 25")]
_Factor = Annotated[int, Meta(ge=2, le=6, description="a whole number from 2 to 6")]


class DossSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a DOSS may say.

    Attributes
    ----------
    projections
        Which parts are shown beside the total.
    points
        Energies.
    window_ev
        Energy range from the Fermi energy (of an insulator: from the top of the valence bands).
    bands
        A range of bands instead of one of energies; ``none`` for the latter.
    polynomials
        Degree of the expansion in Legendre polynomials.
    newk_times
        How much finer than that of the SCF the k mesh is.
    """

    projections: _Projections = "element+shell"
    points: _Points = 2000
    window_ev: _Window = (-15.0, 15.0)
    bands: _Bands = "none"
    polynomials: _Polynomials = 14
    newk_times: _Factor = 2


class DossStep:
    """The step type DOSS."""

    type: str = "DOSS"
    program: Literal["crystal", "properties"] = "properties"
    deck_suffix: Literal["d12", "d3"] = "d3"
    needs: Mapping[str, tuple[str, ...]] = NEEDS
    starts_with: Mapping[str, object] | None = None
    leaves: tuple[LeftFile, ...] = DOSS_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`DossSettings`."""
        checked = check_settings(settings, DossSettings, where)
        check_parts(checked.projections, where)
        low, high = checked.window_ev
        if low >= high:
            raise ConfigError(
                f"{where}: window_ev cannot be {[low, high]}", "Write the lower energy first."
            )
        bands = checked.bands
        if isinstance(bands, tuple) and not 1 <= bands[0] <= bands[1]:
            raise ConfigError(
                f"{where}: bands cannot be {list(bands)}",
                "The first band is at least 1, the last not smaller than the first.",
            )
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck for the wavefunction of the parent."""
        settings = msgspec.convert(dict(request.settings), DossSettings)
        output = parent_output(request)
        count = orbitals(output, request)
        projections, notes = projections_of(output, settings.projections)
        bands, window_ha, said = _range(settings, output, count)
        deck = DossDeck(
            shrink=finer_mesh(request, output, settings.newk_times),
            points=settings.points,
            projections=projections,
            bands=bands,
            window_ha=window_ha,
            polynomials=settings.polynomials,
        )
        many = (
            (f"{len(projections)} projections in {len(deck.blocks)} DOSS; fort.25 has them all",)
            if len(deck.blocks) > 1
            else ()
        )
        return with_wavefunction(request, output, print_doss(deck), (*notes, *said, *many))

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left."""
        from crystald.steps.reading.step import read_doss_step

        return read_doss_step(open_file, self.leaves)


def _range(
    settings: DossSettings, output: Output, count: int
) -> tuple[tuple[int, int] | None, tuple[float, float] | None, tuple[str, ...]]:
    """Choose a range of bands, or one of energies when a Fermi energy is known."""
    if isinstance(settings.bands, tuple):
        return (settings.bands[0], min(settings.bands[1], count)), None, ()
    zero_ha = output.vbm_ha if output.vbm_ha is not None else output.fermi_ha
    if settings.bands == "all":
        return (1, count), None, ()
    if zero_ha is None:
        told, cure = without_states(output)
        return (1, count), None, (f"all bands are taken: the output prints {told}. {cure}",)
    low, high = (round(zero_ha + value / HARTREE_EV, 6) for value in settings.window_ev)
    return None, (low, high), ()
