"""What kind of calculation it is, by the lines that it printed."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from crystald.crystal.output.block import Reader
from crystald.crystal.output.numbers import floats
from crystald.crystal.output.stream import Lines
from crystald.crystal.output.values import Output

_POINTS: Final = "K-POINTS ALONG THE PATH"

TEXTS: Final = (
    ("EOS", "EQUATION", "EQUATION OF STATE CALCULATION"),
    ("QHA", "QUASI-HARMONIC", "QUASI-HARMONIC APPROXIMATION"),
    ("ELASTIC", "ELASTIC", "ELASTIC CALCULATION"),
    ("ELASTIC", "*", "ELASTCON OPTION"),
    ("FREQ", "FREQUENCY", "FREQUENCY CALCULATION"),
    ("FREQ", "INFORMATION", "FREQUENCY CALCULATION RESTART"),
    ("FREQ", "MODES", "FREQUENCIES"),
    ("PHONON", "DISPERSION", "DISPERSION K POINT NUMBER"),
    ("CPHF", "*", "COUPLED-PERTURBED"),
    ("OPT", "*", "OPTIMIZATION STARTS"),
    ("OPT", "COORDINATE", "OPTIMIZATION - POINT"),
    ("OPT", "CELL", "OPTIMIZATION - POINT"),
    ("OPT", "ATOMS", "OPTIMIZATION - POINT"),
    ("SP", "CYC", "ETOT(AU)"),
    ("SP", "==", "SCF ENDED"),
    ("TESTGEOM", "WARNING", "TESTGEOM  DIRECTIVE"),
    ("TESTPDIM", "TESTPDIM", "SIZE OF DENSITY MATRIX EVALUATED"),
    ("BAND", "TOTAL", _POINTS),
    ("BAND", "*", _POINTS),
    ("TOPOND", "*", "T O P O N D"),
    ("RDFMWF", "*", "FORMATTED WAVE FUNCTION DATA FROM FILE"),
    *(
        (kind, "T" * 30, f" {label} ")
        for kind, labels in (
            ("BAND", "BAND"),
            ("DOSS", "DOSS"),
            ("TRANSPORT", "BOLTZTRA"),
            ("CHARGE", "ECH3 ECHG CHARGE"),
            ("POTENTIAL", "POT3 POTC POTM CLAS"),
            ("PPAN", "PPAN"),
        )
        for label in labels.split()
    ),
)
"""Kind, first word of a line, what else stands in it. The order is that of precedence."""

ORDER: Final = tuple(dict.fromkeys(kind for kind, _, _ in TEXTS))
PROPERTIES: Final = frozenset(
    ("BAND", "DOSS", "TRANSPORT", "CHARGE", "POTENTIAL", "PPAN", "TOPOND", "RDFMWF")
)

_BY_WORD: dict[str, list[tuple[str, str]]] = {}
for _kind, _word, _text in TEXTS:
    _BY_WORD.setdefault(_word, []).append((_text, _kind))


STAGE: Final = "T" * 30
_STAGES = frozenset(text.strip() for text, _ in _BY_WORD[STAGE])


def _told_by(texts: list[tuple[str, str]]) -> Reader:
    """Make the reader of lines with one first word, which only one kind of calculation prints."""

    def read_kind(line: str, lines: Lines, out: Output) -> None:
        for text, kind in texts:
            if text in line and kind not in out.kinds:
                out.kinds = (*out.kinds, kind)
                out.kind = min(out.kinds, key=ORDER.index)

    return read_kind


_KINDS: Final = {word: _told_by(texts) for word, texts in _BY_WORD.items()}


def read_stage(line: str, lines: Lines, out: Output) -> None:
    """Read the name of a stage, one of many hundreds."""
    if _tells_kind(line.partition("TELAPSE")[0]):
        _KINDS[STAGE](line, lines, out)


@lru_cache(maxsize=256)
def _tells_kind(stage: str) -> bool:
    return not _STAGES.isdisjoint(stage.split())


def read_path(line: str, lines: Lines, out: Output) -> None:
    """Read ``*  FROM BAND  1 TO BAND 26  *`` and ``*  TOTAL OF  201 K-POINTS ALONG THE PATH  *``.

    DOSS prints `` FROM BAND   11 TO BAND   14 ENERGY RANGE …``, which a path before it outdoes.
    """
    if "TO BAND" in line and (out.n_path_points is None or line.lstrip().startswith("*")):
        values = floats(line.partition("ENERGY")[0])
        if len(values) >= 2:
            out.n_bands = int(values[1]) - int(values[0]) + 1
    elif _POINTS in line and (values := floats(line)):
        out.n_path_points = int(values[0])


def read_total(line: str, lines: Lines, out: Output) -> None:
    """Read `` TOTAL OF  201 K-POINTS ALONG THE PATH``; every cycle has other totals."""
    if _POINTS in line:
        _KINDS["TOTAL"](line, lines, out)
        read_path(line, lines, out)


READERS: dict[str, tuple[Reader, ...]] = {
    **{word: (read,) for word, read in _KINDS.items()},
    STAGE: (read_stage,),
    "*": (_KINDS["*"], read_path),
    "FROM": (read_path,),
    "TOTAL": (read_total,),
}


def settle(out: Output) -> None:
    """Name the kind of a properties run that printed none; it never is one of the crystal run."""
    if out.properties_run:
        out.crystal_run = False
        kinds = [kind for kind in out.kinds if kind in PROPERTIES]
        out.kind = min(kinds, key=ORDER.index, default="PROPERTIES")
