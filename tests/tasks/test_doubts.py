"""Jobs of which nobody says what became of them are shown when that lasts, and only they."""

from __future__ import annotations

from clocks import SimulatedClock

from crystald.kit import Banners
from crystald.models import Observation
from crystald.names import Token
from crystald.tasks.doubts import SHOWN_AFTER_S, SOURCE, Doubts

ONE, TWO, THREE = (Token(f"{n:020x}") for n in range(3))
KNOWN, DOUBTFUL = Observation(answered=True), Observation(answered=False)


def test_a_doubt_that_lasts_is_shown_with_its_number() -> None:
    banners = Banners(SimulatedClock())
    doubts = Doubts(banners)
    doubts.note({ONE: DOUBTFUL, TWO: KNOWN}, 0.0)
    assert banners.all() == {}
    doubts.note({ONE: DOUBTFUL, TWO: DOUBTFUL, THREE: KNOWN}, SHOWN_AFTER_S)
    assert banners.all()[SOURCE].text == "of 1 job it is not known what became of it"
    doubts.note({ONE: DOUBTFUL, TWO: DOUBTFUL}, 2 * SHOWN_AFTER_S)
    assert banners.all()[SOURCE].text == "of 2 jobs it is not known what became of them"
    doubts.note({ONE: KNOWN, TWO: KNOWN}, 2 * SHOWN_AFTER_S)
    assert banners.all() == {}


def test_a_doubt_that_passed_begins_anew() -> None:
    banners = Banners(SimulatedClock())
    doubts = Doubts(banners)
    doubts.note({ONE: DOUBTFUL}, 0.0)
    doubts.note({ONE: KNOWN}, 100.0)
    doubts.note({ONE: DOUBTFUL}, SHOWN_AFTER_S)
    assert banners.all() == {}
    doubts.forget()
    assert banners.all() == {}
