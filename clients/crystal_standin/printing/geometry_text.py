"""The geometry blocks of an output, and the geometry files (fort.34)."""

from __future__ import annotations

import numpy as np

from crystal_standin.events import STARS, Report
from crystal_standin.fortran import es, ez, rows
from crystal_standin.lattice import structure
from crystal_standin.lattice.external import KINDS
from crystal_standin.lattice.groups import Floats
from crystal_standin.lattice.layers import FORMAL_ANG
from crystal_standin.lattice.structure import Crystal
from crystal_standin.model.elements import element
from crystal_standin.model.energy import BOHR_ANG, pairs_within
from crystal_standin.printing.open_text import (
    coordinate_titles,
    equivalent_title,
    in_deck_units,
    print_open_input,
)

_AMU_PER_ANG3_IN_G_CM3 = 1.66053906660
_ORDER_OF_CENTRING = {1: "1/0", 2: "2/0", 3: "3/0", 4: "4/0", 5: "5/0", 6: "6/0", 7: "7/0"}
_NEIGHBOUR_SHELLS = 6


def print_input(report: Report, crystal: Crystal) -> None:
    """Print how the deck's geometry was understood, up to the equivalent atoms."""
    if crystal.group.family == "EXTERNAL":
        _print_external_input(report, crystal)
        return
    if crystal.group.dimension < 3:
        print_open_input(report, crystal)
    else:
        _print_bulk_input(report, crystal)
    report.line(
        "",
        f" NUMBER OF IRREDUCIBLE ATOMS IN THE CONVENTIONAL CELL:{len(crystal.asymmetric):5d}",
        "",
        " INPUT COORDINATES",
        "",
        " ATOM AT. N.              COORDINATES",
    )
    for index, (number, xyz) in enumerate(crystal.asymmetric, 1):
        shown = in_deck_units(crystal, np.array(xyz))
        report.line(f"{index:4d}{number:4d}   " + "".join(es(value, 20, 12) for value in shown))
    _print_equivalent(report, crystal)


def _print_external_input(report: Report, crystal: Crystal) -> None:
    """Print cell and atoms of fort.34: Cartesian, with the images of each irreducible atom."""
    report.line(
        "",
        " GEOMETRY INPUT FROM EXTERNAL FILE (FORTRAN UNIT 34)",
        f" {KINDS[crystal.group.dimension]}",
        "",
        STARS,
    )
    if crystal.group.dimension:
        _print_primitive(report, crystal)
    report.line(
        "",
        f" NUMBER OF IRREDUCIBLE ATOMS IN THE CELL:{len(crystal.asymmetric):5d}",
        "",
        " CARTESIAN COORDINATES (ANGSTROM) - IRREDUCIBLE ATOMS AND SYMMETRY RELATED",
        "",
        " AT.IRR.  AT  AT.N.          X                   Y                   Z",
    )
    places = crystal.fractional @ crystal.lattice
    firsts = crystal.firsts
    for index, (orbit, number) in enumerate(zip(crystal.orbit, crystal.numbers, strict=True)):
        head = f"{firsts[orbit] + 1:6d}{index + 1:6d}{number:6d}"
        report.line(head + "".join(es(v, 20, 12) for v in _tidy(places[index])))
    report.line("")
    if crystal.group.dimension == 3:
        report.line(f" SPACE  GROUP  N.                     :{crystal.group.number:5d}")
    report.line(f" NUMBER OF SYMMETRY OPERATORS         :{len(crystal.rotations):5d}")


def _print_primitive(report: Report, crystal: Crystal) -> None:
    primitive = structure.parameters_of(crystal.lattice)
    inside = crystal.volume_ang3 / FORMAL_ANG ** (3 - crystal.group.dimension)
    report.line(
        " LATTICE PARAMETERS  (ANGSTROMS AND DEGREES) - PRIMITIVE CELL",
        "       A          B          C        ALPHA      BETA     GAMMA        VOLUME",
        "".join(f"{v:11.5f}" for v in primitive[:3])
        + "".join(f"{v:10.5f}" for v in primitive[3:])
        + f"{inside:14.6f}",
    )


def _print_bulk_input(report: Report, crystal: Crystal) -> None:
    group = crystal.group
    kind = "(CENTROSYMMETRIC)   " if group.centrosymmetric else "(NONCENTROSYMMETRIC)"
    report.line(
        "",
        " CRYSTAL CALCULATION",
        " (INPUT ACCORDING TO THE INTERNATIONAL TABLES FOR X-RAY CRYSTALLOGRAPHY)",
        f" CRYSTAL FAMILY                       :  {group.family:<12}",
        f" CRYSTAL CLASS  (GROTH - 1921)        :  {group.crystal_class:<37}",
        "",
        f" SPACE GROUP {kind}     :  {group.symbol:<16}",
        "",
        " LATTICE PARAMETERS  (ANGSTROMS AND DEGREES) - CONVENTIONAL CELL",
        "        A           B           C        ALPHA        BETA       GAMMA",
        "".join(f"{value:12.5f}" for value in crystal.parameters),
        "",
    )


def _print_equivalent(report: Report, crystal: Crystal) -> None:
    report.line(
        "", STARS, "",
        " << INFORMATION >>: FROM NOW ON, ALL COORDINATES REFER TO THE PRIMITIVE CELL",
        "", STARS, "",
        " LATTICE PARAMETERS  (ANGSTROMS AND DEGREES) - PRIMITIVE CELL",
        "       A          B          C        ALPHA      BETA     GAMMA        VOLUME",
    )  # fmt: skip
    primitive = structure.parameters_of(crystal.lattice)
    report.line(
        "".join(f"{v:11.5f}" for v in primitive[:3])
        + "".join(f"{v:10.5f}" for v in primitive[3:])
        + f"{crystal.volume_ang3:14.6f}",
        "",
        *equivalent_title(crystal.group.dimension),
        "",
        " N. ATOM EQUIV AT. N.          X                  Y                  Z",
    )
    place, shown = -1, in_deck_units(crystal, crystal.fractional)
    for index, (orbit, number) in enumerate(zip(crystal.orbit, crystal.numbers, strict=True)):
        place = place + 1 if index and orbit == crystal.orbit[index - 1] else 0
        if place == 0:
            report.line("")
        head = f"{index + 1:4d}{orbit + 1:4d}{place + 1:4d}{number:5d} {_symbol(number)}"
        report.line(head + "".join(es(v, 19, 11) for v in shown[index]))
    report.line("", f" NUMBER OF SYMMETRY OPERATORS         :{len(crystal.rotations):5d}")


def _symbol(number: int) -> str:
    return f"{element(int(number) % 100).symbol:<4}"


def print_cells(report: Report, crystal: Crystal) -> None:
    """Print primitive and crystallographic cell with all atoms (T of the asymmetric unit, or F)."""
    if crystal.group.dimension:
        bulk = (
            f" - CENTRING CODE {_ORDER_OF_CENTRING[crystal.group.centring_code]} "
            f"VOLUME={crystal.volume_ang3:13.6f} - DENSITY{_density(crystal):7.3f} g/cm^3"
        )
        report.line(
            STARS,
            " LATTICE PARAMETERS (ANGSTROMS AND DEGREES) - BOHR = 0.5291772083 ANGSTROM",
            f" PRIMITIVE CELL{bulk if crystal.group.dimension == 3 else ''}",
            "         A              B              C           ALPHA      BETA       GAMMA ",
            _cell_line(structure.parameters_of(crystal.lattice)),
        )
    _print_atoms(report, crystal, crystal.fractional)
    if crystal.group.centring_code > 1:
        _print_crystallographic(report, crystal)
    report.line("", " T = ATOM BELONGING TO THE ASYMMETRIC UNIT")


def _print_crystallographic(report: Report, crystal: Crystal) -> None:
    inverse = np.linalg.inv(crystal.group.primitive)
    volume = abs(float(np.linalg.det(crystal.conventional)))
    report.line(
        "",
        " TRANSFORMATION MATRIX PRIMITIVE-CRYSTALLOGRAPHIC CELL",
        "".join(f"{value + 0.0:8.4f}" for value in inverse.T.ravel()),
        "",
        STARS,
        f" CRYSTALLOGRAPHIC CELL (VOLUME={volume:20.8f})",
        "         A              B              C           ALPHA      BETA       GAMMA ",
        _cell_line(crystal.parameters),
        "",
        " COORDINATES IN THE CRYSTALLOGRAPHIC CELL",
    )
    values = structure.wrap(crystal.fractional @ crystal.group.primitive)
    _print_atoms(report, crystal, values, counted=False)


def _print_atoms(report: Report, crystal: Crystal, values: Floats, *, counted: bool = True) -> None:
    if counted:
        count, whole = len(crystal.asymmetric), len(crystal.numbers)
        report.line(
            STARS,
            f" ATOMS IN THE ASYMMETRIC UNIT{count:5d} - ATOMS IN THE UNIT CELL:{whole:5d}",
        )
    report.line(f"     ATOM    {coordinate_titles(crystal.group.dimension)}", STARS)
    firsts = set(crystal.firsts)
    shown = in_deck_units(crystal, values)
    for index, (number, xyz) in enumerate(zip(crystal.numbers, shown, strict=True)):
        letter = "T" if index in firsts else "F"
        head = f"{index + 1:7d} {letter}{number:4d} {_symbol(number)}"
        report.line(head + "".join(es(value, 20, 12) for value in xyz))


def _cell_line(parameters: tuple[float, ...]) -> str:
    lengths = "".join(f"{value:15.8f}" for value in parameters[:3])
    return lengths + " " + "".join(f"{value:11.6f}" for value in parameters[3:])


def _density(crystal: Crystal) -> float:
    mass = sum(element(int(z)).weight for z in crystal.charges)
    return _AMU_PER_ANG3_IN_G_CM3 * mass / crystal.volume_ang3


def print_operators(report: Report, crystal: Crystal) -> None:
    """Print the operators on the primitive axes, with the number of each inverse."""
    count = len(crystal.rotations)
    report.line(
        "",
        f" ****{count:5d} SYMMOPS - TRANSLATORS IN FRACTIONAL UNITS",
        " **** MATRICES AND TRANSLATORS IN THE CRYSTALLOGRAPHIC REFERENCE FRAME",
        "   V INV                    ROTATION MATRICES                   TRANSLATORS",
    )
    shifts = crystal.translations - np.floor(crystal.translations + 1e-9)
    for index, rotation in enumerate(crystal.rotations):
        matches = [np.allclose(rotation @ o, np.eye(3)) for o in crystal.rotations]
        inverse = matches.index(True) + 1
        numbers = [*rotation.ravel(), *shifts[index]]
        report.line(f"{index + 1:4d}{inverse:4d}" + "".join(f"{v + 0.0:6.2f}" for v in numbers))


def print_vectors(report: Report, crystal: Crystal) -> None:
    """Print lattice vectors and Cartesian coordinates, Å."""
    report.line(
        "",
        " DIRECT LATTICE VECTORS CARTESIAN COMPONENTS (ANGSTROM)",
        "          X                    Y                    Z",
        *("".join(ez(value, 21, 12) for value in _tidy(row)) for row in crystal.lattice),
        "",
        "",
        " CARTESIAN COORDINATES - PRIMITIVE CELL",
        STARS,
        " *      ATOM          X(ANGSTROM)         Y(ANGSTROM)         Z(ANGSTROM)",
        STARS,
    )
    places = crystal.fractional @ crystal.lattice
    for index, (number, xyz) in enumerate(zip(crystal.numbers, places, strict=True)):
        head = f"{index + 1:5d}{number:6d} {_symbol(number)}"
        report.line(head + "".join(es(value, 20, 12) for value in _tidy(xyz)))


def _tidy(row: Floats) -> Floats:
    return np.where(np.abs(row) < 1e-12, 0.0, row)


def print_neighbours(report: Report, crystal: Crystal) -> None:
    """Print the first shells of neighbours of each atom of the asymmetric unit."""
    report.line(
        "",
        " NEIGHBORS OF THE NON-EQUIVALENT ATOMS",
        "",
        " N = NUMBER OF NEIGHBORS AT DISTANCE R",
        "    ATOM  N     R/ANG      R/AU   NEIGHBORS (ATOM LABELS AND CELL INDICES)",
    )
    pairs = pairs_within(crystal.lattice, crystal.fractional, 4.5)
    shifts = (crystal.fractional - np.floor(crystal.fractional))[pairs.second]
    shifts = shifts - (crystal.fractional - np.floor(crystal.fractional))[pairs.first]
    cells = np.rint(pairs.vectors @ np.linalg.inv(crystal.lattice) - shifts).astype(int)
    for first in crystal.firsts:
        mine = np.nonzero(pairs.first == first)[0]
        mine = mine[np.argsort(pairs.distances[mine], kind="stable")]
        distances = pairs.distances[mine]
        breaks = np.nonzero(np.diff(distances) > 1e-4)[0] + 1
        for shell in np.split(mine, breaks)[:_NEIGHBOUR_SHELLS]:
            if len(shell):
                names = [_neighbour(crystal, int(pairs.second[i]), cells[i]) for i in shell]
                _print_shell(report, crystal, first, float(pairs.distances[shell[0]]), names)
        report.line("")


def _neighbour(crystal: Crystal, atom: int, cell: Floats) -> str:
    place = "".join(f"{int(value):2d}" for value in cell)
    return f"{atom + 1:5d} {element(int(crystal.charges[atom])).symbol:<2}  {place}"


def _print_shell(
    report: Report, crystal: Crystal, first: int, distance: float, names: list[str]
) -> None:
    head = f"{first + 1:4d} {_symbol(crystal.numbers[first])[:2]}{len(names):4d}"
    head += f"{distance:11.4f}{distance / BOHR_ANG:11.4f}"
    for index, line in enumerate(rows(names, 3)):
        report.line((head if index == 0 else " " * len(head)) + line.rstrip())


def gui(crystal: Crystal) -> str:
    """Return the text of fort.34: cell, operators and atoms, Cartesian, Å."""
    rotations, translations = structure.cartesian_operators(crystal)
    lines = [
        f"{crystal.group.dimension:4d}   1   1",
        *(_gui_row(row) for row in crystal.lattice),
        f"{len(rotations):5d}",
    ]
    for rotation, translation in zip(rotations, translations, strict=True):
        lines += [*(_gui_row(row) for row in rotation), _gui_row(translation)]
    firsts = crystal.firsts
    lines.append(f"{len(firsts):5d}")
    places = crystal.fractional @ crystal.lattice
    lines += [f"{crystal.numbers[index]:4d}{_gui_row(places[index])}" for index in firsts]
    return "\n".join([*lines, f"{crystal.group.number:4d}{len(rotations):4d}", ""])


def _gui_row(row: Floats) -> str:
    return "".join(es(float(value), 20, 12) for value in _tidy(row))
