"""Draw a picture: runs in a worker process, reads the files of finished steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crystald.crystal.plotdata.band_dat import read_band_dat
from crystald.crystal.plotdata.doss_dat import read_doss_dat
from crystald.pictures.bands_and_dos import bands_and_dos
from crystald.pictures.labels import projection_names


@dataclass(frozen=True)
class Sources:
    """What a picture is drawn from.

    Attributes
    ----------
    bands, dos
        Data of a BAND and a DOSS step; None without.
    bands_deck, dos_deck
        Their decks, which name k points and projections.
    """

    title: str
    standin: bool
    bands: Path | None
    dos: Path | None
    bands_deck: Path | None
    dos_deck: Path | None


def draw(of: Sources) -> bytes:
    """Draw a picture as PNG; runs in a worker process.

    Raises
    ------
    ParseError
        A file cannot be read as what it should be.
    """
    bands = read_band_dat(_lines(of.bands)) if of.bands else None
    dos = read_doss_dat(_lines(of.dos)) if of.dos else None
    return bands_and_dos(
        bands,
        dos,
        title=of.title,
        labels=_text(of.bands_deck),
        projections=projection_names(_text(of.dos_deck)),
        standin=of.standin,
    )


def _text(path: Path | None) -> str:
    return path.read_text(encoding="utf-8") if path else ""


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()
