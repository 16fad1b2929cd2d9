"""The decks of the properties program: band structures and densities of states."""

from __future__ import annotations

from dataclasses import dataclass

from crystald.crystal.deck.blocks.shrink import Shrink
from crystald.crystal.deck.records import Lines, plain

PROJECTIONS_MAX = 15
"""Most projections that one DOSS block may hold."""

NUMBERS_PER_LINE = 40
"""Numbers of a projection in one record; the program reads on in the next."""

Integers = tuple[int, int, int]


@dataclass(frozen=True)
class Segment:
    """A straight line in reciprocal space.

    Attributes
    ----------
    start, end
        In units of 1/ISS of the primitive reciprocal vectors.
    names
        What the ends are called; the program reads over them.
    """

    start: Integers
    end: Integers
    names: tuple[str, str]


@dataclass(frozen=True)
class BandDeck:
    """A BAND deck; fort.25 and BAND.DAT are written.

    Attributes
    ----------
    title
        One line.
    iss
        What the integers of the segments are divided by.
    segments
        The path, each line on its own.
    points
        k points on the whole path.
    bands
        First and last band, from 1.
    """

    title: str
    iss: int
    segments: tuple[Segment, ...]
    points: int
    bands: tuple[int, int]


@dataclass(frozen=True)
class Projection:
    """A projection of the density of states.

    Attributes
    ----------
    label
        What people call it; stands behind the numbers as a comment.
    members
        Numbers of atoms or of atomic orbitals, from 1.
    of_atoms
        Whether the members are atoms.
    """

    label: str
    members: tuple[int, ...]
    of_atoms: bool


@dataclass(frozen=True)
class DossDeck:
    """A DOSS deck, with NEWK before it; DOSS.DAT is written (the total is always its last column).

    More projections than one DOSS may hold are split over several, all of which are appended to
    fort.25; DOSS.DAT is that of the last.

    Attributes
    ----------
    shrink
        The mesh of NEWK, from which the Fermi energy is taken.
    points
        Energies.
    bands
        First and last band when the range is given by bands, None when by `window_ha`.
    window_ha
        Lowest and highest energy, absolute.
    projections
        In order; the last of them belong together.
    polynomials
        Degree of the expansion in Legendre polynomials.
    """

    shrink: Shrink
    points: int
    projections: tuple[Projection, ...]
    bands: tuple[int, int] | None = None
    window_ha: tuple[float, float] | None = None
    polynomials: int = 14

    @property
    def blocks(self) -> tuple[tuple[Projection, ...], ...]:
        """The projections of each DOSS; the last is as full as can be."""
        first = len(self.projections) % PROJECTIONS_MAX
        starts = range(first, len(self.projections), PROJECTIONS_MAX)
        rest = [self.projections[i : i + PROJECTIONS_MAX] for i in starts]
        return (self.projections[:first], *rest) if first or not rest else tuple(rest)


def print_band(deck: BandDeck) -> str:
    """Print a BAND deck; the last line ends in a newline."""
    first, last = deck.bands
    card = f"{len(deck.segments)} {deck.iss} {deck.points} {first} {last} 1 0"
    ends = (
        f"{' '.join(map(str, (*one.start, *one.end)))}  {'-'.join(one.names)}"
        for one in deck.segments
    )
    return "\n".join(["BAND", deck.title, card, *ends, "END"]) + "\n"


def parse_band(text: str, name: str = "the deck") -> BandDeck:
    """Read what `print_band` writes.

    Raises
    ------
    DeckError
        It holds something else.
    """
    lines = after_conversion(text, name)
    lines.expect(("BAND",))
    title = lines.take()
    count, iss, points, first, last, plot, _ = lines.values(int, 7)
    if plot != 1:
        raise lines.wrong("IPLO must be 1: without it no bands are written")
    segments = tuple(_segment(lines) for _ in range(count))
    lines.expect(("END",))
    lines.finish()
    return BandDeck(title, iss, segments, points, (first, last))


def after_conversion(text: str, name: str) -> Lines:
    """Begin a deck; RDFMWF, which converts fort.98, may stand first."""
    lines = Lines(text, name)
    if lines.peek() == "RDFMWF":
        lines.take()
    return lines


def _segment(lines: Lines) -> Segment:
    words = lines.take().split()
    try:
        a, b, c, d, e, f = (int(word) for word in words[:6])
    except ValueError:
        raise lines.wrong("a segment is six whole numbers and the names of its ends") from None
    start, _, end = "".join(words[6:]).partition("-")
    return Segment((a, b, c), (d, e, f), (start, end))


def print_doss(deck: DossDeck) -> str:
    """Print a DOSS deck; the last line ends in a newline."""
    lines = [*newk_lines(deck.shrink)]
    for block in deck.blocks:
        lines += _doss_lines(deck, block)
    return "\n".join([*lines, "END"]) + "\n"


def newk_lines(shrink: Shrink) -> list[str]:
    """Print NEWK: eigenvectors on a new mesh, and the Fermi energy from them."""
    return ["NEWK", *shrink.records(), "1 0"]


def read_newk(lines: Lines) -> Shrink:
    """Read what `newk_lines` prints."""
    lines.expect(("NEWK",))
    shrink = Shrink.read(lines)
    lines.expect(("1 0",))
    return shrink


def _doss_lines(deck: DossDeck, block: tuple[Projection, ...]) -> list[str]:
    first, last = deck.bands or (-1, -1)
    card = f"{len(block)} {deck.points} {first} {last} 2 {deck.polynomials} 0"
    window = [" ".join(plain(value, 6) for value in deck.window_ha)] if deck.window_ha else []
    return ["DOSS", card, *window, *(line for one in block for line in _projection_lines(one))]


def _projection_lines(one: Projection) -> list[str]:
    count = -len(one.members) if one.of_atoms else len(one.members)
    words = [str(number) for number in (count, *one.members)]
    steps = range(0, len(words), NUMBERS_PER_LINE)
    lines = [" ".join(words[first : first + NUMBERS_PER_LINE]) for first in steps]
    return [*lines[:-1], f"{lines[-1]} # {one.label}"]


def parse_doss(text: str, name: str = "the deck") -> DossDeck:
    """Read what `print_doss` writes.

    Raises
    ------
    DeckError
        It holds something else.
    """
    lines = after_conversion(text, name)
    shrink = read_newk(lines)
    card, projections = _doss(lines)
    while lines.peek() == "DOSS":
        again, more = _doss(lines)
        if again != card:
            raise lines.wrong("every DOSS must have the energies of the first")
        projections += more
    lines.expect(("END",))
    lines.finish()
    points, bands, window_ha, polynomials = card
    return DossDeck(shrink, points, projections, bands, window_ha, polynomials)


_Card = tuple[int, tuple[int, int] | None, tuple[float, float] | None, int]


def _doss(lines: Lines) -> tuple[_Card, tuple[Projection, ...]]:
    """Read one DOSS: points, bands or window, polynomials; and its projections."""
    lines.expect(("DOSS",))
    count, points, first, last, plot, polynomials, _ = lines.values(int, 7)
    if plot != 2:
        raise lines.wrong("IPLO must be 2: without it no densities are written")
    window = lines.values(float, 2) if (first, last) == (-1, -1) else None
    projections = tuple(_projection(lines) for _ in range(count))
    low_high = (window[0], window[1]) if window else None
    return (points, None if window else (first, last), low_high, polynomials), projections


def _projection(lines: Lines) -> Projection:
    numbers, label = _whole_numbers(lines)
    count, members = numbers[0], numbers[1:]
    while len(members) < abs(count) and not label:
        more, label = _whole_numbers(lines)
        members += more
    if abs(count) != len(members) or not members:
        raise lines.wrong(f"{abs(count)} numbers belong behind the count, not {len(members)}")
    return Projection(label, tuple(members), count < 0)


def _whole_numbers(lines: Lines) -> tuple[list[int], str]:
    """Read a record of whole numbers and the label behind them."""
    text, _, label = lines.take().partition("#")
    try:
        numbers = [int(word) for word in text.split()]
    except ValueError:
        numbers = []
    if not numbers:
        raise lines.wrong("a projection is a count and as many numbers")
    return numbers, label.strip()
