"""Checks between steps: what a finished step says against its parent, and of itself.

Each returns reasons to look twice, as sentences that begin with ``suspect:``; none when all is
well. They judge only what was printed: what is None is not compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output

ENERGY_HA: Final = 1e-5
"""Largest difference of the energies of an OPT and an SP at equal settings, per cell."""

WITH_ALL: Final = "OPT END"
"""The kind of the energy that an optimisation ends with: it includes every correction."""

VOLUME_SHARE: Final = 0.2
IMAGINARY_CM1: Final = -10.0
"""Modes below are imaginary; translations stay above when the step was well converged."""


def compare_with_parent(parent: Output, child: Output, *, same_level: bool) -> tuple[str, ...]:
    """Compare a step with the one whose geometry it took.

    Parameters
    ----------
    parent, child
        Their outputs.
    same_level
        Whether functional, basis set and k mesh are the same, so that energies compare.
    """
    pairs: list[tuple[str, float | None, float | None]] = [
        ("atoms", parent.n_atoms, child.n_atoms),
        ("symmetry operators", parent.n_symmetry_operators, child.n_symmetry_operators),
    ]
    if same_level:
        pairs += [
            ("electrons", parent.n_electrons, child.n_electrons),
            ("atomic orbitals", parent.n_ao, child.n_ao),
        ]
    found = [
        f"suspect: {was:g} {what} before, {now:g} now"
        for what, was, now in pairs
        if was is not None and now is not None and was != now
    ]
    found += _compare_states(parent, child)
    found += _compare_energies(parent, child) if same_level else ()
    return tuple(found)


def _compare_states(parent: Output, child: Output) -> list[str]:
    if parent.conducting is False and child.conducting is True:
        return ["suspect: an insulator before, a conductor now"]
    return []


def _compare_energies(parent: Output, child: Output) -> list[str]:
    if parent.energy_ha is None or child.energy_ha is None:
        return []
    kinds = {parent.energy_kind, child.energy_kind} - {WITH_ALL}
    if len(kinds) > 1:
        return [f"suspect: energy {parent.energy_kind} before, {child.energy_kind} now"]
    change = child.energy_ha - parent.energy_ha
    if abs(change) <= ENERGY_HA:
        return []
    return [f"suspect: the energy at the same geometry and level differs by {change:.1e} Ha"]


def judge_volume(output: Output) -> tuple[str, ...]:
    """Judge how far an optimisation went from its first cell."""
    first, last = output.initial_geometry, output.geometry
    if first is None or last is None or not first.volume_ang3 or last.volume_ang3 is None:
        return ()
    change = last.volume_ang3 / first.volume_ang3 - 1
    if abs(change) <= VOLUME_SHARE:
        return ()
    return (f"suspect: the volume changed by {100 * change:+.0f} %",)


def judge_frequencies(frequencies_cm1: Sequence[float], atoms: int | None) -> tuple[str, ...]:
    """Judge the modes at the centre of the zone of a crystal.

    Parameters
    ----------
    frequencies_cm1
        All modes, cm⁻¹; imaginary ones negative.
    atoms
        Atoms of the primitive cell, None when it was not printed.
    """
    found = []
    if atoms is not None and len(frequencies_cm1) != 3 * atoms:
        found.append(f"suspect: {len(frequencies_cm1)} modes, {atoms} atoms have {3 * atoms}")
    acoustic = set(sorted(range(len(frequencies_cm1)), key=lambda i: abs(frequencies_cm1[i]))[:3])
    left = [v for i, v in enumerate(frequencies_cm1) if i not in acoustic and v < IMAGINARY_CM1]
    if left:
        worst = ", ".join(f"{value:.1f}" for value in sorted(left)[:3])
        found.append(f"suspect: {len(left)} imaginary modes ({worst} 1/cm)")
    return tuple(found)
