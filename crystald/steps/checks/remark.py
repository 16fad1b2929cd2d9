"""What a check found: a sentence, and the printed line that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crystald.crystal.deck.d3 import BandDeck
    from crystald.crystal.deck.d12 import Deck
    from crystald.crystal.output.values import Output
    from crystald.crystal.plotdata.values import Bands, Dos

PREFIX = "suspect: "


@dataclass(frozen=True)
class Remark:
    """A reason to look twice.

    Attributes
    ----------
    text
        A sentence for a person, without full stop.
    line
        Number of the line of the output that it rests on, None for none or many.
    quote
        That line as printed, empty until it was looked up.
    check
        The check's name in the table.
    """

    text: str
    line: int | None = None
    quote: str = ""
    check: str = ""

    def sentence(self) -> str:
        """Give the mark that is stored: what, then the line as printed."""
        quote = f" ({self.quote.strip()})" if self.quote.strip() else ""
        return f"{PREFIX}{self.text}{quote}"


@dataclass(frozen=True)
class Evidence:
    """What is at hand of a step; None for what is not.

    Attributes
    ----------
    output
        Of the step.
    deck
        Of the step, where it is one of ours.
    parent, parent_deck
        Of the step whose geometry or wavefunction it took.
    bands, dos
        What it left for plots.
    band_deck
        The deck of a BAND.
    """

    output: Output
    deck: Deck | None = None
    parent: Output | None = None
    parent_deck: Deck | None = None
    bands: Bands | None = None
    dos: Dos | None = None
    band_deck: BandDeck | None = None


def fact(output: Output, name: str) -> Any:
    """Give what a block told under a name, None where it told nothing."""
    return getattr(output.facts.get(name), "value", None)


def fact_line(output: Output, name: str) -> int | None:
    """Give the line of what a block told, None where it stands in another file."""
    return getattr(output.facts.get(name), "line", None) or None


def quoted(remarks: Sequence[Remark], lines: Iterable[str]) -> tuple[Remark, ...]:
    """Fill in the printed lines, by their numbers.

    Parameters
    ----------
    remarks
        As checks gave them.
    lines
        Of the output, from its first.
    """
    wanted = {remark.line for remark in remarks if remark.line is not None}
    texts: dict[int, str] = {}
    if wanted:
        last = max(wanted)
        for number, line in enumerate(lines, 1):
            if number in wanted:
                texts[number] = line.rstrip("\r\n")[:200]
            if number >= last:
                break
    return tuple(
        remark if remark.line is None else replace(remark, quote=texts.get(remark.line, ""))
        for remark in remarks
    )
