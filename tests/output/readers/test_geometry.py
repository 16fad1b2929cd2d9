"""Printed geometries."""

from __future__ import annotations

from output.printed import GEOMETRY, SLAB, read


def test_a_geometry() -> None:
    out = read(GEOMETRY)
    geometry = out.geometry
    assert geometry is not None
    assert (out.dimensionality, out.n_atoms, out.n_symmetry_operators) == (3, 2, 48)
    assert out.space_group_symbol == "F M 3 M"
    assert geometry.volume_ang3 == 16.0
    assert geometry.primitive_parameters == (2.82842712,) * 3 + (60.0,) * 3
    assert geometry.crystallographic_parameters == (4.0,) * 3 + (90.0,) * 3
    assert geometry.crystallographic_volume_ang3 == 64.0
    assert geometry.lattice_ang == ((0.0, 2.0, 2.0), (2.0, 0.0, 2.0), (2.0, 2.0, 0.0))
    assert [(a.asymmetric, a.number, a.symbol) for a in geometry.atoms] == [
        (True, 12, "Mg"),
        (False, 208, "O"),
    ]
    assert (geometry.atoms[1].x, geometry.atoms[1].y) == (-0.5, -0.5)
    assert geometry.crystallographic_atoms is not None
    assert geometry.crystallographic_atoms[1].z == 0.5


def test_numbered_symbols_and_ghosts() -> None:
    out = read(GEOMETRY.replace(" 208 O  ", "   0 XX ").replace("  12 MG ", "  12 MG1"))
    assert out.geometry is not None
    assert [atom.symbol for atom in out.geometry.atoms] == ["Mg", "Xx"]


def test_a_cut_table_of_atoms_gives_none() -> None:
    row = GEOMETRY.splitlines(keepends=True)[11]
    noisy = GEOMETRY.replace(row, " TEXT OF SOMEBODY\n" + row, 1)
    for text in (noisy, "".join(GEOMETRY.splitlines(keepends=True)[:12])):
        out = read(text)
        assert out.geometry is not None
        assert out.geometry.atoms == ()


def test_stars_for_a_volume_leave_the_cell() -> None:
    out = read(GEOMETRY.replace("VOLUME=    16.000000", "VOLUME=************"))
    assert out.geometry is not None
    assert out.geometry.volume_ang3 is None
    assert out.geometry.primitive_parameters is not None


def test_the_final_geometry_follows_the_first() -> None:
    moved = GEOMETRY.replace("GEOMETRY FOR WAVE FUNCTION", "FINAL OPTIMIZED GEOMETRY").replace(
        "2.82842712", "2.90000000"
    )
    out = read(GEOMETRY + moved)
    assert out.geometry is not None
    assert out.initial_geometry is not None
    assert out.geometry.final
    assert out.geometry.primitive_parameters is not None
    assert out.geometry.primitive_parameters[0] == 2.9
    assert out.initial_geometry.primitive_parameters is not None
    assert out.initial_geometry.primitive_parameters[0] == 2.82842712


def test_slabs_have_a_cell_without_a_volume_at_every_point() -> None:
    out = read(SLAB + SLAB.split("\n", 2)[2].replace("2.46000000", "2.47000000"))
    assert out.geometry is not None
    assert out.initial_geometry is not None
    assert out.geometry.primitive_parameters == (2.47, 2.47, 500.0, 90.0, 90.0, 120.0)
    assert out.initial_geometry.primitive_parameters == (2.46, 2.46, 500.0, 90.0, 90.0, 120.0)
    assert out.geometry.volume_ang3 is None
    assert [len(g.atoms) for g in (out.geometry, out.initial_geometry)] == [2, 2]


def test_a_molecule_has_atoms_of_its_own_at_every_point() -> None:
    head = " GEOMETRY FOR WAVE FUNCTION - DIMENSIONALITY OF THE SYSTEM    0\n"
    atoms = "\n".join(SLAB.splitlines()[6:]) + "\n\n"
    out = read(head + atoms + atoms.replace("-3.333333333333E-01", " 1.000000000000E-01"))
    assert out.geometry is not None
    assert out.initial_geometry is not None
    assert (out.geometry.atoms[0].x, out.initial_geometry.atoms[0].x) == (0.1, -0.3333333333333)
    assert out.geometry.primitive_parameters is None


def test_old_properties_programs_print_the_cell_in_bohr() -> None:
    title = " CRYSTAL - PROPERTIES - TYPE OF CALCULATION :  RESTRICTED CLOSED SHELL\n"
    out = read(
        title + " LATTICE PARAMETERS  (BOHR AND DEGREES) - PRIMITIVE CELL\n"
        "       A          B          C         ALPHA      BETA     GAMMA        VOLUME\n"
        "   10.00000   12.00000  944.86307     90.0000   90.0000  120.0000     103.92305\n"
    )
    assert out.geometry is not None
    assert out.dimensionality == 2
    assert out.geometry.primitive_parameters == (5.29177, 6.35013, 500.0, 90.0, 90.0, 120.0)
    assert out.geometry.volume_ang3 is None
