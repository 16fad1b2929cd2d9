"""Geometry blocks of slabs, polymers and molecules, as far as they differ from those of crystals."""

from __future__ import annotations

import numpy as np

from crystal_standin.events import Report
from crystal_standin.lattice import layers, rods
from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.layers import FORMAL_ANG
from crystal_standin.lattice.structure import Crystal


def in_deck_units(crystal: Crystal, values: Floats) -> Floats:
    """Return coordinates as decks have them: ångström along open directions."""
    scale = np.where(np.arange(3) < crystal.group.dimension, 1.0, FORMAL_ANG)
    return np.asarray(values * scale, dtype=np.float64)


def coordinate_titles(dimension: int) -> str:
    """Return the titles of the columns of a table of atoms."""
    if dimension == 3:
        return "             X/A                 Y/B                 Z/C    "
    periodic, open_ones = ("X/A", "Y/B", "Z/C"), ("X(ANGSTROM)", "Y(ANGSTROM)", "Z(ANGSTROM)")
    names = [*periodic[:dimension], *open_ones[dimension:]]
    return "".join(f"{name:>20}" for name in names)


def equivalent_title(dimension: int) -> tuple[str, ...]:
    """Return the title of the table of equivalent atoms."""
    title = " COORDINATES OF THE EQUIVALENT ATOMS "
    if dimension == 3:
        return (f"{title}(FRACTIONAL UNITS)",)
    if dimension == 0:
        return (f"{title}(ANGSTROMS)",)
    units = {
        2: " (X AND Y IN FRACTIONARY UNITS, Z IN ANGSTROMS)",
        1: " (X IN FRACTIONARY UNITS, Y AND Z IN ANGSTROMS)",
    }
    return (title, units[dimension])


def print_open_input(report: Report, crystal: Crystal) -> None:
    """Print kind, group and cell of the deck."""
    printers = {2: _print_slab, 1: _print_polymer, 0: _print_molecule}
    printers[crystal.group.dimension](report, crystal)


def _print_slab(report: Report, crystal: Crystal) -> None:
    group = crystal.group
    a, b, gamma = crystal.parameters[0], crystal.parameters[1], crystal.parameters[5]
    report.line(
        "",
        " SLAB CALCULATION",
        f" SYSTEM AND LATTICE                   :  {group.family:<12}",
        f" TWO-SIDED PLANE GROUP N.{group.number:3d}          :  {group.symbol:<16}",
        f" CORRESPONDING SPACE GROUP N.{layers.space_group_of(group):4d}",
        "",
        " LATTICE PARAMETERS  (ANGSTROMS AND DEGREES) - CONVENTIONAL CELL",
        "           A              B            GAMMA",
        f"{a:15.5f}{b:15.5f}{gamma:15.5f}",
        "",
    )


def _print_polymer(report: Report, crystal: Crystal) -> None:
    group = crystal.group
    space_group = rods.space_group_symbol("POLYMER", group.number)
    report.line(
        "",
        " POLYMER CALCULATION",
        f" POLYMER GROUP N.{group.number:3d}                  :  {group.symbol:<16}",
        f" CORRESPONDING SPACE GROUP            :  {space_group:<16}",
        " (THE SPACE GROUP SYMBOL AND EQUIVALENT POSITIONS REFER TO A Z-ORIENTED POLYMER)",
        "",
        f" LATTICE PARAMETER (ANGSTROMS) - CONVENTIONAL CELL{crystal.parameters[0]:15.5f}",
        "",
    )


def _print_molecule(report: Report, crystal: Crystal) -> None:
    group = crystal.group
    space_group = rods.space_group_symbol("MOLECULE", group.number)
    report.line(
        "",
        " MOLECULAR CALCULATION",
        f" POINT  GROUP  N.{group.number:3d}                  :  {group.symbol:<14}",
        f" CORRESPONDING SPACE GROUP            :  {space_group:<16}",
        "",
    )
