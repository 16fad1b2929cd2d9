"""What the settings of a level of theory may be: types that say in words what they allow."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from crystald.crystal.deck.basis import BASIS_SETS
from crystald.crystal.deck.blocks.hamiltonian import GRIDS
from crystald.crystal.deck.blocks.scf import ACCELERATIONS, Acceleration
from crystald.crystal.deck.functional_table import FUNCTIONALS
from crystald.crystal.deck.versions import VERSIONS, Version

INHERIT: Final = "inherit"
"""A value that a step takes from the deck of the step whose geometry it takes."""

Inherit = Literal["inherit"]

Functional = Annotated[str, Meta(description=f"inherit, {', '.join(FUNCTIONALS)}")]
Dispersion = Annotated[Literal["inherit", "D3", "none"], Meta(description="inherit, D3, none")]
Basis = Annotated[
    str, Meta(description=f"inherit, {', '.join(BASIS_SETS)}, external:NAME, bse:NAME")
]
BasisFiles = Annotated[
    Literal["none"] | dict[str, str],
    Meta(description="none, or the text of each element's file by its name"),
]
Grid = Annotated[
    Literal[
        "inherit",
        "auto",
        "OLDGRID",
        "DEFAULT",
        "LGRID",
        "XLGRID",
        "XXLGRID",
        "XXXLGRID",
        "HUGEGRID",
    ],
    Meta(description=f"inherit, auto, {', '.join(GRIDS)}"),
]
Choice = Annotated[
    Literal["inherit", "auto"] | bool, Meta(description="inherit, auto, true, false")
]
InheritedFlag = Annotated[Inherit | bool, Meta(description="inherit, true, false")]
Flag = Annotated[bool, Meta(description="true, false")]
Tolinteg = Annotated[
    Literal["inherit", "auto"] | tuple[int, int, int, int, int],
    Meta(description="inherit, auto, or five whole numbers such as [7, 7, 7, 7, 14]"),
]
Toldee = Annotated[
    Inherit | Annotated[int, Meta(ge=5, le=14)],
    Meta(description="inherit, or a whole number from 5 to 14"),
]
Kmesh = Annotated[
    Literal["inherit", "auto", "predecessor"] | tuple[int, int, int],
    Meta(description="inherit, auto, predecessor, or three whole numbers such as [8, 8, 8]"),
]
Smear = Annotated[
    Inherit | Annotated[float, Meta(ge=0, le=0.1)],
    Meta(description="inherit, or a width in hartree from 0 to 0.1"),
]
Fmixing = Annotated[
    Inherit | Annotated[int, Meta(ge=0, le=99)],
    Meta(description="inherit, or per cent from 0 to 99"),
]
Maxcycle = Annotated[
    Inherit | Annotated[int, Meta(ge=1, le=2000)],
    Meta(description="inherit, or a whole number from 1 to 2000"),
]
Spinlock = Annotated[
    Literal["inherit", "none"] | tuple[int, int],
    Meta(description="inherit, none, or two whole numbers: spin up - spin down, and cycles"),
]
Atomspin = Annotated[
    Literal["inherit", "none"] | tuple[tuple[int, int], ...],
    Meta(description="inherit, none, or pairs of atom and spin (1, 0, -1): [[1, 1], [2, -1]]"),
]
Accelerated = Annotated[
    Literal["inherit", "auto"] | Acceleration,
    Meta(description=f"inherit, auto, {', '.join(ACCELERATIONS)}"),
]
Broyden = Annotated[
    Literal["inherit", "auto"] | tuple[float, int, int],
    Meta(description="inherit, auto, or weight, per cent of mixing, first cycle: [0.0001, 50, 2]"),
]
Histdiis = Annotated[
    Literal["inherit", "none"] | Annotated[int, Meta(ge=2, le=1000)],
    Meta(description="inherit, none, or a whole number from 2 to 1000"),
]
Levshift = Annotated[
    Literal["inherit", "none"] | tuple[int, int],
    Meta(description="inherit, none, or tenths of a hartree and 0 or 1 for the lock: [6, 1]"),
]
Buffer = Annotated[
    Literal["inherit", "auto", "none", "predecessor"] | Annotated[int, Meta(ge=1)],
    Meta(description="inherit, auto, none, predecessor, or a number of words per rank"),
]
ProgramVersion = Annotated[Version, Meta(description=", ".join(map(str, VERSIONS)))]
Guess = Annotated[Literal["auto", "never"], Meta(description="auto, never")]
