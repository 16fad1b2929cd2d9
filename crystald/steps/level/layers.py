"""Layers of settings: what is asked for beside a default of another method makes the default yield.

A profile may say PBE with D3 and a grid. Who then asks for Hartree-Fock or for HSEsol-3c asked for
none of these: they become those of the method. What is asked for in the same layer stays, and is
refused where it is a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from crystald.crystal.deck.functionals import known_functional
from crystald.steps.level.choices import INHERIT

Values = Mapping[str, object]


def layered(*layers: Values) -> dict[str, object]:
    """Lay settings upon each other, the last one on top.

    Parameters
    ----------
    layers
        Key -> value.

    Examples
    --------
    >>> layered({"functional": "PBE", "dispersion": "D3"}, {"functional": "SCAN"})
    {'functional': 'SCAN', 'dispersion': 'inherit'}
    >>> layered({"conducting": "auto", "smear_ha": 0.005}, {"smear_ha": 0.01})
    {'conducting': True, 'smear_ha': 0.01}
    """
    found: dict[str, object] = {}
    for layer in layers:
        for yields in _YIELDING:
            changes = yields(found, layer)
            found |= {key: changes[key] for key in changes.keys() & found.keys() - layer.keys()}
        found |= layer
    return found


def _to_the_functional(below: Values, layer: Values) -> Values:
    """Let dispersion, basis set, grid and spin yield to a functional that cannot have them."""
    row = known_functional(str(layer.get("functional")))
    if row is None:
        return {}
    changes: dict[str, object] = {}
    if row.d3 is None and below.get("dispersion") == "D3":
        changes["dispersion"] = INHERIT
    if row.basis is not None and below.get("basis") != row.basis:
        changes["basis"] = INHERIT
    if not row.is_dft:
        changes["grid"] = "auto"
    if row.spin is not None and below.get("spin") not in (INHERIT, row.spin):
        changes["spin"] = "auto"
    return changes


def _to_smearing(_: Values, layer: Values) -> Values:
    """Take for a metal what is to be smeared."""
    width = layer.get("smear_ha")
    return {"conducting": True} if isinstance(width, int | float) and width > 0 else {}


def _to_the_acceleration(_: Values, layer: Values) -> Values:
    """Drop what belongs to another way of converging."""
    way = layer.get("acceleration", INHERIT)
    if way == INHERIT:
        return {}
    changes: dict[str, object] = {}
    if way not in ("auto", "DIIS"):
        changes["histdiis"] = "none"
    if way != "NODIIS":
        changes["levshift"] = "none"
    if way != "BROYDEN":
        changes["broyden"] = "auto"
    return changes


_YIELDING: Final[tuple[Callable[[Values, Values], Values], ...]] = (
    _to_the_functional,
    _to_smearing,
    _to_the_acceleration,
)
"""What yields to what."""
