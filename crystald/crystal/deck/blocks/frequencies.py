"""FREQCALC: vibrational frequencies."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.crystal.deck.records import Lines


@dataclass(frozen=True)
class Frequencies:
    """The FREQCALC block.

    Attributes
    ----------
    numderiv
        Displacements per coordinate: 1 forward, 2 on both sides.
    intensities
        Whether infrared intensities are computed (Berry phase).
    """

    numderiv: int = 2
    intensities: bool = False


def frequency_lines(block: Frequencies) -> list[str]:
    """Write the block from FREQCALC to ENDFREQ."""
    intensities = "INTENS" if block.intensities else "NOINTENS"
    return ["FREQCALC", "NUMDERIV", str(block.numderiv), intensities, "ENDFREQ"]


def read_frequencies(lines: Lines) -> Frequencies:
    """Read what `frequency_lines` wrote.

    Raises
    ------
    DeckError
        It holds something else; the line is named.
    """
    lines.expect(("FREQCALC",))
    lines.expect(("NUMDERIV",))
    numderiv = lines.value(int)
    intensities = lines.expect(("INTENS", "NOINTENS")) == "INTENS"
    lines.expect(("ENDFREQ",))
    return Frequencies(numderiv, intensities)
