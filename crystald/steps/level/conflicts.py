"""What settings may not say together: one function for each conflict, each with reason and cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from crystald.crystal.deck.basis import BASIS_SETS, find_basis
from crystald.crystal.deck.functionals import find_functional, functional_keyword
from crystald.crystal.deck.versions import KEYWORDS, check_known, known_to
from crystald.errors import ConfigError, DeckError
from crystald.steps.level.choices import INHERIT
from crystald.steps.level.settings import STANDARD, LevelSettings

NOT_BUILT_IN: Final = ("external:", "bse:")
"""How names of basis sets begin whose text stands in the deck."""

Complaint = tuple[str, str]
"""What is wrong, and what helps."""


def is_built_in(basis: str) -> bool:
    """Tell whether a basis set is one of the program's own."""
    return not basis.startswith(NOT_BUILT_IN)


def check_level(settings: LevelSettings, where: str) -> None:
    """Check what single types cannot say.

    Raises
    ------
    ConfigError
        Unknown functional or basis set; dispersion or a basis set that the functional does not
        allow; what the version of the program lacks; settings that exclude each other; numbers
        out of range or order.
    """
    try:
        _check_method(settings)
    except DeckError as error:
        raise ConfigError(f"{where}: {error.message}", error.hint) from error
    for conflict in CONFLICTS:
        for said, cure in conflict(settings):
            raise ConfigError(f"{where}: {said}", cure)


def _check_method(settings: LevelSettings) -> None:
    if settings.functional != INHERIT:
        functional_keyword(settings.functional, dispersion=settings.dispersion == "D3")
        row = find_functional(settings.functional)
        known = row.known(settings.version)
        check_known(settings.functional, known, settings.version, unverified=settings.unverified)
    if settings.grid in KEYWORDS:
        known = known_to(settings.version, *KEYWORDS[settings.grid])
        check_known(settings.grid, known, settings.version, unverified=settings.unverified)
    if settings.basis != INHERIT and is_built_in(settings.basis):
        name = find_basis(settings.basis)
        check_basis_of(settings.functional, name)
        known = BASIS_SETS[name].known(settings.version)
        check_known(name, known, settings.version, unverified=settings.unverified)
    elif settings.basis != INHERIT:
        check_basis_of(settings.functional, settings.basis)


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


def _tolinteg(settings: LevelSettings) -> Iterator[Complaint]:
    five = settings.tolinteg
    if isinstance(five, tuple) and (min(five) < 4 or max(five) > 60 or five[4] < five[3]):
        yield (
            f"tolinteg cannot be {list(five)}",
            "Each number is from 4 to 60, and the fifth is not smaller than the fourth.",
        )


def _kmesh(settings: LevelSettings) -> Iterator[Complaint]:
    mesh = settings.kmesh
    if isinstance(mesh, tuple) and not all(1 <= n <= 60 for n in mesh):
        yield f"kmesh cannot be {list(mesh)}", "Each factor is from 1 to 60."


def _grid(settings: LevelSettings) -> Iterator[Complaint]:
    if settings.functional == INHERIT or settings.grid in (INHERIT, "auto", "DEFAULT"):
        return
    if not find_functional(settings.functional).is_dft:
        yield (
            f"{settings.functional} has no density to integrate: {settings.grid} belongs to DFT",
            "Set grid to auto.",
        )


def _spins(settings: LevelSettings) -> Iterator[Complaint]:
    asked = [name for name in ("spinlock", "atomspin") if _given(getattr(settings, name))]
    if asked and settings.spin is False:
        yield (
            f"{asked[0]} needs a spin-polarised calculation, and spin is false",
            f"Set spin to true, or {asked[0]} to none.",
        )
    if asked and _row_spin(settings) is False:
        yield (
            f"{asked[0]} needs a spin-polarised calculation, and {settings.functional} is none",
            f"Take UHF, or set {asked[0]} to none.",
        )


def _given(value: object) -> bool:
    return isinstance(value, tuple) and bool(value)


def _row_spin(settings: LevelSettings) -> bool | None:
    return None if settings.functional == INHERIT else find_functional(settings.functional).spin


def _spin_of_method(settings: LevelSettings) -> Iterator[Complaint]:
    forced = _row_spin(settings)
    if forced is not None and isinstance(settings.spin, bool) and settings.spin != forced:
        yield (
            f"{settings.functional} and spin {str(settings.spin).lower()} exclude each other",
            f"Set spin to {str(forced).lower()}, or functional to HF.",
        )


def _spinlock(settings: LevelSettings) -> Iterator[Complaint]:
    lock = settings.spinlock
    if not isinstance(lock, tuple):
        return
    if lock[1] < 1:
        yield (
            f"spinlock cannot be {list(lock)}: it must hold for some cycles",
            "The second number counts cycles, from 1.",
        )
    if isinstance(settings.scf_maxcycle, int) and lock[1] >= settings.scf_maxcycle:
        yield lock_too_long(lock[1], settings.scf_maxcycle)


def lock_too_long(cycles: int, maxcycle: int) -> Complaint:
    """Say that a spin lock does not end before the SCF does."""
    said = f"spinlock holds for {cycles} cycles, and the SCF ends after {maxcycle}"
    return (
        f"{said}: the state could not be judged after its release",
        "Make its second number smaller than scf_maxcycle.",
    )


def _atomspin(settings: LevelSettings) -> Iterator[Complaint]:
    pairs = settings.atomspin
    if not isinstance(pairs, tuple):
        return
    atoms = [atom for atom, _ in pairs]
    if any(atom < 1 or spin not in (-1, 0, 1) for atom, spin in pairs):
        yield (
            f"atomspin cannot be {[list(pair) for pair in pairs]}",
            "Atoms count from 1 in the cell of the file; a spin is 1, 0 or -1.",
        )
    if len(set(atoms)) < len(atoms):
        yield "atomspin names an atom twice", "Give each atom one spin."


def _levshift(settings: LevelSettings) -> Iterator[Complaint]:
    shift = settings.levshift
    if not isinstance(shift, tuple):
        return
    if shift[0] < 1 or shift[1] not in (0, 1):
        yield (
            f"levshift cannot be {list(shift)}",
            "Write tenths of a hartree from 1, and 1 to lock the state or 0 not to.",
        )
    if settings.acceleration != "NODIIS":
        yield (
            "levshift has no effect while DIIS is active",
            "Set acceleration to NODIIS, or levshift to none.",
        )


def _smearing(settings: LevelSettings) -> Iterator[Complaint]:
    width = settings.smear_ha
    if settings.conducting is False and width not in (INHERIT, 0, STANDARD["smear_ha"]):
        yield (
            f"smear_ha {width:g} belongs to a conductor, and conducting is false",
            "Set conducting to true, or leave smear_ha out.",
        )


def _acceleration(settings: LevelSettings) -> Iterator[Complaint]:
    way = settings.acceleration
    if isinstance(settings.broyden, tuple):
        weight, mixing, start = settings.broyden
        if way not in (INHERIT, "BROYDEN"):
            yield "broyden belongs to BROYDEN", "Set acceleration to BROYDEN, or broyden to auto."
        if not (0 < weight <= 1 and 0 <= mixing <= 99 and start >= 1):
            yield (
                f"broyden cannot be {list(settings.broyden)}",
                "A weight above 0, up to 1; per cent from 0 to 99; a cycle from 1.",
            )
    if isinstance(settings.histdiis, int) and way not in (INHERIT, "auto", "DIIS"):
        yield f"histdiis belongs to DIIS, not to {way}", "Set histdiis to none."


CONFLICTS: Final[tuple[Callable[[LevelSettings], Iterator[Complaint]], ...]] = (
    _tolinteg,
    _kmesh,
    _grid,
    _spins,
    _spin_of_method,
    _spinlock,
    _atomspin,
    _levshift,
    _smearing,
    _acceleration,
)
"""All conflicts that settings alone show."""
