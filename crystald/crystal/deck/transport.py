"""The deck of BOLTZTRA: transport by Boltzmann's equation in the relaxation time approximation.

Source: CRYSTAL17 user's manual, "Electron transport properties", and a run of CRYSTAL22. NEWK
stands before it; energies are absolute, in eV. The block has an END of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.d3 import after_conversion, newk_lines, read_newk
from crystald.crystal.deck.records import Lines, plain

Range = tuple[float, float, float]
"""Lowest, highest, step."""


@dataclass(frozen=True)
class Smearing:
    """A smearing of the distribution function, as SMEAR and SMEARTYP take it."""

    width: float
    type: int


@dataclass(frozen=True)
class TransportDeck:
    """A BOLTZTRA deck; SIGMA.DAT, SEEBECK.DAT, SIGMAS.DAT, KAPPA.DAT and TDF.DAT are written.

    Attributes
    ----------
    shrink
        The mesh of NEWK.
    temperature_k
        Temperatures.
    mu_ev
        Chemical potentials, absolute.
    tdf_ev
        Energies of the transport distribution function, absolute.
    relaxation_fs
        The relaxation time.
    smearing
        None for none.
    """

    shrink: Shrink
    temperature_k: Range
    mu_ev: Range
    tdf_ev: Range
    relaxation_fs: float
    smearing: Smearing | None = None


def print_transport(deck: TransportDeck) -> str:
    """Print a BOLTZTRA deck; the last line ends in a newline."""
    lines = [*newk_lines(deck.shrink), "BOLTZTRA"]
    for keyword, values in (
        ("TRANGE", deck.temperature_k),
        ("MURANGE", deck.mu_ev),
        ("TDFRANGE", deck.tdf_ev),
        ("RELAXTIM", (deck.relaxation_fs,)),
    ):
        lines += [keyword, " ".join(plain(value, 1) for value in values)]
    if deck.smearing is not None:
        lines += ["SMEAR", plain(deck.smearing.width, 1), "SMEARTYP", str(deck.smearing.type)]
    return "\n".join([*lines, "END", "END"]) + "\n"


def parse_transport(text: str, name: str = "the deck") -> TransportDeck:
    """Read what `print_transport` writes.

    Raises
    ------
    DeckError
        It holds something else.
    """
    lines = after_conversion(text, name)
    shrink = read_newk(lines)
    lines.expect(("BOLTZTRA",))
    temperature_k, mu_ev, tdf_ev = (_range(lines, f"{what}RANGE") for what in ("T", "MU", "TDF"))
    lines.expect(("RELAXTIM",))
    relaxation_fs = lines.value(float)
    smearing = _smearing(lines)
    lines.expect(("END",))
    lines.finish()
    return TransportDeck(shrink, temperature_k, mu_ev, tdf_ev, relaxation_fs, smearing)


def _range(lines: Lines, keyword: str) -> Range:
    lines.expect((keyword,))
    low, high, step = lines.values(float, 3)
    return low, high, step


def _smearing(lines: Lines) -> Smearing | None:
    """Read SMEAR and SMEARTYP where they are, and the END of the block."""
    if lines.expect(("SMEAR", "END")) == "END":
        return None
    width = lines.value(float)
    lines.expect(("SMEARTYP",))
    smearing = Smearing(width, lines.value(int))
    lines.expect(("END",))
    return smearing
