"""Bands and densities of states as values; energies in hartree."""

from __future__ import annotations

from dataclasses import dataclass

SHIFTED = "fermi"
ABSOLUTE = "absolute"


@dataclass(frozen=True)
class Bands:
    """Bands along a path.

    Attributes
    ----------
    distances
        Of the k points along the path, 1/bohr; shape (k points,).
    ticks
        Where segments begin and end: (distance, name as printed).
    energies_ha
        Per spin, per k point, per band.
    fermi_ha
        The printed Fermi energy (of an insulator: the top of the valence bands); None when absent.
    zero
        ``fermi``: energies are relative to `fermi_ha`; ``absolute``: they are not shifted.
    fermi_of_spins_ha
        The printed Fermi energy of each spin, where each has one.
    """

    distances: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]
    energies_ha: tuple[tuple[tuple[float, ...], ...], ...]
    fermi_ha: float | None
    zero: str
    fermi_of_spins_ha: tuple[float, ...] = ()


@dataclass(frozen=True)
class Dos:
    """A density of states with its projections.

    Attributes
    ----------
    energies_ha
        Shape (points,).
    densities
        Per spin, per projection, per point: states per hartree and cell, never negative by sign of
        spin; the last projection is the total.
    fermi_ha, zero, fermi_of_spins_ha
        As for :class:`Bands`.
    """

    energies_ha: tuple[float, ...]
    densities: tuple[tuple[tuple[float, ...], ...], ...]
    fermi_ha: float | None
    zero: str
    fermi_of_spins_ha: tuple[float, ...] = ()


@dataclass(frozen=True)
class PhononBands:
    """Bands of phonons along a path.

    Attributes
    ----------
    distances, ticks
        As for :class:`Bands`.
    frequencies_cm1
        Per k point, per band; imaginary ones negative.
    """

    distances: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]
    frequencies_cm1: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class PhononDos:
    """A density of states of phonons with its projections.

    Attributes
    ----------
    frequencies_cm1
        Shape (points,).
    densities
        Per projection, per point; the last is the total.
    """

    frequencies_cm1: tuple[float, ...]
    densities: tuple[tuple[float, ...], ...]
