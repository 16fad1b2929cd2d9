"""The level of theory of a deck: made of settings, or inherited from a parent's deck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crystald.crystal.deck.basis import BASIS_SETS
from crystald.crystal.deck.blocks.explicit import ExplicitBasis
from crystald.crystal.deck.blocks.hamiltonian import Hamiltonian
from crystald.crystal.deck.blocks.scf import Scf
from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d12 import Deck
from crystald.crystal.deck.electrons import looks_metallic
from crystald.crystal.deck.external import is_diffuse, renumbered
from crystald.crystal.deck.functional_table import Functional
from crystald.crystal.deck.functionals import find_functional, functional_keyword
from crystald.crystal.deck.geometry.block import Geometry
from crystald.crystal.deck.kmesh import INSULATOR_ANG, METAL_ANG, check_mesh, kmesh
from crystald.crystal.deck.predecessor import predecessor_kmesh
from crystald.crystal.deck.versions import check_known
from crystald.errors import DeckError
from crystald.steps.level.basis import basis_of
from crystald.steps.level.choices import INHERIT
from crystald.steps.level.conflicts import check_basis_of
from crystald.steps.level.inheritance import resolved, values_of
from crystald.steps.level.settings import STANDARD, LevelSettings
from crystald.steps.level.spins import spin_of

LARGE_CELL: Final = 40
"""Atoms of a primitive cell from which hybrids get tighter pseudo-overlap criteria."""

TOLINTEG: Final = (7, 7, 7, 7, 14)
TOLINTEG_LARGE_HYBRID: Final = (7, 7, 7, 9, 30)
TOLINTEG_DIFFUSE: Final = (8, 8, 8, 8, 16)
PREDECESSOR_BUFFER: Final = 110_000_000
PREDECESSOR_ATOMS: Final = 5
FINE: Final = ("XXLGRID", "XXXLGRID", "HUGEGRID")
"""Grids for functionals of the kinetic energy density."""

_NO_BANDS: Final = "a molecule does not conduct: it has no bands"

BROYDEN: Final = (0.0001, 50, 2)
"""The manual's own suggestion."""


@dataclass(frozen=True)
class Level:
    """The blocks of a deck below its geometry, and what a person should know of them.

    Attributes
    ----------
    geometry
        Its atoms numbered as the basis set wants them.
    basis, hamiltonian, scf
        The blocks.
    basis_name
        What the basis set is called.
    notes
        One sentence each.
    """

    geometry: Geometry
    basis: str | ExplicitBasis
    hamiltonian: Hamiltonian
    scf: Scf
    basis_name: str
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Functional (with D3) and basis set."""
        return f"{self.hamiltonian.functional} {self.basis_name}"


def make_level(
    settings: LevelSettings,
    geometry: Geometry,
    numbers: tuple[int, ...],
    parent: Deck | None = None,
) -> Level:
    """Make the level of a deck.

    Parameters
    ----------
    settings
        Checked; what they inherit comes from `parent`, else from the profile `standard`.
    geometry
        The geometry block.
    numbers
        Atomic numbers of the primitive cell.
    parent
        The deck whose values are inherited.

    Raises
    ------
    DeckError
        The basis set lacks an element or does not belong to the functional, the version of the
        program lacks one of them, dispersion cannot be added, or the spin is impossible.
    """
    values, notes = resolved(settings, STANDARD if parent is None else values_of(parent))
    functional = find_functional(values["functional"])
    basis, basis_name = basis_of(values["basis"], settings, numbers)
    check_basis_of(values["functional"], basis if isinstance(basis, str) else "one of its own")
    keyword = functional_keyword(values["functional"], dispersion=values["dispersion"] == "D3")
    spin, said = spin_of(values, functional, geometry, numbers)
    doubts = _doubts(settings, str(values["functional"]), functional, basis, spin=spin)
    hamiltonian = Hamiltonian(keyword, _grid(values["grid"], functional), spin)
    diffuse = not isinstance(basis, str) and is_diffuse(basis)
    if _asks_for_smearing(settings):
        values["conducting"] = True
        said += _smeared(settings, geometry, numbers)
    if settings.conducting is True and geometry.kind == "MOLECULE":
        raise DeckError(_NO_BANDS, "Leave conducting and smear_ha out.")
    scf = _scf(values, geometry, numbers, hybrid=functional.hybrid, diffuse=diffuse)
    told = (*notes, *said, *doubts, *_choices(settings, functional, hamiltonian, scf))
    return Level(renumbered(geometry, basis), basis, hamiltonian, scf, basis_name, told)


def _doubts(
    settings: LevelSettings,
    name: str,
    functional: Functional,
    basis: str | ExplicitBasis,
    *,
    spin: bool,
) -> tuple[str, ...]:
    """Check what is asked for against the version of the program; name what is not verified.

    What is inherited has run already: it is named, not refused.
    """
    version = settings.version
    asked = settings.functional != INHERIT
    parts = [(name, functional.known(version), asked)]
    if isinstance(basis, str):
        parts.append((basis, BASIS_SETS[basis].known(version), settings.basis != INHERIT))
    if spin and functional.family == "HF" and functional.basis:
        parts.append((f"{name} with UHF", "unverified", asked))
    for what, known, refused in parts:
        if refused:
            check_known(what, known, version, unverified=settings.unverified)
    return tuple(
        f"unverified: {what} in CRYSTAL{version}" for what, known, _ in parts if known != "yes"
    )


def _grid(wish: str, functional: Functional) -> str | None:
    if wish == "DEFAULT" or (wish == "auto" and not functional.grid):
        return None
    return ("XXLGRID" if functional.meta else "XLGRID") if wish == "auto" else wish


def _scf(
    values: Mapping[str, Any],
    geometry: Geometry,
    numbers: tuple[int, ...],
    *,
    hybrid: bool,
    diffuse: bool,
) -> Scf:
    metal = _is_metal(values, geometry, numbers)
    large = geometry.kind == "SLAB" or len(numbers) > LARGE_CELL
    return Scf(
        tolinteg=_tolinteg(values["tolinteg"], large=large and hybrid, diffuse=diffuse),
        toldee=values["toldee"],
        shrink=_mesh(values["kmesh"], geometry, metal=metal),
        maxcycle=values["scf_maxcycle"],
        smear_ha=values["smear_ha"] if metal and values["smear_ha"] else None,
        fmixing=values["fmixing"],
        ppan=values["ppan"],
        spinlock=_given(values["spinlock"]),
        atomspin=_given(values["atomspin"]) or (),
        scfdir=values["scfdir"],
        biposize=_buffer(values["biposize"], len(numbers)),
        exchsize=_buffer(values["exchsize"], len(numbers)),
        acceleration=_given(values["acceleration"]),
        broyden=_broyden(values),
        histdiis=_given(values["histdiis"]),
        levshift=_given(values["levshift"]),
    )


def _is_metal(values: Mapping[str, Any], geometry: Geometry, numbers: tuple[int, ...]) -> bool:
    """Tell whether a cell counts as a metal; a molecule has no bands to conduct."""
    if values["conducting"] == "auto":
        return geometry.kind != "MOLECULE" and looks_metallic(numbers)
    return bool(values["conducting"])


def _asks_for_smearing(settings: LevelSettings) -> bool:
    """Tell whether a width was set on purpose: it needs no `conducting` beside it."""
    if settings.smear_ha in (INHERIT, 0) or isinstance(settings.conducting, bool):
        return False
    return settings.conducting == INHERIT or settings.smear_ha != STANDARD["smear_ha"]


def _smeared(
    settings: LevelSettings, geometry: Geometry, numbers: tuple[int, ...]
) -> tuple[str, ...]:
    if geometry.kind == "MOLECULE":
        raise DeckError(_NO_BANDS, "Leave smear_ha out.")
    if looks_metallic(numbers):
        return ()
    return (f"smear_ha {settings.smear_ha} is asked for: the material is computed as a metal",)


def _choices(
    settings: LevelSettings, functional: Functional, hamiltonian: Hamiltonian, scf: Scf
) -> Iterator[str]:
    """Tell of what is asked for and has no effect, or a poor one."""
    way = scf.acceleration or "DIIS"
    for name, owner in (("broyden", "BROYDEN"), ("histdiis", "DIIS")):
        if isinstance(getattr(settings, name), (int, tuple)) and way != owner:
            yield f"{name} has no effect: the cycles converge by {way} (acceleration)"
    if functional.meta and hamiltonian.grid not in FINE:
        yield f"{hamiltonian.functional} depends on the kinetic energy density: XXLGRID or finer"


def _given(value: Any) -> Any:
    """Give a value, or None where a word stands for its absence."""
    return None if value in ("auto", "none") else value


def _buffer(wish: str | int, atoms: int) -> int | None:
    if wish == "predecessor":
        return PREDECESSOR_BUFFER if atoms > PREDECESSOR_ATOMS else None
    return None if isinstance(wish, str) else wish


def _broyden(values: Mapping[str, Any]) -> tuple[float, int, int] | None:
    if values["acceleration"] != "BROYDEN":
        return None
    return BROYDEN if values["broyden"] == "auto" else values["broyden"]


def _tolinteg(wish: str | tuple[int, ...], *, large: bool, diffuse: bool) -> tuple[int, ...]:
    if not isinstance(wish, str):
        return tuple(wish)
    if diffuse:
        return TOLINTEG_DIFFUSE
    return TOLINTEG_LARGE_HYBRID if large else TOLINTEG


def _mesh(wish: str | tuple[int, int, int], geometry: Geometry, *, metal: bool) -> Shrink | None:
    if wish == "predecessor":
        return predecessor_kmesh(geometry)
    if isinstance(wish, str):
        return kmesh(geometry, METAL_ANG if metal else INSULATOR_ANG)
    factors = (wish[0], wish[1], wish[2])
    if geometry.kind != "EXTERNAL":
        check_mesh(geometry, factors)
    return Shrink(factors, 2 * max(factors))
