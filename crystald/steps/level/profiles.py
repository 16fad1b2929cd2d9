"""Profiles: named sets of settings, one literal table.

`standard` is what steps do without one. `predecessor` has the exact values of the programs that
crystald replaces, for numbers that must compare with old ones. The last eight are the predecessor's
ready-made configurations, corrected where a basis set contradicted its method and where FREQ would
not have been at the level of its OPT.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crystald.errors import ConfigError


@dataclass(frozen=True)
class Profile:
    """A profile.

    Attributes
    ----------
    title
        What it is for.
    level
        The level of theory of a step that starts from the material; later steps inherit it.
    steps
        Step type -> settings of every step of that type, wherever it starts.
    """

    title: str
    level: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


_TIGHT_OPT: Final = {"toldeg": 0.00003, "toldex": 0.00012}

_PREDECESSOR: Final[dict[str, Any]] = {
    "functional": "HSE06",
    "dispersion": "D3",
    "basis": "POB-TZVP-REV2",
    "grid": "XLGRID",
    "spin": True,
    "tolinteg": [7, 7, 7, 7, 14],
    "toldee": 7,
    "kmesh": "predecessor",
    "conducting": False,
    "scf_maxcycle": 800,
    "fmixing": 30,
    "acceleration": "DIIS",
    "histdiis": 100,
    "scfdir": True,
    "ppan": True,
    "biposize": "predecessor",
    "exchsize": "predecessor",
}
_PREDECESSOR_STEPS: Final[dict[str, dict[str, Any]]] = {
    "FREQ": {"toldee": 11, "numderiv": 2},
    "DOSS": {"points": 10000, "polynomials": 14, "newk_times": 2},
    "TRANSPORT": {
        "temperature_k": [100.0, 800.0, 50.0],
        "mu_window_ev": [-2.0, 2.0],
        "mu_step_ev": 0.01,
        "tdf_step_ev": 0.01,
        "relaxation_time_fs": 10.0,
    },
    "CHARGE+POTENTIAL": {"points": 100, "tolerance": 5, "scale": 3.0},
}
_PREDECESSOR_OPT: Final = {"optimise": "FULLOPTG", **_TIGHT_OPT, "opt_maxcycle": 800}

PROFILES: Final[dict[str, Profile]] = {
    "standard": Profile("PBE-D3 and POB-TZVP-REV2 for geometries, HSE06-D3 for single points"),
    "predecessor": Profile(
        "Exactly what the predecessor wrote: HSE06-D3, spin, 800 cycles, its k meshes and buffers",
        _PREDECESSOR,
        {"OPT": _PREDECESSOR_OPT, **_PREDECESSOR_STEPS},
    ),
    "quick": Profile(
        "A first look: PBE-D3, a double-zeta basis set, loose convergence",
        {
            "functional": "PBE",
            "dispersion": "D3",
            "basis": "POB-DZVP-REV2",
            "tolinteg": [6, 6, 6, 6, 12],
            "toldee": 7,
        },
        {"OPT": {"toldeg": 0.0003, "toldex": 0.0012}},
    ),
    "tight": Profile(
        "Tighter integrals, grid and convergence than standard",
        {"tolinteg": [8, 8, 8, 8, 16], "toldee": 9, "grid": "XXLGRID"},
        {"OPT": _TIGHT_OPT, "FREQ": {"toldee": 12}},
    ),
    "metal": Profile(
        "A finer k mesh, smearing, and no exact exchange",
        {"functional": "PBE", "dispersion": "D3", "conducting": True, "smear_ha": 0.005},
    ),
    "magnetic": Profile(
        "Spin-polarised; give atomspin or spinlock, or it may end without any spin",
        {"spin": True, "scf_maxcycle": 300, "fmixing": 50},
    ),
    "slab": Profile(
        "Surfaces: only atoms move, tighter exchange",
        {"tolinteg": [7, 7, 7, 9, 30]},
        {"OPT": {"optimise": "ATOMONLY"}},
    ),
    "phonon": Profile(
        "Phonon bands and density of states, at a tightly converged geometry",
        {"tolinteg": [8, 8, 8, 8, 16], "toldee": 9, "grid": "XXLGRID"},
        {
            "OPT": _TIGHT_OPT,
            "FREQ": {
                "dispersion": True,
                "supercell": [2, 2, 2],
                "bands": True,
                "pdos": [2000.0, 200],
            },
        },
    ),
    "standard_dft_opt": Profile(
        "The predecessor's optimisation with B3LYP-D3",
        _PREDECESSOR | {"functional": "B3LYP"},
        {"OPT": _PREDECESSOR_OPT},
    ),
    "high_accuracy_sp": Profile(
        "A single point with HSE06-D3 on the largest grid, very tight",
        steps={
            "SP": {
                "functional": "HSE06",
                "dispersion": "D3",
                "grid": "XXLGRID",
                "tolinteg": [9, 9, 9, 11, 38],
                "toldee": 11,
                "scf_maxcycle": 1000,
                "fmixing": 20,
            }
        },
    ),
    "3c_composite": Profile(
        "PBEh-3c in its own basis set",
        {"functional": "PBEH3C", "dispersion": "none", "basis": "def2-mSVP", "grid": "auto"},
        {"SP": {"functional": "PBEH3C", "dispersion": "none", "basis": "def2-mSVP"}},
    ),
    "freq_analysis": Profile(
        "Frequencies with very tight integrals, and the OPT at the same level",
        {"tolinteg": [9, 9, 9, 11, 38], "toldee": 11},
        {"OPT": _TIGHT_OPT, "FREQ": {"toldee": 11, "numderiv": 2}},
    ),
    "phonon_bands": Profile(
        "Phonon bands in a supercell of 2 x 2 x 2",
        {"tolinteg": [9, 9, 9, 11, 38], "toldee": 11},
        {"OPT": _TIGHT_OPT, "FREQ": {"template": "phonon_bands", "toldee": 11}},
    ),
    "surface_slab": Profile(
        "A surface with PBE-D3 and smearing, atoms only",
        {
            "functional": "PBE",
            "dispersion": "D3",
            "basis": "POB-DZVP-REV2",
            "conducting": True,
            "smear_ha": 0.01,
        },
        {"OPT": {"optimise": "ATOMONLY"}},
    ),
    "metallic_system": Profile(
        "A metal with PBE, spin and wide smearing",
        {
            "functional": "PBE",
            "dispersion": "none",
            "spin": True,
            "conducting": True,
            "smear_ha": 0.02,
            "scf_maxcycle": 1200,
            "fmixing": 15,
            "tolinteg": [8, 8, 8, 9, 30],
            "toldee": 9,
        },
    ),
    "quick_screen": Profile(
        "Hartree-Fock in a minimal basis set: does it run at all?",
        {
            "functional": "HF",
            "dispersion": "none",
            "basis": "STO-3G",
            "tolinteg": [6, 6, 6, 6, 12],
            "toldee": 6,
        },
        {"OPT": {"toldeg": 0.0003, "toldex": 0.0012}},
    ),
}
"""Name -> profile."""


def find_profile(name: str, where: str = "profile") -> Profile:
    """Find a profile by its name.

    Raises
    ------
    ConfigError
        There is none of that name.
    """
    if name not in PROFILES:
        raise ConfigError(f"{where}: unknown profile {name!r}", f"Allowed: {', '.join(PROFILES)}.")
    return PROFILES[name]


def profile_settings(
    name: str, step_type: str, *, starts: bool, where: str = "profile"
) -> dict[str, Any]:
    """Give what a profile says of a step.

    Parameters
    ----------
    name
        Of the profile.
    step_type
        Type of the step (``OPT``).
    starts
        Whether it starts from the material, and so takes no level from an earlier step.

    Raises
    ------
    ConfigError
        There is no such profile.
    """
    profile = find_profile(name, where)
    own = dict(profile.steps.get(step_type, {}))
    return {**profile.level, **own} if starts else own
