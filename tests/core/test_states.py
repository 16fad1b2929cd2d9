"""The tables of states: complete, reachable, and final where they say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crystald.errors import IllegalTransitionError
from crystald.states import (
    ATTEMPT_FINAL,
    ATTEMPT_LIVE,
    ATTEMPT_TRANSITIONS,
    FINAL,
    TRANSITIONS,
    AttemptEvent,
    AttemptState,
    Event,
    State,
    advance,
    advance_attempt,
)

BY_A_PERSON = {Event.RETRIED, Event.REOPENED}


def test_every_state_has_its_row() -> None:
    assert set(TRANSITIONS) == set(State)
    assert set(ATTEMPT_TRANSITIONS) == set(AttemptState)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_each_pair_is_decided(state: State, event: Event) -> None:
    if event in TRANSITIONS[state]:
        assert advance(state, event) is TRANSITIONS[state][event]
    else:
        with pytest.raises(IllegalTransitionError, match=state):
            advance(state, event)


@pytest.mark.parametrize("state", AttemptState)
@pytest.mark.parametrize("event", AttemptEvent)
def test_each_pair_of_an_attempt_is_decided(state: AttemptState, event: AttemptEvent) -> None:
    if event in ATTEMPT_TRANSITIONS[state]:
        assert advance_attempt(state, event) is ATTEMPT_TRANSITIONS[state][event]
    else:
        with pytest.raises(IllegalTransitionError, match=state):
            advance_attempt(state, event)


def test_every_state_can_be_reached() -> None:
    seen, frontier = {State.WAITING}, [State.WAITING]
    while frontier:
        for after in TRANSITIONS[frontier.pop()].values():
            if after not in seen:
                seen.add(after)
                frontier.append(after)
    assert seen == set(State)


@given(st.sampled_from(sorted(FINAL)), st.lists(st.sampled_from(list(Event))))
def test_final_stays_final_but_for_a_person(state: State, events: list[Event]) -> None:
    for event in events:
        if event in BY_A_PERSON:
            return
        with pytest.raises(IllegalTransitionError):
            advance(state, event)


def test_final_attempts_never_move() -> None:
    assert all(not ATTEMPT_TRANSITIONS[state] for state in ATTEMPT_FINAL)
    assert not ATTEMPT_FINAL & ATTEMPT_LIVE
