"""TRANSPORT: conductivity, Seebeck coefficient and heat conductivity by Boltzmann's equation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.transport import Range, Smearing, TransportDeck, print_transport
from crystald.errors import ConfigError, DeckError
from crystald.models import LeftFile, StepReading
from crystald.steps.base import DeckRequest, OpenFile, PreparedDeck
from crystald.steps.checking import check_settings
from crystald.steps.files import TRANSPORT_LEAVES
from crystald.steps.newk import finer_mesh
from crystald.steps.wavefunction import NEEDS, parent_output, with_wavefunction, without_states
from crystald.units import HARTREE_EV

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

_Temperatures = Annotated[
    tuple[float, float, float],
    Meta(description="lowest, highest and step in K such as [300, 700, 50]"),
]
_Window = Annotated[
    tuple[float, float],
    Meta(description="how far below the valence and above the conduction bands, eV: [-1, 1]"),
]
_Step = Annotated[float, Meta(ge=1e-4, le=1, description="a step in eV from 0.0001 to 1")]
_Time = Annotated[float, Meta(gt=0, le=1e6, description="a time in fs above 0")]
_Width = Annotated[float, Meta(ge=0, le=1, description="0 for none, or what SMEAR takes, to 1")]
_Type = Annotated[int, Meta(ge=-4, le=10, description="a whole number that SMEARTYP takes")]
_Factor = Annotated[int, Meta(ge=2, le=8, description="a whole number from 2 to 8")]

POINTS_MAX: Final = 100_000
BOLTZMANN_EV_K: Final = 8.617333e-5
MARGIN_KT: Final = 12.0
"""How far beyond the chemical potentials the distribution function is needed, in kT."""


class TransportSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a TRANSPORT may say.

    Attributes
    ----------
    temperature_k
        Lowest and highest temperature, and the step.
    mu_window_ev
        Chemical potentials: from so far below the top of the valence bands to so far above the
        bottom of the conduction bands; of a metal, around the Fermi energy.
    mu_step_ev, tdf_step_ev
        Steps of the chemical potential and of the transport distribution function.
    relaxation_time_fs
        The relaxation time; conductivities are proportional to it.
    smear, smear_type
        SMEAR and SMEARTYP of BOLTZTRA; 0: neither is written.
    newk_times
        How much finer than that of the SCF the k mesh is.
    """

    temperature_k: _Temperatures = (300.0, 700.0, 50.0)
    mu_window_ev: _Window = (-1.0, 1.0)
    mu_step_ev: _Step = 0.01
    tdf_step_ev: _Step = 0.001
    relaxation_time_fs: _Time = 10.0
    smear: _Width = 0.0
    smear_type: _Type = 0
    newk_times: _Factor = 3


class TransportStep:
    """The step type TRANSPORT."""

    type: str = "TRANSPORT"
    program: Literal["crystal", "properties"] = "properties"
    deck_suffix: Literal["d12", "d3"] = "d3"
    needs: Mapping[str, tuple[str, ...]] = NEEDS
    starts_with: Mapping[str, object] | None = None
    leaves: tuple[LeftFile, ...] = TRANSPORT_LEAVES

    def check_settings(self, settings: Mapping[str, object], where: str) -> dict[str, object]:
        """Fill in and check settings; see :class:`TransportSettings`."""
        checked = check_settings(settings, TransportSettings, where)
        low, high, step = checked.temperature_k
        if not (0 < low <= high and step > 0):
            raise ConfigError(
                f"{where}: temperature_k cannot be {[low, high, step]}",
                "Write the lowest and the highest temperature and a step, all above 0.",
            )
        if not checked.mu_window_ev[0] < checked.mu_window_ev[1]:
            raise ConfigError(
                f"{where}: mu_window_ev cannot be {list(checked.mu_window_ev)}",
                "Write the lower energy first.",
            )
        return msgspec.to_builtins(checked)  # type: ignore[no-any-return]

    def deck(self, request: DeckRequest) -> PreparedDeck:
        """Write the deck for the wavefunction of the parent."""
        settings = msgspec.convert(dict(request.settings), TransportSettings)
        output = parent_output(request)
        shrink = finer_mesh(request, output, settings.newk_times)
        edges, note = band_edges_ev(output, request)
        mu_ev = (
            round(edges[0] + settings.mu_window_ev[0], 3),
            round(edges[1] + settings.mu_window_ev[1], 3),
            settings.mu_step_ev,
        )
        deck = TransportDeck(
            shrink=shrink,
            temperature_k=settings.temperature_k,
            mu_ev=_checked(mu_ev, "mu_step_ev"),
            tdf_ev=_checked(_tdf_range(settings, mu_ev), "tdf_step_ev"),
            relaxation_fs=settings.relaxation_time_fs,
            smearing=Smearing(settings.smear, settings.smear_type) if settings.smear else None,
        )
        return with_wavefunction(request, output, print_transport(deck), (note,))

    def read(self, open_file: OpenFile) -> StepReading:
        """Read what an attempt left."""
        from crystald.steps.reading.transport import read_transport_step

        return read_transport_step(open_file, self.leaves)


def band_edges_ev(output: Output, request: DeckRequest) -> tuple[tuple[float, float], str]:
    """Give the edges of the gap, absolute; of a metal twice the Fermi energy.

    Returns
    -------
    (valence, conduction), note

    Raises
    ------
    DeckError
        The output prints none of them.
    """
    if not output.conducting and output.vbm_ha is not None and output.cbm_ha is not None:
        low, high = output.vbm_ha * HARTREE_EV, output.cbm_ha * HARTREE_EV
        return (low, high), f"chemical potentials from the band edges {low:.3f} and {high:.3f} eV"
    if output.fermi_ha is not None:
        fermi = output.fermi_ha * HARTREE_EV
        return (fermi, fermi), f"chemical potentials around the Fermi energy {fermi:.3f} eV"
    told, cure = without_states(output)
    raise DeckError(f"the output of {request.parents['wavefunction'].step} prints {told}", cure)


def _tdf_range(settings: TransportSettings, mu_ev: Range) -> Range:
    """Reach beyond the chemical potentials as far as states still count at the highest one."""
    margin = MARGIN_KT * BOLTZMANN_EV_K * settings.temperature_k[1]
    return round(mu_ev[0] - margin, 3), round(mu_ev[1] + margin, 3), settings.tdf_step_ev


def _checked(values: Range, key: str) -> Range:
    low, high, step = values
    if (high - low) / step > POINTS_MAX:
        raise DeckError(
            f"{low} to {high} eV in steps of {step} are more than {POINTS_MAX} points",
            f"Make {key} larger.",
        )
    return values
