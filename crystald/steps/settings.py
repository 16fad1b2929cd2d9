"""Settings that OPT and SP share: the level of theory, the k mesh, the SCF."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from crystald.crystal.deck.basis import BASIS_SETS, find_basis
from crystald.crystal.deck.blocks.hamiltonian import GRIDS
from crystald.crystal.deck.functionals import FUNCTIONALS, find_functional, functional_keyword
from crystald.errors import ConfigError, DeckError

INHERIT = "inherit"
"""A value that a step takes from the deck of the step whose geometry it takes."""

_Functional = Annotated[str, Meta(description=f"inherit, {', '.join(FUNCTIONALS)}")]
_Dispersion = Annotated[Literal["inherit", "D3", "none"], Meta(description="inherit, D3, none")]
_Basis = Annotated[str, Meta(description=f"inherit, {', '.join(BASIS_SETS)}")]
_Grid = Annotated[
    Literal[
        "inherit",
        "auto",
        "OLDGRID",
        "DEFAULT",
        "LGRID",
        "XLGRID",
        "XXLGRID",
        "XXXLGRID",
        "HUGEGRID",
    ],
    Meta(description=f"inherit, auto, {', '.join(GRIDS)}"),
]
_Choice = Annotated[
    Literal["inherit", "auto"] | bool, Meta(description="inherit, auto, true, false")
]
_Tolinteg = Annotated[
    Literal["inherit", "auto"] | tuple[int, int, int, int, int],
    Meta(description="inherit, auto, or five whole numbers such as [7, 7, 7, 7, 14]"),
]
_Toldee = Annotated[
    Literal["inherit"] | Annotated[int, Meta(ge=5, le=14)],
    Meta(description="inherit, or a whole number from 5 to 14"),
]
_Kmesh = Annotated[
    Literal["inherit", "auto"] | tuple[int, int, int],
    Meta(description="inherit, auto, or three whole numbers such as [8, 8, 8]"),
]
_Smear = Annotated[
    Literal["inherit"] | Annotated[float, Meta(ge=0, le=0.1)],
    Meta(description="inherit, or a width in hartree from 0 to 0.1"),
]
_Fmixing = Annotated[
    Literal["inherit"] | Annotated[int, Meta(ge=0, le=99)],
    Meta(description="inherit, or per cent from 0 to 99"),
]
_Maxcycle = Annotated[
    Literal["inherit"] | Annotated[int, Meta(ge=1, le=2000)],
    Meta(description="inherit, or a whole number from 1 to 2000"),
]
Guess = Annotated[Literal["auto", "never"], Meta(description="auto, never")]


class LevelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a step may say of the level of theory; ``inherit`` takes the parent deck's value.

    Attributes
    ----------
    functional, dispersion
        The exchange-correlation functional.
    grid
        Integration grid; ``auto``: XLGRID, XXLGRID for functionals of the kinetic energy density.
    basis
        A basis set built into CRYSTAL.
    spin
        ``auto``: on for an odd number of electrons and for elements with open d or f shells.
    tolinteg
        ``auto``: 7 7 7 7 14; 7 7 7 9 30 for hybrids in large cells.
    toldee
        SCF convergence: 10**-n Ha.
    kmesh
        ``auto``: by the lengths of the reciprocal vectors.
    conducting
        Whether it is a metal (finer mesh, smearing); ``auto``: when it holds metals only.
    smear_ha
        Smearing of a metal; 0 for none.
    scf_maxcycle, fmixing
        Most cycles, and mixing.
    """

    functional: _Functional = "inherit"
    dispersion: _Dispersion = "inherit"
    basis: _Basis = "inherit"
    grid: _Grid = "inherit"
    spin: _Choice = "inherit"
    tolinteg: _Tolinteg = "inherit"
    toldee: _Toldee = "inherit"
    kmesh: _Kmesh = "inherit"
    conducting: _Choice = "inherit"
    smear_ha: _Smear = "inherit"
    scf_maxcycle: _Maxcycle = "inherit"
    fmixing: _Fmixing = "inherit"


STANDARD: dict[str, object] = {
    "functional": "PBE",
    "dispersion": "D3",
    "basis": "POB-TZVP-REV2",
    "grid": "auto",
    "spin": "auto",
    "tolinteg": "auto",
    "toldee": 8,
    "kmesh": "auto",
    "conducting": "auto",
    "smear_ha": 0.005,
    "scf_maxcycle": 200,
    "fmixing": 30,
}
"""The profile `standard` for an optimisation, and for what starts from the material."""


def check_level(settings: LevelSettings, where: str) -> None:
    """Check what single types cannot say.

    Raises
    ------
    ConfigError
        Unknown functional or basis set; dispersion or a basis set that the functional does not
        allow; numbers out of range or order.
    """
    try:
        if settings.functional != INHERIT:
            functional_keyword(settings.functional, dispersion=settings.dispersion == "D3")
        if settings.basis != INHERIT:
            check_basis_of(settings.functional, find_basis(settings.basis))
    except DeckError as error:
        raise ConfigError(f"{where}: {error.message}", error.hint) from error
    _check_tolinteg(settings.tolinteg, where)
    if isinstance(settings.kmesh, tuple) and not all(1 <= n <= 60 for n in settings.kmesh):
        raise ConfigError(
            f"{where}: kmesh cannot be {list(settings.kmesh)}", "Each factor is from 1 to 60."
        )


def check_basis_of(functional: str, basis: str) -> None:
    """Refuse a basis set that a 3C method does not go with.

    Raises
    ------
    DeckError
        It does not.
    """
    forced = None if functional == INHERIT else find_functional(functional).basis
    if forced is not None and basis != forced:
        raise DeckError(
            f"{functional} is defined with the basis set {forced}, not {basis}",
            f"Set basis to {forced} and dispersion to none.",
        )


def _check_tolinteg(tolinteg: object, where: str) -> None:
    if isinstance(tolinteg, tuple) and (
        min(tolinteg) < 4 or max(tolinteg) > 60 or tolinteg[4] < tolinteg[3]
    ):
        raise ConfigError(
            f"{where}: tolinteg cannot be {list(tolinteg)}",
            "Each number is from 4 to 60, and the fifth is not smaller than the fourth.",
        )
