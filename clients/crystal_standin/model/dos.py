"""Densities of states: every band's states spread a little, but never beyond the band."""

from __future__ import annotations

import numpy as np

from crystal_standin.lattice.groups import Floats
from crystal_standin.model.bands import Levels


def grid(low_ha: float, high_ha: float, points: int) -> Floats:
    """Return the energies: `points` in the window and one more on each side."""
    step = (high_ha - low_ha) / max(points - 1, 1)
    return np.asarray(np.linspace(low_ha - step, high_ha + step, points + 2), dtype=np.float64)


def density(levels: Levels, k_weights: Floats, energies: Floats, per_state: float) -> Floats:
    """Return densities of states on a grid of energies.

    Each state is spread over a box; what would leak out of its band is folded back, so that the
    integral up to a gap is exact.

    Parameters
    ----------
    levels : Levels
        Energies (k, b), Ha, and shares of the projections.
    k_weights : (k,) float
        Weights of the k points.
    energies : (e,) float
        An even grid, Ha.
    per_state : float
        Electrons per state: 2 without spin, 1 with.

    Returns
    -------
    (e, p) float
        States per Ha and cell.
    """
    step = float(energies[1] - energies[0])
    edges = np.append(energies - step / 2, energies[-1] + step / 2)
    result = np.zeros((len(energies), levels.shares.shape[2]))
    for band in range(levels.energies.shape[1]):
        states = levels.energies[:, band]
        if states.max() < edges[0] or states.min() > edges[-1]:
            continue
        weights = per_state * k_weights[:, None] * levels.shares[:, band]
        result += np.diff(_filled(edges, states, weights, step), axis=0) / step
    return result


def integrated(k_weights: Floats, shares: Floats, per_state: float) -> Floats:
    """Return the electrons of each band in each projection, (b, p)."""
    return np.asarray(per_state * np.einsum("k,kbp->bp", k_weights, shares), dtype=np.float64)


def _filled(edges: Floats, states: Floats, weights: Floats, step: float) -> Floats:
    """Return how much of a band lies below each edge, (edges, p)."""
    low, high = float(states.min()), float(states.max())
    whole = weights.sum(axis=0)
    half = min(max(1.5 * step, 0.06 * (high - low)), 0.012)
    if high - low < 2 * half:
        return np.where((edges >= (low + high) / 2)[:, None], whole, 0.0)
    result = np.zeros((len(edges), weights.shape[1]))
    inside = (edges > low) & (edges < high)
    at = edges[inside]
    spread = _box(at, states, half) - _box(2 * low - at, states, half)
    spread += 1.0 - _box(2 * high - at, states, half)
    result[inside] = spread @ weights
    result[edges >= high] = whole
    return result


def _box(edges: Floats, states: Floats, half: float) -> Floats:
    return np.clip((edges[:, None] - states[None, :]) / (2 * half) + 0.5, 0.0, 1.0)
