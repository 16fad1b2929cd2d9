"""A deck out of an output alone: what the program echoes of its settings, where that is certain."""

from __future__ import annotations

import re
from typing import Any, Final

from crystald.crystal.deck.basis import BASIS_SETS
from crystald.crystal.deck.blocks.hamiltonian import Hamiltonian
from crystald.crystal.deck.blocks.scf import Scf
from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d12 import Deck, print_d12
from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.functionals import find_functional, functional_keyword
from crystald.crystal.deck.geometry.block import EXTERNAL
from crystald.crystal.deck.records import title_line
from crystald.crystal.output.values import Output
from crystald.errors import DeckError

NOTE: Final = (
    "the deck is made of what the output echoes: what no output echoes (fields, frozen atoms, "
    "printing) is not in it"
)

_PBE, _LYP = "PERDEW-BURKE-ERNZERHOF", "LEE-YANG-PARR"

ECHOES: Final[dict[tuple[str, str, float, float | None, float | None], str]] = {
    (_PBE, _PBE, 0.0, None, None): "PBE",
    (_PBE, _PBE, 25.0, None, None): "PBE0",
    ("BECKE 88", _LYP, 0.0, None, None): "BLYP",
    ("BECKE 88", _LYP, 20.0, 0.9, None): "B3LYP",
    ("HSE06 SR/GGA", _PBE, 25.0, None, 0.11): "HSE06",
    ("PBEsol GGA", "PBEsol", 0.0, None, None): "PBESOL",
    ("PBEsol GGA", "PBEsol", 25.0, None, None): "PBESOL0",
    ("DIRAC-SLATER LDA", "VOSKO-WILK-NUSAIR", 0.0, None, None): "SVWN",
}
"""Exchange, correlation, per cent of Fock exchange, weight of the non-local exchange, range
separation (1/bohr) as echoed -> functional."""

_COMPOSITE: Final = re.compile(r"RDDFTP: (\S+-3c) calculation", re.IGNORECASE)
COMPOSITE_GRID: Final = "XLGRID"
"""What the program takes for a composite method by itself: its deck names another one only."""

GRIDS: Final = {
    (55, 434): "OLDGRID",
    (75, 434): "LGRID",
    (75, 974): "XLGRID",
    (99, 1454): "XXLGRID",
}
"""Radial and most angular points -> grid (manual, section 4.1)."""


def deck_of(output: Output) -> tuple[str, tuple[str, ...]]:
    """Make the deck of a run; its geometry is EXTERNAL, with the last one of the output.

    Returns
    -------
    the deck, what a person should know

    Raises
    ------
    DeckError
        The output does not tell for certain how it was computed.
    """
    method = _hamiltonian(output)
    basis = _basis(output)
    deck = Deck(title_line(output.title or "crystal"), EXTERNAL, basis, method, _scf(output))
    text = print_d12(deck)
    return text, (NOTE,)


def _fact(output: Output, name: str) -> Any:
    told = output.facts.get(name)
    return None if told is None else told.value


def _unknown(what: str) -> DeckError:
    return DeckError(f"the output alone does not tell {what}", "Give its deck too: --deck FILE.")


def _hamiltonian(output: Output) -> Hamiltonian:
    if output.spin_polarised is None:
        raise _unknown("whether it is spin-polarised")
    if (composite := _composite(output)) is not None:
        grid = _grid(output)
        return Hamiltonian(
            find_functional(composite).keyword,
            None if grid == COMPOSITE_GRID else grid,
            output.spin_polarised,
        )
    if output.gcp_ha is not None:
        raise _unknown("which composite method it is")
    if _fact(output, "hamiltonian") == "hartree-fock":
        if output.dispersion_ha is not None:
            raise _unknown("the dispersion correction")
        return Hamiltonian("HF", None, output.spin_polarised)
    name = functional_of(output)
    keyword = functional_keyword(name, dispersion=_dispersion(output))
    named = _grid(output) if find_functional(name).grid else None
    return Hamiltonian(keyword, named, output.spin_polarised)


def _composite(output: Output) -> str | None:
    """Name the composite method of `` INFORMATION **** RDDFTP **** PBEh-3c calculation``.

    Dispersion and counterpoise correction are parts of it; its basis set must be its own.

    Raises
    ------
    DeckError
        It runs with another basis set, or is none that we know.
    """
    told = (_COMPOSITE.fullmatch(line) for line in _fact(output, "information") or ())
    names = {found[1] for found in told if found}
    if not names:
        return None
    echoed = names.pop()
    name = echoed.replace("-", "").upper()
    row = FUNCTIONALS.get(name)
    if names or row is None or row.basis is None or _fact(output, "exchange_functional") != echoed:
        raise _unknown("which composite method it is")
    if (output.basis_name or "").replace("-", "").upper() != row.basis.replace("-", "").upper():
        raise _unknown(f"the basis set: {echoed} has {row.basis}")
    return name


def functional_of(output: Output) -> str:
    """Name the functional by its echoed lines.

    Raises
    ------
    DeckError
        They are not among `ECHOES`.
    """
    exchange, correlation = (
        _fact(output, f"{part}_functional") for part in ("exchange", "correlation")
    )
    told = (
        exchange,
        correlation,
        float(_fact(output, "fock_exchange") or 0.0),
        _weight(_fact(output, "nonlocal_exchange_weight")),
        _fact(output, "omega_short_range") or None,
    )
    if told not in ECHOES:
        raise _unknown(
            f"the functional ({exchange or 'no exchange'}, {correlation or 'no correlation'})"
        )
    return ECHOES[told]


def _weight(value: float | None) -> float | None:
    return None if value in (None, 1.0) else value


def _dispersion(output: Output) -> bool:
    scheme = _fact(output, "dispersion_scheme")
    automatic = "WITH AUTOMATIC PARAMETER SETUP"
    if scheme is None and output.dispersion_ha is None:
        return False
    if scheme == "DFT-D3(BJ)" and any(
        automatic in line for line in _fact(output, "information") or ()
    ):
        return True
    raise _unknown("the dispersion correction")


def _grid(output: Output) -> str:
    points = (_fact(output, "grid_radial_points"), _fact(output, "grid_angular_points"))
    if points not in GRIDS:
        raise _unknown("the integration grid")
    return GRIDS[points]


def _basis(output: Output) -> str:
    names = {name.upper(): name for name in BASIS_SETS}
    name = names.get((output.basis_name or "").strip().upper())
    atoms = output.geometry.atoms if output.geometry else ()
    if name is None:
        raise _unknown("the basis set")
    if output.n_electrons is None or output.n_electrons != sum(element_of(a.number) for a in atoms):
        raise _unknown("its charges and core potentials")
    return name


def _scf(output: Output) -> Scf:
    tolinteg, toldee = _fact(output, "tolinteg"), _fact(output, "toldee")
    if tolinteg is None or toldee is None:
        raise _unknown("its tolerances")
    fmixing = _fact(output, "fmixing")
    return Scf(
        tolinteg=_tolinteg(*tolinteg),
        toldee=toldee,
        shrink=_shrink(output),
        maxcycle=_fact(output, "scf_maxcycle") or 200,
        smear_ha=_fact(output, "smearing"),
        fmixing=None if fmixing is None else int(fmixing),
        ppan=False,
        spinlock=_lock(output),
        atomspin=_spins(output),
        biposize=_fact(output, "biposize"),
        exchsize=_fact(output, "exchsize"),
    )


def _tolinteg(coulomb: int, penetration: int, *exchange: int) -> tuple[int, ...]:
    """Give five tolerances; without exact exchange three are printed as 10**20, and mean nothing."""
    used = exchange if min(exchange) > 0 else (coulomb, coulomb, 2 * coulomb)
    return (coulomb, penetration, *used)


def _shrink(output: Output) -> Shrink | None:
    if output.dimensionality == 0:
        return None
    if output.shrink is None or output.gilat is None:
        raise _unknown("its k mesh")
    return Shrink(output.shrink, output.gilat)


def _lock(output: Output) -> tuple[int, int] | None:
    lock, cycles = _fact(output, "spin_lock"), _fact(output, "spin_lock_cycles")
    if lock is None:
        return None
    if cycles is None:
        raise _unknown("how long the spins were locked")
    return int(lock), int(cycles)


def _spins(output: Output) -> tuple[tuple[int, int], ...]:
    told = _fact(output, "initial_spins") or ()
    return tuple((atom, spin) for atom, spin in enumerate(told, start=1) if spin)
