"""Parts of FREQCALC: infrared and Raman intensities, and spectra made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from crystald.crystal.deck.records import Lines, plain

Method = Literal["INTPOL", "INTLOC", "INTCPHF"]
METHODS: Final[tuple[Method, ...]] = ("INTPOL", "INTLOC", "INTCPHF")
"""Berry phase, Wannier functions, coupled perturbed equations."""


@dataclass(frozen=True)
class Cphf:
    """The INTCPHF block; what is None is left to the program.

    Attributes
    ----------
    fmixing, maxcycle
        Mixing (per cent) and most cycles of the first-order equations.
    tolalpha
        Their convergence on the polarisability: 10**-n.
    fmixing2, maxcycle2, tolgamma
        The same of the second-order equations, which Raman intensities want.
    """

    fmixing: int | None = None
    maxcycle: int | None = None
    tolalpha: int | None = None
    fmixing2: int | None = None
    maxcycle2: int | None = None
    tolgamma: int | None = None


@dataclass(frozen=True)
class Spectrum:
    """An IRSPEC or RAMSPEC block; what is None is left to the program.

    Attributes
    ----------
    range_cm1
        First and last wavenumber.
    step_cm1
        Between points.
    width_cm1
        Damping of a peak.
    """

    range_cm1: tuple[float, float] | None = None
    step_cm1: float | None = None
    width_cm1: float | None = None


@dataclass(frozen=True)
class Intensities:
    """What follows INTENS.

    Attributes
    ----------
    method
        One of `METHODS`; the Berry phase is the program's own.
    cphf
        Settings of INTCPHF.
    normborn
        Whether the Born charges are made to add up to zero.
    raman
        Whether Raman intensities are computed; they want INTCPHF.
    raman_at
        Temperature (K) and wavelength of the laser (nm).
    infrared_spectrum, raman_spectrum
        Spectra to be written.
    dielectric
        The tensor at high frequencies, row by row, or the one constant of an isotropic crystal.
    """

    method: Method = "INTPOL"
    cphf: Cphf = Cphf()
    normborn: bool = False
    raman: bool = False
    raman_at: tuple[float, float] | None = None
    infrared_spectrum: Spectrum | None = None
    raman_spectrum: Spectrum | None = None
    dielectric: tuple[float, ...] = ()


_CPHF: Final = {name.upper(): name for name in Cphf.__dataclass_fields__}
_SPECTRUM: Final = {"RANGE": "range_cm1", "LENSTEP": "step_cm1", "DAMPFAC": "width_cm1"}


def intensity_lines(block: Intensities) -> list[str]:
    """Write the records from INTENS on; INTCPHF stands behind INTRAMAN."""
    lines = ["INTENS"]
    lines += ["INTRAMAN"] if block.raman else []
    if block.method == "INTCPHF":
        values = ((key, getattr(block.cphf, name)) for key, name in _CPHF.items())
        pairs = [line for key, n in values if n is not None for line in (key, str(n))]
        lines += ["INTCPHF", *pairs, "ENDCPHF"]
    elif block.method == "INTLOC":
        lines.append("INTLOC")
    lines += ["NORMBORN"] if block.normborn else []
    if block.dielectric:
        lines += _dielectric_lines(block.dielectric)
    if block.raman_at is not None:
        lines += ["RAMANEXP", " ".join(plain(value, 1) for value in block.raman_at)]
    lines += _spectrum_lines("IRSPEC", block.infrared_spectrum)
    return lines + _spectrum_lines("RAMSPEC", block.raman_spectrum)


def _dielectric_lines(values: tuple[float, ...]) -> list[str]:
    keyword = "DIELISO" if len(values) == 1 else "DIELTENS"
    return [keyword, " ".join(plain(value, 1) for value in values)]


def _spectrum_lines(keyword: str, block: Spectrum | None) -> list[str]:
    if block is None:
        return []
    lines = [keyword]
    for key, name in _SPECTRUM.items():
        value = getattr(block, name)
        if value is not None:
            numbers = value if isinstance(value, tuple) else (value,)
            lines += [key, " ".join(plain(number, 1) for number in numbers)]
    return [*lines, "END"]


def read_cphf(lines: Lines) -> Cphf:
    """Read what stands between INTCPHF and its END.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    found = {}
    while (word := lines.take()) not in ("END", "ENDCPHF"):
        if word not in _CPHF:
            raise lines.wrong(f"the keyword {word!r} does not belong here")
        found[_CPHF[word]] = lines.value(int)
    return Cphf(**found)


def read_spectrum(lines: Lines) -> Spectrum:
    """Read what stands between IRSPEC or RAMSPEC and its END.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    found: dict[str, Any] = {}
    while (word := lines.take()) != "END":
        if word not in _SPECTRUM:
            raise lines.wrong(f"the keyword {word!r} does not belong here")
        pair = word == "RANGE"
        found[_SPECTRUM[word]] = lines.values(float, 2) if pair else lines.value(float)
    return Spectrum(**found)


INTENSITY_READERS: Final[dict[str, tuple[str, Callable[[Lines], Any]]]] = {
    "INTPOL": ("method", lambda _: "INTPOL"),
    "INTLOC": ("method", lambda _: "INTLOC"),
    "INTCPHF": ("cphf", read_cphf),
    "NORMBORN": ("normborn", lambda _: True),
    "INTRAMAN": ("raman", lambda _: True),
    "DIELISO": ("dielectric", lambda lines: lines.values(float, 1)),
    "DIELTENS": ("dielectric", lambda lines: lines.values(float, 9)),
    "RAMANEXP": ("raman_at", lambda lines: lines.values(float, 2)),
    "IRSPEC": ("infrared_spectrum", read_spectrum),
    "RAMSPEC": ("raman_spectrum", read_spectrum),
}
"""Keyword -> attribute of `Intensities` and how its records are read."""
