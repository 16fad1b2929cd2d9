"""What a FREQ with ``restart`` may say: what is made of forces, never how they are computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from crystald.steps.frequencies.conflicts import Complaint
from crystald.steps.frequencies.settings import FreqSettings

AFTERWARDS: Final[dict[str, str]] = {
    "temperatures_k": "TEMPERAT",
    "pressures_mpa": "PRESSURE",
    "neglect": "NEGLEFRE",
    "isotopes": "ISOTOPES",
    "scale": "FREQSCAL",
    "combinations": "COMBMODE",
    "adp": "ADP",
    "nomodes": "NOMODES",
    "bands": "BANDS",
    "pdos": "PDOS",
    "neutrons": "INS",
    "interphess": "INTERPHESS",
    "wang": "WANG",
}
"""Setting -> its word in FREQCALC, of all that is computed of forces that are known."""

_BESIDE: Final = frozenset((
    "restart", "template", "guess", "version", "unverified", "dispersion", "supercell",
    "band_points", "projected",
))  # fmt: skip
"""What only says how these are meant; the supercell must be that of the displacements."""


def restart_wishes(settings: FreqSettings) -> dict[str, str]:
    """Give the words of what is asked for beside the restart itself, by setting."""
    asked = _asked(settings)
    return {name: word for name, word in AFTERWARDS.items() if name in asked}


def _asked(settings: FreqSettings) -> set[str]:
    usual = FreqSettings()
    names = FreqSettings.__struct_fields__
    return {name for name in names if getattr(settings, name) != getattr(usual, name)} - _BESIDE


def restart_conflicts(settings: FreqSettings) -> Iterator[Complaint]:
    """Tell what a restart would have to compute anew."""
    if not settings.restart:
        return
    for name in sorted(_asked(settings) - AFTERWARDS.keys()):
        yield (
            f"a restart goes on with the displacements of the FREQ before, and {name} changes them",
            f"Leave {name} out, or set restart to false.",
        )
