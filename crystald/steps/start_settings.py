"""Settings of steps that may start from the material: how its geometry is written."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Dimensionality = Annotated[
    Literal["auto", "crystal", "slab", "polymer", "molecule"],
    Meta(description="auto, crystal, slab, polymer, molecule"),
]
Symmetry = Annotated[Literal["auto", "cif", "p1"], Meta(description="auto, cif, p1")]
Origin = Annotated[
    Literal["auto", "standard", "alternate"], Meta(description="auto, standard, alternate")
]
Trigonal = Annotated[
    Literal["auto", "hexagonal", "rhombohedral"],
    Meta(description="auto, hexagonal, rhombohedral"),
]
LayerGroupChoice = Annotated[Literal["safe", "full"], Meta(description="safe, full")]
RodGroupChoice = Annotated[Literal["safe", "full"], Meta(description="safe, full")]


class StartSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a step may say of the geometry that it starts from.

    Attributes
    ----------
    dimensionality
        ``auto``: as periodic as the file says. A crystal with vacuum becomes a slab only when it
        is said here.
    layer_groups
        ``safe``: a slab with screw axes or glide planes is written in a part of its layer group;
        ``full``: in all of it, at the origin of the Tables.
    rod_groups
        ``safe``: a polymer is written in the largest part of its rod group whose operations a
        real output shows; ``full``: in all of it, as far as the manual fixes them.
    symmetry
        ``auto``: all that the atoms have; ``cif``: what the file names, so that sites which it
        keeps apart stay apart; ``p1``: every atom on its own.
    origin
        ``alternate``: the first origin of the Tables (IFSO 1) for groups with two.
    trigonal
        ``rhombohedral``: rhombohedral axes (IFHR 1) for groups that have them.
    """

    dimensionality: Dimensionality = "auto"
    layer_groups: LayerGroupChoice = "safe"
    rod_groups: RodGroupChoice = "safe"
    symmetry: Symmetry = "auto"
    origin: Origin = "auto"
    trigonal: Trigonal = "auto"
