"""The last geometry in the form that the deck has: its group, setting, origin and axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crystald.crystal.deck.electrons import element_of
from crystald.crystal.deck.geometry.cells import RHOMBOHEDRAL, minimal_cell
from crystald.crystal.deck.next.symmetry import exact_operators, frame_of
from crystald.crystal.deck.records import plain, rounded
from crystald.crystal.deck.structure.build import expanded
from crystald.crystal.deck.structure.setting import group_number, setting_of
from crystald.crystal.deck.text.reader import read_d12
from crystald.crystal.deck.text.values import SystemInput, system_input
from crystald.crystal.output.values import Output, PrintedAtom, PrintedGeometry
from crystald.errors import DeckError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAME_ANG: Final = 2e-3
"""How far an expanded site may be from the printed atom: what an optimisation leaves of asymmetry."""

SAME_CELL: Final = 1e-4
"""How far a parameter (Å, degrees) may be from the printed one."""


class ForeignError(DeckError):
    """The output is not that of the deck."""


def in_form(system: SystemInput, output: Output) -> list[str]:
    """Write the last geometry as the deck's own system: its keyword to its last atom.

    Parameters
    ----------
    system
        The geometry that the deck begins with; nothing may have changed its symmetry or its cell.
    output
        Of the run of that deck.

    Returns
    -------
    list of str
        What stands for the printed cell when it is expanded again.

    Raises
    ------
    ForeignError
        Deck and output are of different runs.
    DeckError
        It does not stand for that cell, or it cannot be known whether it does.
    """
    printed = output.geometry
    if printed is None or printed.dimensionality != system.dimension:
        raise ForeignError("the output's last geometry is not as periodic as the deck")
    unit = [atom for atom in _atoms(printed, system) if atom.asymmetric]
    numbers = _numbers(system, len(unit))
    if sorted(element_of(a.number) for a in unit) != sorted(map(element_of, numbers)):
        raise ForeignError(
            f"the output prints {len(unit)} atoms in the asymmetric unit, the deck has "
            f"{len(numbers)}, or other elements",
            "Give the deck of this run.",
        )
    _check_centring(system, printed)
    lines = [*_head(system, printed), str(len(unit)), *_records(unit, numbers)]
    _check(lines, output)
    return lines


def _numbers(system: SystemInput, told: int) -> list[int]:
    """Give the numbers of the deck's atoms, but of those that symmetry makes of one above them."""
    atoms = system.atoms
    if len(atoms) <= told:
        return [atom.number for atom in atoms]
    try:
        owners = expanded(system, setting_of(system)).orbits
    except DeckError:
        owners = None
    kept = range(len(atoms)) if owners is None else sorted(set(owners))
    return [atoms[index].number for index in kept]


def _check_centring(system: SystemInput, printed: PrintedGeometry) -> None:
    """Compare centrings: the program prints the conventional cell of centred groups only."""
    if system.system != "CRYSTAL" or _on_primitive_axes(system):
        return
    centred = printed.crystallographic_parameters is not None
    if (setting_of(system).letter != "P") != centred:
        raise ForeignError(
            f"the output's cell is not that of space group {system.group}",
            "Give the deck of this run.",
        )


def _atoms(printed: PrintedGeometry, system: SystemInput) -> tuple[PrintedAtom, ...]:
    """Give the atoms on the axes of the deck: conventional ones, where those are printed."""
    if _on_primitive_axes(system):
        return printed.atoms
    return printed.crystallographic_atoms or printed.atoms


def _on_primitive_axes(system: SystemInput) -> bool:
    return bool(system.flags[1]) and group_number(system) in RHOMBOHEDRAL


def _parameters(printed: PrintedGeometry, system: SystemInput) -> tuple[float, ...]:
    found = printed.primitive_parameters
    if not _on_primitive_axes(system):
        found = printed.crystallographic_parameters or found
    if found is None:
        raise DeckError("the output prints no cell with its last geometry")
    return found


def _head(system: SystemInput, printed: PrintedGeometry) -> list[str]:
    """Give the records above the atoms: all of the deck's own but the cell."""
    lines = [r.text for r in system.entry.records if not r.is_blank and not r.is_comment]
    above = 0
    if system.system == "CRYSTAL":
        above = 3 if system.flags[2] > 1 else 2
    elif system.dimension is not None:
        above = 1
    head = [system.entry.head.text, *lines[:above]]
    if not system.dimension:
        return head
    on_r = _on_primitive_axes(system)
    cell = minimal_cell(
        group_number(system), _parameters(printed, system), system.dimension, rhombohedral=on_r
    )
    return [*head, " ".join(plain(rounded(value)) for value in cell)]


def _records(unit: list[PrintedAtom], numbers: list[int]) -> list[str]:
    """Write the atoms with the numbers that the deck has for them (200 + Z and the like)."""
    left = list(numbers)
    records = []
    for atom in unit:
        own = next(n for n in left if element_of(n) == element_of(atom.number))
        left.remove(own)
        records.append(f"{own} {' '.join(plain(rounded(v)) for v in (atom.x, atom.y, atom.z))}")
    return records


def _check(lines: list[str], output: Output) -> None:
    """Expand what was written, by other tables than the program's, and compare it with its atoms."""
    printed = output.geometry
    assert printed is not None  # noqa: S101 - `in_form` has seen it
    system = system_input(read_d12("\n".join(("check", *lines, "END")) + "\n"))
    try:
        setting = setting_of(system)
    except DeckError:
        _check_by_operators(system, output)
        return
    built = expanded(system, setting)
    inverse = _inverse(built.conventional)
    on_deck_axes = _atoms(printed, system)
    if len(built.numbers) != len(printed.atoms):
        raise DeckError(
            f"the deck's group makes {len(built.numbers)} atoms of the printed ones, and the "
            f"output has {len(printed.atoms)}"
        )
    if system.dimension:
        _check_cell(_parameters(printed, system), setting.parameters, system.dimension)
    into = built.conventional @ _inverse(built.lattice)
    places = _places(on_deck_axes)
    _check_sites(
        (built.positions @ inverse, built.numbers),
        (places, tuple(a.number for a in on_deck_axes)),
        (into, built.lattice),
        system.dimension or 0,
    )


def _check_by_operators(system: SystemInput, output: Output) -> None:
    """Check by the operators that the program printed for the deck's group, which stays."""
    import numpy as np

    printed = output.geometry
    assert printed is not None  # noqa: S101 - `in_form` has seen it
    if printed.crystallographic_atoms is not None:
        raise DeckError(f"what {system.system} {system.group} means is not known here")
    frame, inverse = frame_of(printed), _inverse(frame_of(printed))
    operators = exact_operators(output)
    sites: list[NDArray[Any]] = []
    numbers: list[int] = []
    for atom in system.atoms:
        place = np.array(atom.position) @ frame
        images = [np.array(o.rotation) @ place + np.array(o.translation_ang) for o in operators]
        sites += [image @ inverse for image in images]
        numbers += [atom.number] * len(images)
    places = _places(printed.atoms)
    kinds = tuple(atom.number for atom in printed.atoms)
    dimension = printed.dimensionality
    _check_sites((places, kinds), (np.array(sites), tuple(numbers)), (np.eye(3), frame), dimension)
    _check_sites((np.array(sites), tuple(numbers)), (places, kinds), (np.eye(3), frame), dimension)


def _check_cell(told: tuple[float, ...], made: tuple[float, ...], dimension: int) -> None:
    chosen = {3: range(6), 2: (0, 1, 5), 1: (0,)}[dimension]
    if any(abs(told[i] - made[i]) > SAME_CELL for i in chosen):
        raise DeckError("the printed cell is not one of the deck's group in its setting")


def _check_sites(
    sites: tuple[NDArray[Any], tuple[int, ...]],
    atoms: tuple[NDArray[Any], tuple[int, ...]],
    frame: tuple[NDArray[Any], NDArray[Any]],
    dimension: int,
) -> None:
    """Refuse an atom that lies on no site of its element.

    Parameters
    ----------
    sites, atoms
        Fractions and numbers.
    frame
        From those fractions to primitive ones; the primitive lattice (rows, Å).
    dimension
        Periodic directions.
    """
    import numpy as np

    into, lattice = frame
    kinds = np.array([element_of(number) for number in sites[1]])
    for place, number in zip(*atoms, strict=True):
        delta = (sites[0][kinds == element_of(number)] - place) @ into
        delta[:, :dimension] -= np.rint(delta[:, :dimension])
        if not (np.linalg.norm(delta @ lattice, axis=1) < SAME_ANG).any():
            raise DeckError(
                f"the deck's group puts no atom of element {element_of(number)} where the output "
                f"has one, at {' '.join(f'{x:.4f}' for x in place)}"
            )


def _places(atoms: tuple[PrintedAtom, ...]) -> NDArray[Any]:
    import numpy as np

    return np.array([(atom.x, atom.y, atom.z) for atom in atoms], dtype=float)


def _inverse(matrix: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    return np.asarray(np.linalg.inv(matrix))
