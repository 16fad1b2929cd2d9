"""Bands and densities of states on one zero: the Fermi energy, of each spin its own."""

from __future__ import annotations

from dataclasses import replace

from crystald.crystal.plotdata.values import SHIFTED, Bands, Dos


def bands_from_fermi(bands: Bands) -> Bands | None:
    """Give bands relative to the Fermi energy, once; None where it is not known."""
    if bands.zero == SHIFTED:
        return bands
    shifts = _shifts(bands, len(bands.energies_ha))
    if shifts is None:
        return None
    energies = tuple(
        tuple(tuple(energy - shift for energy in point) for point in spin)
        for spin, shift in zip(bands.energies_ha, shifts, strict=True)
    )
    return replace(bands, energies_ha=energies, zero=SHIFTED)


def dos_from_fermi(dos: Dos) -> Dos | None:
    """Give a density of states relative to the Fermi energy, once.

    None where that is not known, or where the spins have Fermi energies of their own: they share
    one axis.
    """
    if dos.zero == SHIFTED:
        return dos
    shifts = _shifts(dos, len(dos.densities))
    if shifts is None or len(set(shifts)) > 1:
        return None
    return replace(dos, energies_ha=tuple(e - shifts[0] for e in dos.energies_ha), zero=SHIFTED)


def _shifts(found: Bands | Dos, spins: int) -> tuple[float, ...] | None:
    if found.fermi_ha is None:
        return None
    each = found.fermi_of_spins_ha
    return each if len(each) == spins else (found.fermi_ha,) * spins
