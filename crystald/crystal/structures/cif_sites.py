"""The atom sites of a CIF: elements, fractions, and refusals of what is not one ordered crystal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crystald.crystal.structures.cif_formula import named_elements
from crystald.errors import InputError

if TYPE_CHECKING:
    import gemmi

FULL: Final = 0.995
"""Occupancies from here on are full: 0.999 is a rounding."""

_ELEMENT: Final = {"D": "H", "T": "H"}
"""Isotopes with a symbol of their own."""

_SYMBOL = re.compile(r"[A-Za-z]{1,2}")
_DOUBTFUL = re.compile(r"[A-Z]{2}")
_TAGS = (
    "label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy", "attached_hydrogens",
)  # fmt: skip
_DISORDER = ("disorder_group", "disorder_assembly")
_NONE = ("", "?", ".")


@dataclass(frozen=True)
class Site:
    """An atom of the CIF's asymmetric unit."""

    label: str
    number: int
    fractions: tuple[float, float, float]


def read_sites(block: gemmi.cif.Block, file: str) -> tuple[tuple[Site, ...], list[str]]:
    """Read the atom sites of a block.

    Returns
    -------
    sites
        In the CIF's order, dummies left out.
    notes
        What a person should know.

    Raises
    ------
    InputError
        Partial occupancy, disorder, an unknown element, or no number where one belongs.
    """
    columns = {tag: list(block.find_values(f"_atom_site_{tag}")) for tag in (*_TAGS, *_DISORDER)}
    calculated = list(block.find_values("_atom_site_calc_flag"))
    named = named_elements(block)
    sites: list[Site] = []
    notes: list[str] = []
    for row in range(len(columns["fract_x"])):
        cells = {tag: values[row].strip("'\"") for tag, values in columns.items() if values}
        label = cells.get("label") or cells.get("type_symbol") or f"number {row + 1}"
        if calculated and calculated[row] == "dum":
            notes.append(f"the dummy atom {label} of the CIF was left out")
            continue
        _refuse_disorder(cells, label, file)
        _refuse_attached(cells, label, file)
        notes += _rounded(cells, label)
        sites.append(
            Site(label, _number(cells, label, named, file, notes), _fractions(cells, label, file))
        )
    if not sites:
        raise InputError(f"{file}: all of its atoms are dummies", "Export the real atoms.")
    return tuple(sites), notes


def _refuse_disorder(cells: dict[str, str], label: str, file: str) -> None:
    import gemmi

    cure = (
        "Resolve the disorder first: choose one ordered arrangement (with a supercell if needed)."
    )
    text = cells.get("occupancy", "1")
    if text not in _NONE and not gemmi.cif.as_number(text) >= FULL:
        raise InputError(f"{file}: {label} has _atom_site_occupancy {text}", cure)
    for tag in _DISORDER:
        if cells.get(tag, ".") not in _NONE:
            raise InputError(f"{file}: {label} is disordered (_atom_site_{tag} {cells[tag]})", cure)


def _rounded(cells: dict[str, str], label: str) -> list[str]:
    """Tell an occupancy that is not quite full, and is taken as full."""
    import gemmi

    text = cells.get("occupancy", "1")
    if text in _NONE or gemmi.cif.as_number(text) == 1:
        return []
    return [f"{label} has _atom_site_occupancy {text}: it is taken as 1"]


def _refuse_attached(cells: dict[str, str], label: str, file: str) -> None:
    """Refuse hydrogens that are counted and stand nowhere."""
    text = cells.get("attached_hydrogens", "0")
    if text not in (*_NONE, "0"):
        raise InputError(
            f"{file}: {label} has {text} hydrogens without coordinates "
            "(_atom_site_attached_hydrogens)",
            "Add them as atoms of their own, with a 0 in this column.",
        )


def _number(
    cells: dict[str, str], label: str, named: frozenset[str], file: str, notes: list[str]
) -> int:
    tag = "type_symbol" if cells.get("type_symbol", "") not in _NONE else "label"
    text = cells.get(tag, "")
    found = _SYMBOL.match(text)
    symbol = found[0].capitalize() if found else ""
    of_label = tag == "label"
    known = _known((symbol, symbol[:1]) if of_label else (symbol,))
    meant = [one for one in known if not named or _ELEMENT.get(one, one) in named]
    if known and not meant and of_label:
        raise InputError(
            f"{file}: {label} would be {known[0]}, which is not in the formula of the CIF",
            "Give every atom its element in _atom_site_type_symbol.",
        )
    if not known:
        raise InputError(
            f"{file}: {label} is of no known element (_atom_site_{tag} {text!r})",
            "Give every atom its element in _atom_site_type_symbol.",
        )
    chosen = (meant or known)[0]
    if chosen in _ELEMENT:
        notes.append(f"{label} ({chosen}) is computed as hydrogen")
    elif of_label and _DOUBTFUL.match(text) and len(meant) > 1:
        notes.append(f"{label} is read as the element {chosen}")
    return _atomic_number(_ELEMENT.get(chosen, chosen))


def _known(symbols: tuple[str, ...]) -> list[str]:
    """Keep what is an element, each once."""
    return [one for one in dict.fromkeys(symbols) if one in _ELEMENT or _atomic_number(one)]


def _atomic_number(symbol: str) -> int:
    import gemmi

    return int(gemmi.Element(symbol).atomic_number)


def _fractions(cells: dict[str, str], label: str, file: str) -> tuple[float, float, float]:
    return (
        _fraction(cells, "fract_x", label, file),
        _fraction(cells, "fract_y", label, file),
        _fraction(cells, "fract_z", label, file),
    )


def _fraction(cells: dict[str, str], tag: str, label: str, file: str) -> float:
    import gemmi

    text = cells.get(tag, "?")
    value = float(gemmi.cif.as_number(text))
    if not -100 < value < 100:  # also refuses what is not a number
        raise InputError(
            f"{file}: _atom_site_{tag} of {label} is {text!r}, not a coordinate",
            "Complete the coordinates in the CIF.",
        )
    return value
