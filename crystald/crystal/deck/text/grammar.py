"""Which keywords stand where: the tables of words put together with the blocks they open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from crystald.crystal.deck.text import basis_words, d3_words, geometry_words, scf_words
from crystald.crystal.deck.text.taking import Rule, Taker, none, reads

LONG: Final = 8
"""The program compares the first eight letters of a keyword (``DISPERSI`` is DISPERSION)."""


@dataclass(frozen=True)
class Grammar:
    """The words of one place of a deck.

    Attributes
    ----------
    words
        Keyword -> its records.
    blocks
        Keyword -> the block that it opens.
    """

    words: Mapping[str, Rule]
    blocks: Mapping[str, Block] = field(default_factory=dict)

    @cached_property
    def _by_eight(self) -> dict[str, str]:
        every = (*self.words, *self.blocks)
        return {key[:LONG]: key for key in every if len(key) >= LONG and "-" not in key}

    def find(self, word: str) -> str | None:
        """Find the table's spelling of a word in capitals; None for one that is not here."""
        if word in self.words or word in self.blocks:
            return word
        return self._by_eight.get(word[:LONG]) if len(word) >= LONG else None


@dataclass(frozen=True)
class Block:
    """A block of keywords, closed by an END.

    Attributes
    ----------
    inner
        Its words.
    head
        Records that stand before them.
    """

    inner: Grammar
    head: Rule = none


def _clas(taker: Taker) -> None:
    _order, charges = taker.numbers(2)
    if charges > 0:
        taker.numbers(1)
    taker.numbers(1)


_OPTIMISE: Final = Block(Grammar(geometry_words.OPTGEOM))
_PRE: Final = {"PREOPTGEOM": _OPTIMISE}
_CPHF: Final = Block(Grammar(geometry_words.CPHF))
_SPECTRUM: Final = Block(Grammar(geometry_words.SPECTRUM))
_ELASTIC: Final = Block(Grammar(geometry_words.ELASTCON))
_FREQUENCIES: Final = Block(
    Grammar(
        geometry_words.FREQCALC,
        {
            **_PRE,
            "INTCPHF": _CPHF,
            "IRSPEC": _SPECTRUM,
            "RAMSPEC": _SPECTRUM,
            "COMBMODE": Block(Grammar(geometry_words.COMBMODE)),
        },
    )
)
_ANHARM: Final = Block(Grammar(geometry_words.ANHARM), reads(1))

GEOMETRY: Final = Grammar(
    geometry_words.GEOMETRY,
    {
        "OPTGEOM": _OPTIMISE,
        **_PRE,
        "FREQCALC": _FREQUENCIES,
        "ELASTCON": _ELASTIC,
        "ELAPIEZO": _ELASTIC,
        "PIEZOCON": _ELASTIC,
        "PHOTOELA": _ELASTIC,
        "EOS": Block(Grammar(geometry_words.EOS, _PRE)),
        "QHA": Block(Grammar(geometry_words.QHA, {**_PRE, "FREQCALC": _FREQUENCIES})),
        "ANHARM": _ANHARM,
        "CPHF": _CPHF,
        "CPKS": _CPHF,
    },
)
"""The first part of a deck, below the atoms."""

BASIS: Final = Grammar(basis_words.BASIS, {"ANHARM": _ANHARM})
"""The second part of a deck, without the elements."""

_COMPOSITE: Final = Block(Grammar(scf_words.COMPOSITE))
SCF: Final = Grammar(
    scf_words.SCF,
    {
        "DFT": Block(Grammar(scf_words.DFT)),
        "DFTD3": Block(Grammar(scf_words.DFTD3)),
        "GCP": Block(Grammar(scf_words.GCP)),
        "HF3C": _COMPOSITE,
        "HFSOL3C": _COMPOSITE,
        "TWOCOMPON": Block(Grammar(scf_words.TWO_COMPONENT)),
        "FIXINDEX": Block(
            Grammar(
                {},
                {
                    "GEOM": Block(Grammar(geometry_words.GEOMETRY)),
                    "BASE": Block(Grammar(basis_words.BASIS)),
                },
            )
        ),
        "CPHF": _CPHF,
        "CPKS": _CPHF,
    },
)
"""The third part of a deck."""

_PLANE: Final = Grammar(d3_words.MAPNET)
_EDFT: Final = Block(Grammar(d3_words.EDFT, {"NEWBASIS": Block(BASIS)}))
PROPERTIES: Final = Grammar(
    d3_words.PROPERTIES,
    {
        "ECHG": Block(_PLANE, reads(1, 1)),
        "POTM": Block(_PLANE, reads(2, 1)),
        "CLAS": Block(_PLANE, _clas),
        "BOLTZTRA": Block(Grammar(d3_words.BOLTZTRA)),
        "EDFT": _EDFT,
        "ENECOR": _EDFT,
        "ADFT": _EDFT,
        "ACOR": _EDFT,
        "LOCALWF": Block(Grammar(d3_words.LOCALWF)),
        "LOCALI": Block(Grammar(d3_words.LOCALWF)),
        "ORBITALS": Block(Grammar({}), d3_words.orbitals_head),
        "PROF": Block(Grammar(d3_words.PROFILES), d3_words.profiles_head),
        "TOPO": Block(Grammar(d3_words.TOPO)),
    },
)
"""The deck of the properties program."""
