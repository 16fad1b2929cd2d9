"""What a magnetic CIF says beside the atoms: operations with time reversal, and moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import gemmi

OPERATION_TAGS: Final = (
    "_space_group_symop_magn_operation.xyz",
    "_space_group_symop_magn_operation_xyz",
    "_space_group_symop.magn_operation_xyz",
)
CENTRING_TAGS: Final = (
    "_space_group_symop_magn_centering.xyz",
    "_space_group_symop_magn_centering_xyz",
    "_space_group_symop.magn_centering_xyz",
)
MOMENT_TAGS: Final = ("_atom_site_moment.label", "_atom_site_moment_label")

MOMENTS: Final = (
    "the file gives magnetic moments, which are not read: say them with atomspin, which keeps "
    "atoms of unlike spin apart"
)


@dataclass(frozen=True)
class MagneticOperations:
    """The operations of a magnetic space group, as they act on places.

    Attributes
    ----------
    tag
        Where they stand.
    triplets
        Each with every centring, without time reversal: what turns a spin round moves its atom
        all the same.
    """

    tag: str
    triplets: tuple[str, ...]


def magnetic_operations(block: gemmi.cif.Block) -> MagneticOperations | None:
    """Read the operations of a magnetic CIF; None where there are none."""
    for tag in OPERATION_TAGS:
        if listed := _triplets(block, tag):
            return MagneticOperations(tag, _with_centrings(listed, _centrings(block)))
    return None


def moment_notes(block: gemmi.cif.Block) -> list[str]:
    """Tell that moments are given: a deck has them only as spins of its atoms."""
    return [MOMENTS] if any(block.find_values(tag) for tag in MOMENT_TAGS) else []


def _triplets(block: gemmi.cif.Block, tag: str) -> list[str]:
    """Give the operations of a list without their time reversal (the fourth part, 1 or -1)."""
    texts = (text.strip("'\"") for text in block.find_values(tag))
    return [",".join(text.split(",")[:3]) for text in texts]


def _centrings(block: gemmi.cif.Block) -> list[str]:
    return next((found for tag in CENTRING_TAGS if (found := _triplets(block, tag))), [])


def _with_centrings(operations: list[str], centrings: list[str]) -> tuple[str, ...]:
    import gemmi

    try:
        moves = [gemmi.Op(text) for text in centrings] or [gemmi.Op()]
        made = [(move * gemmi.Op(text)).wrap().triplet() for text in operations for move in moves]
    except (ValueError, RuntimeError):  # told of the list itself, with its tag
        return tuple(operations)
    return tuple(dict.fromkeys(made))
