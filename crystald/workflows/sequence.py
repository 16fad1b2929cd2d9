"""The order of steps: which step types there are, and who gives what to whom.

Needs are data that a step really reads, not its neighbours in a list: an SP takes the geometry of
the nearest OPT before it, BAND and DOSS the wavefunction of the nearest SP or OPT before them, an
OPT2 the geometry of the OPT before it, a FREQ2 that restarts the displacements of the FREQ before it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from crystald.errors import ConfigError, InputError
from crystald.names import StepName
from crystald.steps.base import StepType
from crystald.steps.table import RESTARTED, STEP_TYPES

StepNeeds = Mapping[str, str]


def step_type(name: str) -> StepType:
    """Find the step type of a step's name.

    Raises
    ------
    ConfigError
        It names none.
    """
    try:
        parsed = StepName.parse(name)
    except InputError as error:
        raise ConfigError(error.message, error.hint) from error
    if parsed.type not in STEP_TYPES:
        raise ConfigError(
            f"unknown step {name!r}", f"Allowed: {', '.join(STEP_TYPES)}, with or without a number."
        )
    if str(parsed) != name:
        raise ConfigError(f"the step {name!r} is spelt {parsed}", f"Write {parsed}.")
    return STEP_TYPES[parsed.type]


def find_needs(
    names: Sequence[str], *, restarted: Collection[str] = (), decks: bool = False
) -> dict[str, StepNeeds]:
    """Find what each step of a sequence takes from which earlier one.

    Parameters
    ----------
    names
        The steps, in their order.
    restarted
        Those whose settings say ``restart``.
    decks
        Whether the first step runs decks that persons gave, and so needs nothing.

    Raises
    ------
    ConfigError
        An unknown step, one that stands twice, or one whose needs no earlier step meets.
    """
    return check_needs([(name, None) for name in names], restarted=restarted, decks=decks)


def check_needs(
    steps: Sequence[tuple[str, Mapping[str, str] | None]],
    *,
    restarted: Collection[str] = (),
    decks: bool = False,
) -> dict[str, StepNeeds]:
    """Check the needs that are given, and find those that are not (None).

    Parameters
    ----------
    steps
        Name and needs of each, in their order.
    restarted, decks
        As for `find_needs`.

    Raises
    ------
    ConfigError
        As for `find_needs`, or a need that the step does not have, or a giver that does not
        stand before it or cannot give it.
    """
    found: dict[str, StepNeeds] = {}
    for name, given in steps:
        if name in found:
            raise ConfigError(f"the step {name} stands twice", f"Number the second: {name}2.")
        kind = step_type(name)
        earlier = list(found)
        wanted = RESTARTED.get(kind.type, kind.needs) if name in restarted else kind.needs
        needs = _nearest(wanted, earlier) if given is None else dict(given)
        _check(name, wanted, needs, earlier)
        if found or name in restarted or not decks:
            _check_lacking(name, kind, wanted, needs)
        found[name] = needs
    return found


Wanted = Mapping[str, tuple[str, ...]]


def _nearest(wanted: Wanted, earlier: Sequence[str]) -> dict[str, str]:
    needs = {}
    for need, types in wanted.items():
        givers = [name for name in earlier if StepName.parse(name).type in types]
        if givers:
            needs[need] = givers[-1]
    return needs


def _check(name: str, wanted: Wanted, needs: StepNeeds, earlier: Sequence[str]) -> None:
    for need, giver in needs.items():
        if need not in wanted:
            raise ConfigError(
                f"step {name}: it has no need {need!r}", f"Allowed: {', '.join(wanted)}."
            )
        givers = [one for one in earlier if StepName.parse(one).type in wanted[need]]
        if giver not in givers:
            raise ConfigError(
                f"step {name}: {giver!r} cannot give its {need}",
                f"Steps before it that can: {', '.join(givers) or 'none'}.",
            )


def _check_lacking(name: str, kind: StepType, wanted: Wanted, needs: StepNeeds) -> None:
    lacking = wanted.keys() - needs.keys()
    if lacking and kind.starts_with is None:
        need = min(lacking)
        raise ConfigError(
            f"step {name}: no step before it gives its {need}",
            f"Put one of {', '.join(wanted[need])} before it"
            + (
                f", or submit decks (X.d12) that compute {kind.type} already."
                if kind.deck_suffix == "d12"
                else "."
            ),
        )
