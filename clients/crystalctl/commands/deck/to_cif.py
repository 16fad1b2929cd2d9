"""``crystalctl deck to-cif``: decks and outputs become CIF files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crystalctl.commands.deck.delivery import deliver, targets_of, tell
from crystalctl.commands.deck.options import files_argument, output_option
from crystalctl.commands.deck.reading import beside, deck_suffix, read
from crystalctl.options import form, form_options
from crystald.errors import CrystaldError, InputError

if TYPE_CHECKING:
    from crystald.crystal.structures.print_cif import CifCrystal

HEAD_LINES = 5


@click.command("to-cif")
@files_argument
@output_option
@click.option(
    "--vacuum", type=click.FloatRange(min=0), default=20.0, metavar="ANG", help="Of slabs; 20 Å."
)
@click.option("--all-atoms", is_flag=True, help="Give every atom, in P 1.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
@form_options
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[Path, ...],
    output: Path | None,
    vacuum: float,
    *,
    all_atoms: bool,
    force: bool,
) -> int:
    """Make CIF files out of decks and outputs (of these, the last geometry)."""
    targets = targets_of([path.stem for path in files], output, ".cif", "CIF files")
    rows = []
    for path, target in zip(files, targets, strict=True):
        row = convert(path, symmetry=not all_atoms, vacuum_ang=vacuum)
        rows.append(_deliver(row, target, force=force))
    return tell(rows, form(context), "cif")


def convert(path: Path, *, symmetry: bool, vacuum_ang: float) -> dict[str, Any]:
    """Make the CIF of one file; what is wrong with it is told in its row."""
    from crystald.crystal.structures.print_cif import print_cif

    row: dict[str, Any] = {"file": str(path), "cif": None, "text": None, "notes": [], "error": None}
    try:
        crystal = _crystal(path, symmetry=symmetry, vacuum_ang=vacuum_ang)
    except CrystaldError as error:
        where = "" if str(path) in error.message else f"{path}: "
        return row | {"error": f"{where}{error}"}
    return row | {"text": print_cif(crystal, path.stem), "notes": list(crystal.notes)}


def _crystal(path: Path, *, symmetry: bool, vacuum_ang: float) -> CifCrystal:
    from crystald.crystal.deck.structure import cif
    from crystald.crystal.deck.text.reader import read_d12

    if _is_deck(path):
        deck = read_d12(read(path))
        return cif.cif_of_deck(deck, beside(path), symmetry=symmetry, vacuum_ang=vacuum_ang)
    structure = _last_geometry(path)
    return cif.cif_of_structure(structure, symmetry=symmetry, vacuum_ang=vacuum_ang)


def _is_deck(path: Path) -> bool:
    """Tell a deck from an output: by its name, else by CRYSTAL, SLAB, … among its first lines."""
    suffix = path.suffix.lower()
    if suffix == ".d3":
        raise InputError(f"{path}: a properties deck holds no geometry", "Give the d12 beside it.")
    if suffix == ".d12":
        return True
    if suffix in (".out", ".outp", ".log"):
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            head = "".join(line for line, _ in zip(lines, range(HEAD_LINES), strict=False))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", "Name a file that you may read.") from error
    return deck_suffix(path, head) == "d12"


def _last_geometry(path: Path) -> Any:
    from crystald.crystal.output import read_output
    from crystald.crystal.output.structure import printed_structure

    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            structure = printed_structure(read_output(lines).geometry)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", "Name a file that you may read.") from error
    if structure is None:
        raise InputError(
            f"{path}: no geometry is printed in it", "Give a deck, or a longer output."
        )
    return structure


def _deliver(row: dict[str, Any], target: Path | None, *, force: bool) -> dict[str, Any]:
    """Write a CIF where it belongs, and say so."""
    text = row["text"]
    if target is None or text is None:
        return row
    return row | {"text": None} | deliver("cif", {target: text}, force=force)
