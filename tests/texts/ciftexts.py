"""CIF files of our own: a cell, a group, and atoms as rows of label, element and fractions."""

from __future__ import annotations

from collections.abc import Sequence

CELL = """\
_cell_length_a {0}
_cell_length_b {1}
_cell_length_c {2}
_cell_angle_alpha {3}
_cell_angle_beta {4}
_cell_angle_gamma {5}
"""
SITES = """\
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
"""


def cif_text(group: str, cell: Sequence[float], atoms: Sequence[str], *, more: str = "") -> str:
    name = f"_symmetry_space_group_name_H-M '{group}'\n" if group else ""
    return "data_x\n" + name + CELL.format(*cell) + more + SITES + "\n".join(atoms) + "\n"
