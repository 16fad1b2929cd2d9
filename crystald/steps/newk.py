"""NEWK: the mesh on which the properties program computes eigenvectors and Fermi energy again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.errors import DeckError
from crystald.steps.base import DeckRequest
from crystald.steps.wavefunction import printed_geometry

if TYPE_CHECKING:
    from crystald.crystal.output.values import Output


def finer_mesh(request: DeckRequest, output: Output, times: int) -> Shrink:
    """Refine the mesh of the SCF, as it was printed; the Gilat net is twice as fine again.

    Where all periodic directions have one factor, one number is written: the program itself
    leaves directions without periodicity alone.

    Raises
    ------
    DeckError
        A molecule, or no mesh was printed.
    """
    periodic = printed_geometry(output, request).dimensionality
    if periodic == 0:
        raise DeckError(
            f"{request.step}: a molecule has levels, no bands",
            "They are in the output of the SP; leave this step out.",
        )
    if output.shrink is None:
        step = request.parents["wavefunction"].step
        raise DeckError(
            f"the output of {step} does not print SHRINK. FACT.(MONKH.)",
            f"Run {step} again, to its end.",
        )
    factors = [factor * times for factor in output.shrink[:periodic]]
    if len(set(factors)) == 1:
        return Shrink((factors[0],) * 3, 2 * factors[0])
    one, two, three = (*factors, 1)[:3]
    return Shrink((one, two, three), 2 * max(factors))
