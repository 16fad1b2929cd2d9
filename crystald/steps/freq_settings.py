"""What a FREQ may say, the templates it may start from, and what excludes each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.blocks.frequencies import ACTIVE
from crystald.crystal.deck.blocks.intensities import METHODS, Cphf, Method
from crystald.crystal.deck.blocks.modes import COMBINATIONS
from crystald.crystal.deck.versions import KEYWORDS, known_to
from crystald.errors import ConfigError
from crystald.steps.choices import Flag, Guess, ProgramVersion

Template = Literal[
    "basic",
    "ir_spectrum",
    "raman_spectrum",
    "ir_raman",
    "thermodynamics",
    "phonon_bands",
    "phonon_dos",
]

_IR: Final[dict[str, object]] = {
    "intensities": True,
    "method": "INTCPHF",
    "ir_spectrum": True,
    "spectrum_range_cm1": [0.0, 4000.0],
    "spectrum_width_cm1": 8.0,
}
_RAMAN: Final[dict[str, object]] = {
    "intensities": True,
    "method": "INTCPHF",
    "raman": True,
    "raman_spectrum": True,
    "raman_at": [298.15, 532.0],
    "spectrum_range_cm1": [0.0, 4000.0],
    "spectrum_width_cm1": 8.0,
}

TEMPLATES: Final[dict[Template, dict[str, object]]] = {
    "basic": {},
    "ir_spectrum": _IR,
    "raman_spectrum": _RAMAN,
    "ir_raman": _RAMAN | {"ir_spectrum": True},
    "thermodynamics": {"temperatures_k": [20, 0.0, 400.0]},
    "phonon_bands": {"dispersion": True, "supercell": [2, 2, 2], "bands": True, "band_points": 100},
    "phonon_dos": {"dispersion": True, "supercell": [2, 2, 2], "pdos": [2000.0, 200]},
}
"""Template -> what it sets; what a plan says of the same keys comes first."""

_Whole = Annotated[
    Literal["auto"] | Annotated[int, Meta(ge=0)], Meta(description="auto, or a whole number from 0")
]
_Range = Annotated[
    Literal["none"] | tuple[int, float, float],
    Meta(description="none, or how many values, the first, the last: [20, 0, 400]"),
]
_Three = Annotated[
    Literal["none"] | tuple[int, int, int],
    Meta(description="none, or three whole numbers such as [4, 4, 4]"),
]
_Tensor = Annotated[
    Literal["none"] | tuple[float, ...],
    Meta(description="none, one number, or the nine of a tensor row by row"),
]


class FreqSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a FREQ may say; the level is that of its OPT, or the point were not stationary.

    Attributes
    ----------
    template
        Sets several of the others, as far as the plan does not.
    toldee
        SCF convergence: 10**-n Ha; an OPT that was converged further keeps its own.
    numderiv
        Displacements per coordinate; 2 costs twice and cancels the odd errors.
    stepsize_ang
        Length of a displacement; ``auto``: the program's own (0.003 Å).
    temperatures_k, pressures_mpa
        Of the thermodynamic functions; ``none``: room temperature and pressure.
    neglect
        So many of the lowest modes are left out of them.
    intensities
        Infrared intensities; only of insulators.
    method
        INTPOL by Berry phases, INTLOC by Wannier functions, INTCPHF by coupled perturbed equations.
    normborn
        Make the Born charges of the cell add up to zero.
    raman, raman_at
        Raman intensities; temperature (K) and wavelength of the laser (nm).
    ir_spectrum, raman_spectrum
        Write spectra.
    spectrum_range_cm1, spectrum_step_cm1, spectrum_width_cm1
        Of the spectra; ``auto``: the program's own.
    cphf_fmixing, cphf_maxcycle, cphf_tolalpha
        Of INTCPHF; ``auto``: the program's own.
    cphf_fmixing2, cphf_maxcycle2, cphf_tolgamma
        Of the second-order equations of INTCPHF.
    dielectric
        Dielectric constant or tensor at high frequencies.
    dispersion, supercell
        Phonons away from the centre of the zone, with a supercell of the primitive cell.
    interphess, wang
        Interpolation of the Hessian; dielectric tensor for its long-range part in polar crystals.
    bands, band_points
        Phonon bands along the path of the lattice, with points on each segment.
    pdos, projected
        Density of states up to a frequency (cm-1), in bins; split by atoms.
    neutrons
        Neutron-weighted: frequency, bins, and 0 coherent, 1 incoherent, 2 both.
    isotopes
        Atoms of the primitive cell with other masses.
    fragment
        The only atoms of the primitive cell that are displaced.
    preoptgeom
        Optimise the geometry once more before.
    active
        Only modes that spectra of this kind show; not verified for any version.
    multitask
        So many displacements at the same time, each by its share of the ranks.
    scale
        Factor of all frequencies; not verified for any version.
    analysis
        Analyse modes by internal coordinates; ``auto``: the program's own.
    noeckart
        Keep translations and rotations.
    nomodes
        Do not print eigenvectors.
    adp
        Anisotropic displacement parameters: algorithm, and modes to leave out.
    combinations
        Overtones and combinations that are listed.
    scan
        Energies along modes: first and last point, step, and the modes after them.
    anharm
        Instead of all this, the anharmonic stretching of the bond of one hydrogen, by its number in
        the primitive cell (ANHARM); with `isotopes`.
    anharm_keepsymm, anharm_noguess, anharm_points26
        Stretch all equivalent bonds; start each point from atoms; 26 points and not 7.
    restart
        Go on with the displacements of the FREQ before (RESTART), in its deck and at its level;
        only what is made of the forces may change (temperatures, pressures, isotopes, …).
    guess
        ``auto``: start from the wavefunction of the OPT, or of the FREQ that goes on.
    version
        Of the program.
    unverified
        Take what nobody has verified for that version.
    """

    template: Annotated[Template, Meta(description=", ".join(TEMPLATES))] = "basic"
    toldee: Annotated[int, Meta(ge=10, le=14, description="a whole number from 10 to 14")] = 11
    numderiv: Annotated[Literal[1, 2], Meta(description="1 (forward), 2 (both sides)")] = 2
    stepsize_ang: Annotated[
        Literal["auto"] | Annotated[float, Meta(ge=0.0001, le=0.1)],
        Meta(description="auto, or ångström from 0.0001 to 0.1"),
    ] = "auto"
    temperatures_k: _Range = "none"
    pressures_mpa: _Range = "none"
    neglect: _Whole = "auto"
    intensities: Flag = False
    method: Annotated[Method, Meta(description=", ".join(METHODS))] = "INTPOL"
    normborn: Flag = False
    raman: Flag = False
    raman_at: Annotated[
        Literal["none"] | tuple[float, float],
        Meta(description="none, or kelvin and nanometres such as [298.15, 532]"),
    ] = "none"
    ir_spectrum: Flag = False
    raman_spectrum: Flag = False
    spectrum_range_cm1: Annotated[
        Literal["auto"] | tuple[float, float],
        Meta(description="auto, or first and last wavenumber such as [0, 4000]"),
    ] = "auto"
    spectrum_step_cm1: Annotated[
        Literal["auto"] | Annotated[float, Meta(gt=0)],
        Meta(description="auto, or a number above 0"),
    ] = "auto"
    spectrum_width_cm1: Annotated[
        Literal["auto"] | Annotated[float, Meta(gt=0)],
        Meta(description="auto, or a number above 0"),
    ] = "auto"
    cphf_fmixing: _Whole = "auto"
    cphf_maxcycle: _Whole = "auto"
    cphf_tolalpha: _Whole = "auto"
    cphf_fmixing2: _Whole = "auto"
    cphf_maxcycle2: _Whole = "auto"
    cphf_tolgamma: _Whole = "auto"
    dielectric: _Tensor = "none"
    dispersion: Flag = False
    supercell: Annotated[
        tuple[int, int, int], Meta(description="three whole numbers such as [2, 2, 2]")
    ] = (2, 2, 2)
    interphess: _Three = "none"
    wang: _Tensor = "none"
    bands: Flag = False
    band_points: Annotated[int, Meta(ge=2, le=1000, description="a number from 2 to 1000")] = 100
    pdos: Annotated[
        Literal["none"] | tuple[float, int],
        Meta(description="none, or the largest frequency (cm-1) and bins such as [2000, 200]"),
    ] = "none"
    projected: Flag = True
    neutrons: Annotated[
        Literal["none"] | tuple[float, int, Literal[0, 1, 2]],
        Meta(description="none, or frequency, bins, and 0, 1 or 2 such as [3000, 300, 2]"),
    ] = "none"
    isotopes: Annotated[
        Literal["none"] | tuple[tuple[int, float], ...],
        Meta(description="none, or pairs of atom and mass such as [[1, 2.014]]"),
    ] = "none"
    fragment: Annotated[
        Literal["none"] | tuple[int, ...], Meta(description="none, or atoms such as [1, 2]")
    ] = "none"
    preoptgeom: Flag = False
    active: Annotated[
        Literal["none", "ALL", "IR", "RAMAN"], Meta(description=f"none, {', '.join(ACTIVE)}")
    ] = "none"
    multitask: Annotated[
        Literal["none"] | Annotated[int, Meta(ge=2, le=10_000)],
        Meta(description="none, or a whole number from 2"),
    ] = "none"
    scale: Annotated[
        Literal["none"] | Annotated[float, Meta(ge=0.5, le=1.5)],
        Meta(description="none, or a factor from 0.5 to 1.5"),
    ] = "none"
    analysis: Annotated[Literal["auto"] | bool, Meta(description="auto, true, false")] = "auto"
    noeckart: Flag = False
    nomodes: Flag = False
    adp: Annotated[
        Literal["none"] | tuple[int, int], Meta(description="none, or two numbers such as [0, 0]")
    ] = "none"
    combinations: Annotated[
        Literal["none", "ALL", "IR", "RAMAN", "IRRAMAN"],
        Meta(description=f"none, {', '.join(COMBINATIONS)}"),
    ] = "none"
    scan: Annotated[
        Literal["none"] | tuple[float, ...],
        Meta(description="none, or first and last point, step, modes such as [-5, 5, 0.4, 4]"),
    ] = "none"
    anharm: Annotated[
        Literal["none"] | int, Meta(description="none, or an atom of hydrogen such as 3")
    ] = "none"
    anharm_keepsymm: Flag = False
    anharm_noguess: Flag = False
    anharm_points26: Flag = False
    restart: Flag = False
    guess: Guess = "auto"
    version: ProgramVersion = 23
    unverified: Flag = False


def with_template(settings: Mapping[str, object]) -> dict[str, object]:
    """Put the settings of the template under those that are given."""
    template = settings.get("template", "basic")
    below = TEMPLATES.get(template, {}) if isinstance(template, str) else {}  # type: ignore[call-overload]
    return {**below, **settings}


Complaint = tuple[str, str]


Conflict = Callable[["FreqSettings"], Iterator[Complaint]]


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
