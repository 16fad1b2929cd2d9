"""The text of a CIF as a document, and the one of its blocks that holds the crystal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, cast

from crystald.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import gemmi

_READ: Final = ("_cell_", "_symmetry_", "_space_group", "_atom_site_", "_atom_type_")
"""Tags that decide which crystal it is: said twice they could say two things."""

_MODULATED: Final = ("_space_group_symop_ssg_", "_space_group_ssg_", "_atom_site_displace_fourier")

_DOTTED_ATOMS: Final = re.compile(r"^\s*_atom_site\.fract_x", re.IGNORECASE | re.MULTILINE)
_DOTTED: Final = re.compile(r"^(\s*_[a-z]\w*)\.", re.IGNORECASE | re.MULTILINE)


def text_of(data: bytes, file: str) -> str:
    """Decode a CIF.

    Raises
    ------
    InputError
        The file is empty, or no text.
    """
    if not data.strip():
        raise InputError(f"{file}: the file is empty", "Save the CIF again.")
    if b"\0" in data:
        raise InputError(f"{file}: a binary file, not a CIF", "Give a CIF: a text file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def block_of(text: str, file: str, index: str | None) -> gemmi.cif.Block:
    """Find the block with the atoms.

    Parameters
    ----------
    text, file
        The CIF, and what it is called in errors.
    index
        Which of several blocks with atoms, counted from 0; None when there is one.

    Raises
    ------
    InputError
        It is no CIF, holds no atoms, or more structures than one.
    """
    with_atoms = [one for one in _document(_underscored(text), file) if _has_atoms(one)]
    if not with_atoms:
        raise InputError(
            f"{file}: holds no atoms with fractional coordinates (_atom_site_fract_x)",
            "Export the structure as a CIF with atom sites and a cell.",
        )
    block = _chosen(with_atoms, file, index)
    _refuse_said_twice(block, file)
    _refuse_modulated(block, file)
    return block


def _underscored(text: str) -> str:
    """Write tags of the newer dictionaries as the older ones do: _cell.length_a, _cell_length_a."""
    return _DOTTED.sub(r"\1_", text) if _DOTTED_ATOMS.search(text) else text


def _document(text: str, file: str) -> gemmi.cif.Document:
    """Parse a CIF, also one that says something twice: files of the AMCSD repeat their formula."""
    import gemmi

    try:
        return gemmi.cif.read_string(text, check_level=0)
    except (ValueError, RuntimeError) as error:
        place = str(error).removeprefix("string:")
        raise InputError(f"{file}: not a CIF (line {place})", _syntax_hint(text)) from error


def _syntax_hint(text: str) -> str:
    if any(line.lower().startswith("data_") for line in text.splitlines()):
        return "Correct that line: a value with blanks or quotes in it stands between quotes."
    return "A CIF begins with data_ and a name."


def _has_atoms(block: gemmi.cif.Block) -> bool:
    return bool(block.find_values("_atom_site_fract_x"))


def _chosen(blocks: list[gemmi.cif.Block], file: str, index: str | None) -> gemmi.cif.Block:
    if index is not None:
        try:
            return blocks[int(index)]
        except IndexError as error:
            raise InputError(
                f"{file}: there is no structure {index}, it holds {len(blocks)}",
                "Count from 0; -1 is the last.",
            ) from error
    if len(blocks) > 1:
        names = ", ".join(f"data_{one.name}" for one in blocks)
        raise InputError(
            f"{file}: holds several structures ({names})",
            f"Name one of them ({file}@0 is the first), or save each in a file of its own.",
        )
    return blocks[0]


def _refuse_said_twice(block: gemmi.cif.Block, file: str) -> None:
    seen: set[str] = set()
    for tag in _tags(block):
        if tag in seen and tag.startswith(_READ):
            raise InputError(f"{file}: {tag} stands twice", "Keep the one that is right.")
        seen.add(tag)


def _refuse_modulated(block: gemmi.cif.Block, file: str) -> None:
    """Refuse a modulated structure: its sites and operations are those of more dimensions."""
    if any(tag.startswith(_MODULATED) for tag in _tags(block)):
        raise InputError(
            f"{file}: a modulated structure, whose listed atoms are an average only",
            "Export a commensurate approximant: an ordinary crystal in a supercell.",
        )


def _tags(block: gemmi.cif.Block) -> Iterator[str]:
    for item in block:
        if item.pair is not None:
            yield cast("tuple[str, str]", item.pair)[0].lower()
        elif item.loop is not None:
            yield from (tag.lower() for tag in item.loop.tags)
