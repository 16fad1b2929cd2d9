"""GUESSP: whether a wavefunction of the parent serves as the first guess of an SCF."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from crystald.crystal.deck.blocks.scf import Scf
from crystald.crystal.deck.versions import Version
from crystald.models import StagedFile
from crystald.steps.base import DeckRequest
from crystald.steps.files import HANDOVERS, WAVEFUNCTION
from crystald.steps.geometry import Start
from crystald.steps.level.make import Level

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output


def with_guess(
    level: Level,
    start: Start,
    request: DeckRequest,
    guess: Literal["auto", "never"],
    version: Version,
) -> tuple[Scf, tuple[StagedFile, ...]]:
    """Take the parent's wavefunction (written as fort.9) as fort.20 where it fits.

    It fits when basis set and spins are the same; atoms and symmetry are, because the
    geometry block was made of the parent's. A density keeps the spins that it has: another lock or
    other starting spins want a fresh start. So does another version of the program than the one
    that wrote it.

    Returns
    -------
    settings of the SCF, files to stage in
    """
    parent = start.parent
    fits = (
        parent is not None
        and WAVEFUNCTION in request.parents["geometry"].leaves
        and parent.basis == level.basis
        and parent.hamiltonian.spin == level.hamiltonian.spin
        and parent.scf.spinlock == level.scf.spinlock
        and parent.scf.atomspin == level.scf.atomspin
        and printed_version(start.output) in (None, version)
    )
    if guess == "never" or not fits:
        return replace(level.scf, guessp=False), ()
    take = StagedFile(f"geometry:{WAVEFUNCTION}", HANDOVERS["guess"].read)
    return replace(level.scf, guessp=True), (take,)


def printed_version(output: Output | None) -> int | None:
    """Give the version of CRYSTAL that wrote an output; None for another program, or if untold.

    Examples
    --------
    >>> from crystald.crystal.output.values import Output
    >>> printed_version(Output(program="crystal", version="17 1.0.2 - March 1st, 2018"))
    17
    """
    if output is None or output.program != "crystal":
        return None
    first = (output.version or "").split()[:1]
    return int(first[0]) if first and first[0].isdigit() else None
