"""What the settings of a FREQ may not say together: each conflict with its reason and cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from crystald.crystal.deck.blocks.intensities import Cphf
from crystald.crystal.deck.versions import KEYWORDS, known_to
from crystald.errors import ConfigError
from crystald.steps.frequencies.settings import TEMPLATES, FreqSettings

Complaint = tuple[str, str]
"""What is wrong, and what helps."""

Conflict = Callable[[FreqSettings], Iterator[Complaint]]


def check_freq(settings: FreqSettings, where: str, *more: Conflict) -> None:
    """Check what single types cannot say, and whatever else is to be checked.

    Raises
    ------
    ConfigError
        Settings that exclude each other, or lack what they need.
    """
    for conflict in (*FREQ_CONFLICTS, *more):
        for said, cure in conflict(settings):
            raise ConfigError(f"{where}: {said}", cure)


def _intensities(settings: FreqSettings) -> Iterator[Complaint]:
    names = ("raman", "normborn", "ir_spectrum", "raman_spectrum")
    needy = [name for name in names if getattr(settings, name)]
    if needy and not settings.intensities:
        yield f"{needy[0]} needs intensities", f"Set intensities to true, or {needy[0]} to false."
    if settings.raman and settings.method != "INTCPHF":
        yield (
            f"raman needs the method INTCPHF, not {settings.method}",
            "Set method to INTCPHF, or raman to false.",
        )
    if settings.raman_spectrum and not settings.raman:
        yield "raman_spectrum needs raman", "Set raman to true, or raman_spectrum to false."


def _at_gamma(settings: FreqSettings) -> Iterator[Complaint]:
    if settings.dispersion and settings.intensities:
        yield (
            "intensities belong to the centre of the zone, and dispersion leaves it",
            "Make two steps of it: FREQ with intensities, FREQ2 with dispersion.",
        )
    names = ("bands", "pdos", "neutrons", "interphess", "wang")
    needy = [name for name in names if getattr(settings, name) not in (False, "none")]
    if needy and not settings.dispersion:
        yield f"{needy[0]} needs dispersion", f"Set dispersion to true, or leave {needy[0]} out."
    if min(settings.supercell) < 1:
        yield f"supercell cannot be {list(settings.supercell)}", "Each number is at least 1."


def _ranges(settings: FreqSettings) -> Iterator[Complaint]:
    for name in ("temperatures_k", "pressures_mpa"):
        values = getattr(settings, name)
        if isinstance(values, tuple) and (values[0] < 1 or not 0 <= values[1] <= values[2]):
            yield (
                f"{name} cannot be {list(values)}",
                "How many (from 1), the first (from 0), the last (not below the first).",
            )
    span = settings.spectrum_range_cm1
    if isinstance(span, tuple) and not 0 <= span[0] < span[1]:
        yield f"spectrum_range_cm1 cannot be {list(span)}", "Write the lower wavenumber first."


def _tensors(settings: FreqSettings) -> Iterator[Complaint]:
    if isinstance(settings.dielectric, tuple) and len(settings.dielectric) not in (1, 9):
        yield f"dielectric cannot have {len(settings.dielectric)} numbers", "Write one, or nine."
    if isinstance(settings.wang, tuple) and len(settings.wang) != 9:
        yield f"wang cannot have {len(settings.wang)} numbers", "Write the nine of the tensor."


def _lists(settings: FreqSettings) -> Iterator[Complaint]:
    scan = settings.scan
    if isinstance(scan, tuple) and not _is_scan(scan):
        yield (
            f"scan cannot be {list(scan)}",
            "First point, last point, a step above 0, then modes from 1.",
        )
    isotopes = settings.isotopes if settings.isotopes != "none" else ()
    fragment = settings.fragment if settings.fragment != "none" else ()
    for atoms in ([atom for atom, _ in isotopes], fragment):
        if any(atom < 1 for atom in atoms):
            yield "isotopes and fragment name atoms", "Atoms count from 1 in the primitive cell."
        if len(set(atoms)) < len(atoms):
            yield "isotopes and fragment name no atom twice", "Name each atom once."
    if any(mass <= 0 for _, mass in isotopes):
        yield "isotopes have masses above 0", "Write the atom, then its mass such as 2.014."


def _is_scan(scan: tuple[float, ...]) -> bool:
    return (
        len(scan) >= 4
        and scan[0] <= scan[1]
        and scan[2] > 0
        and all(mode >= 1 and not mode % 1 for mode in scan[3:])
    )


_PART_OF: Final[dict[str, tuple[str, Any]]] = {
    "method": ("intensities", True),
    "dielectric": ("intensities", True),
    "raman_at": ("raman", True),
    "supercell": ("dispersion", True),
    "band_points": ("bands", True),
    **{f"cphf_{name}": ("method", "INTCPHF") for name in Cphf.__dataclass_fields__},
}
"""What has a meaning only beside a value of another setting."""


def _without_effect(settings: FreqSettings) -> Iterator[Complaint]:
    """Refuse what would be dropped in silence; what a template brings along is no wish."""
    wishes = set(_wishes(settings))
    for name, (other, value) in _PART_OF.items():
        if name in wishes and getattr(settings, other) != value:
            shown = str(value).lower() if isinstance(value, bool) else value
            yield f"{name} needs {other} {shown}", f"Set {other} to {shown}, or leave {name} out."
    if "projected" in wishes and settings.pdos == "none":
        yield "projected needs pdos", "Set pdos, or leave projected out."
    spectra = settings.ir_spectrum or settings.raman_spectrum
    for name in sorted(wishes):
        if name.startswith("spectrum_") and not spectra:
            yield f"{name} needs a spectrum", f"Set ir_spectrum to true, or leave {name} out."


def _wishes(settings: FreqSettings) -> Iterator[str]:
    """Name the settings that are neither the usual ones nor those of the template."""
    usual = FreqSettings()
    template = msgspec.convert(TEMPLATES[settings.template], FreqSettings)
    for name in FreqSettings.__struct_fields__:
        if getattr(settings, name) not in (getattr(usual, name), getattr(template, name)):
            yield name


def unverified_words(settings: FreqSettings) -> tuple[str, ...]:
    """Name the keywords that are asked for and not verified for the version."""
    words: list[str] = [settings.active] if settings.active != "none" else []
    words += ["FREQSCAL"] if settings.scale != "none" else []
    version = settings.version
    return tuple(word for word in words if known_to(version, *KEYWORDS[word]) != "yes")


def _unverified(settings: FreqSettings) -> Iterator[Complaint]:
    for word in () if settings.unverified else unverified_words(settings):
        yield (
            f"the keyword {word} of FREQCALC is not verified for CRYSTAL{settings.version}",
            "Try it in a short run of your own and set unverified to true, or leave it out.",
        )


FREQ_CONFLICTS: Final[tuple[Conflict, ...]] = (
    _intensities,
    _at_gamma,
    _ranges,
    _tensors,
    _lists,
    _without_effect,
    _unverified,
)
"""All conflicts that the settings of a FREQ alone show."""
