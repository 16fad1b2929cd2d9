"""What a FREQ may say, and the templates it may start from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.blocks.frequencies import ACTIVE
from crystald.crystal.deck.blocks.intensities import METHODS, Method
from crystald.crystal.deck.blocks.modes import COMBINATIONS
from crystald.steps.level.choices import Flag, Guess, ProgramVersion

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
    temperatures_k
        Temperatures of the thermodynamic functions, K; ``none``: 298.15.
    pressures_mpa
        Pressures of the thermodynamic functions, MPa; ``none``: 0.101325.
    neglect
        So many of the lowest modes are left out of the thermodynamic functions.
    intensities
        Infrared intensities; only of insulators.
    method
        INTPOL by Berry phases, INTLOC by Wannier functions, INTCPHF by coupled perturbed equations.
    normborn
        Make the Born charges of the cell add up to zero.
    raman
        Raman intensities.
    raman_at
        Temperature (K) and wavelength of the laser (nm) of Raman intensities.
    ir_spectrum
        Write the infrared spectrum.
    raman_spectrum
        Write the Raman spectrum.
    spectrum_range_cm1
        First and last wavenumber of the spectra, 1/cm; ``auto``: the program's own.
    spectrum_step_cm1
        Step of the spectra, 1/cm; ``auto``: the program's own.
    spectrum_width_cm1
        Width of a line of the spectra, 1/cm; ``auto``: the program's own.
    cphf_fmixing
        Mixing of the equations of INTCPHF, per cent; ``auto``: the program's own.
    cphf_maxcycle
        Most cycles of the equations of INTCPHF; ``auto``: the program's own.
    cphf_tolalpha
        Convergence of the equations of INTCPHF: 10**-n; ``auto``: the program's own.
    cphf_fmixing2
        Mixing of the second-order equations of INTCPHF, per cent; ``auto``: the program's own.
    cphf_maxcycle2
        Most cycles of the second-order equations of INTCPHF; ``auto``: the program's own.
    cphf_tolgamma
        Convergence of the second-order equations of INTCPHF: 10**-n; ``auto``: the program's own.
    dielectric
        Dielectric constant or tensor at high frequencies.
    dispersion
        Phonons away from the centre of the zone.
    supercell
        Supercell of the primitive cell that `dispersion` is computed in.
    interphess
        Interpolation of the Hessian.
    wang
        Dielectric tensor for the long-range part of the Hessian in polar crystals.
    bands
        Phonon bands along the path of the lattice.
    band_points
        Points on each segment of the phonon bands.
    pdos
        Density of states up to a frequency (1/cm), in bins.
    projected
        Split the density of states by atoms.
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
    anharm_keepsymm
        Stretch all equivalent bonds.
    anharm_noguess
        Start each point of the stretching from atoms.
    anharm_points26
        Compute 26 points of the stretching, and not 7.
    restart
        Go on with the displacements of the FREQ before (RESTART), in its deck and at its level;
        only what is made of the forces may change (temperatures, isotopes, bands of phonons, …).
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
    wang: Annotated[
        Literal["none"] | tuple[float, ...],
        Meta(description="none, or the nine of a tensor row by row"),
    ] = "none"
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
    """Put the settings of the template under those that are given; a constant is a short tensor."""
    template = settings.get("template", "basic")
    below = TEMPLATES.get(template, {}) if isinstance(template, str) else {}  # type: ignore[call-overload]
    given = dict(settings)
    constant = given.get("dielectric")
    if isinstance(constant, int | float) and not isinstance(constant, bool):
        given["dielectric"] = [constant]
    return {**below, **given}
