"""Submitting: inputs are read and checked whole, then become a run, or nothing at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import gcd
from pathlib import Path
from typing import cast

import msgspec

from crystald.crystal.fingerprint import fingerprint
from crystald.crystal.structures.names import DECK, structure_name
from crystald.crystal.structures.of_deck import deck_text, read_deck_structure
from crystald.crystal.structures.reading import read_structure
from crystald.crystal.structures.values import Dimensionality
from crystald.desk.inputs import find_inputs, read_beside, read_input, shown
from crystald.errors import ConfigError, CrystaldError, InputError
from crystald.library import only_elements, with_library
from crystald.models import GivenDeck, Structure
from crystald.names import StepName, material_id, run_name
from crystald.steps.base import DeckRequest
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES
from crystald.store.runs import NewMaterial, NewRun, NewStep
from crystald.workflows.builds import ONLY_USUAL, Builds, check_builds
from crystald.workflows.plan import Plan, PlanStep, make_plan, plan_from_yaml, plan_to_yaml

BASIS_SETS = "basis_sets"
"""The folder beside ``workflows.yaml`` in which external basis sets lie, one folder each."""


class Submit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``submit``: files and folders, a workflow or a plan, and settings that override it.

    Attributes
    ----------
    paths
        Absolute; folders stand for the inputs that lie in them.
    workflow
        Name of a template of ``config/workflows.yaml``; None for the default one.
    plan
        Text of a saved plan, instead of a workflow.
    set
        ``key`` or ``STEP.key`` -> value as text.
    name
        What people call the run.
    dry_run
        Make every first deck, submit nothing.
    skip_bad
        Submit the good inputs although others are bad.
    request_id
        Repeating a request with the same id never makes a second run.
    """

    paths: list[str]
    request_id: str
    workflow: str | None = None
    plan: str | None = None
    set: dict[str, str] = {}
    name: str | None = None
    dry_run: bool = False
    skip_bad: bool = False


@dataclass(frozen=True)
class Draft:
    """A submission as read: what would be created.

    Attributes
    ----------
    decks
        material -> first deck.
    notes
        What a person should know, one sentence each.
    bad
        Inputs that were left out: path -> why.
    """

    run: NewRun
    materials: tuple[NewMaterial, ...]
    decks: dict[str, str]
    notes: tuple[str, ...]
    bad: dict[str, str] = field(default_factory=dict)


def draft(request: Submit, templates: Path, builds: Builds = ONLY_USUAL) -> Draft:
    """Read and check a submission; runs in a worker process and changes nothing.

    Parameters
    ----------
    request
        What is asked for.
    templates
        The file ``workflows.yaml``.
    builds
        Of the programs, that steps may ask for, with their versions.

    Raises
    ------
    InputError
        No input, a bad one (and others are not to go without it), or two of one name.
    ConfigError
        Unknown workflow, bad plan, or bad settings.
    """
    files = find_inputs(request.paths)
    decks = all(path.suffix.lower() == DECK for path in files)
    plan = _changed(
        _plan(request, templates, decks=decks),
        lambda one: with_library(one, templates.parent / BASIS_SETS),
    )
    check_builds(plan, builds)
    good, bad, notes = [], {}, []
    first: dict[str, str] = {}
    for path in files:
        try:
            material, deck, said = _material(path, plan)
        except ConfigError:
            raise
        except CrystaldError as error:
            bad[shown(path)] = _with_file(str(error), path)
            continue
        good.append(material)
        first[material.id] = deck
        notes += [f"{material.id}: {note}" for note in said]
    _refuse_bad(bad, len(good), skip=request.skip_bad)
    elements = {number for material in good for number in material.structure.numbers}
    plan = _changed(plan, lambda one: only_elements(one, elements))
    run = NewRun(
        run_name(request.name) if request.name is not None else good[0].id,
        plan.workflow,
        plan_to_yaml(plan),
        request.request_id,
        tuple(NewStep(step.name, step.position, step.needs) for step in plan.steps),
    )
    return Draft(run, tuple(good), first, tuple(notes), bad)


def _changed(plan: Plan, change: Callable[[Mapping[str, object]], dict[str, object]]) -> Plan:
    """Change the settings of every step."""
    steps = tuple(replace(step, settings=change(step.settings)) for step in plan.steps)
    return replace(plan, steps=steps)


def _with_file(reason: str, path: Path) -> str:
    """Name the file in front of a reason that does not."""
    return reason if shown(path) in reason else f"{shown(path)}: {reason}"


def _plan(request: Submit, templates: Path, *, decks: bool) -> Plan:
    if request.plan is not None:
        if request.workflow is not None:
            raise ConfigError("a plan and a workflow were given", "Give one of --plan, --workflow.")
        return plan_from_yaml(request.plan, overrides=request.set, decks=decks)
    text = templates.read_text(encoding="utf-8")
    return make_plan(request.workflow, text, overrides=request.set, decks=decks)


def _material(path: Path, plan: Plan) -> tuple[NewMaterial, str, tuple[str, ...]]:
    data = read_input(path)
    name = material_id(structure_name(path))
    first = _first(plan)
    given: GivenDeck | None = None
    if path.suffix.lower() == DECK:
        given = GivenDeck(deck_text(data, shown(path)), read_beside(path))
        found = read_deck_structure(given.text, shown(path), given.fort34)
    else:
        asked = cast("Dimensionality", first.settings.get("dimensionality", "auto"))
        found = read_structure(data, path.name, shown(path), dimensionality=asked)
    structure = found.structure
    request = DeckRequest(name, first.name, first.settings, structure, given=given)
    prepared = prepare(STEP_TYPES[StepName.parse(first.name).type], request)
    material = NewMaterial(
        name,
        formula(structure),
        structure,
        fingerprint(structure),
        found.space_group,
        found.source,
        shown(path),
        given,
    )
    return material, prepared.text, (*found.notes, *prepared.notes)


def _first(plan: Plan) -> PlanStep:
    return next(step for step in plan.steps if not step.needs)


def formula(structure: Structure) -> str:
    """Write the reduced formula of a structure in Hill order.

    Examples
    --------
    >>> cell = ((4.2, 0, 0), (0, 4.2, 0), (0, 0, 4.2))
    >>> formula(Structure(cell, (8, 12, 8, 12), ((0, 0, 0),) * 4))
    'MgO'
    """
    from ase.data import chemical_symbols

    counts = Counter(chemical_symbols[number] for number in structure.numbers)
    divisor = gcd(*counts.values())
    order = sorted(counts)
    if "C" in counts:
        order = ["C", *(["H"] if "H" in counts else []), *(s for s in order if s not in ("C", "H"))]
    return "".join(f"{s}{counts[s] // divisor if counts[s] > divisor else ''}" for s in order)


def _refuse_bad(bad: dict[str, str], good: int, *, skip: bool) -> None:
    if not bad or (skip and good):
        return
    lines = "\n".join(bad.values())
    if len(bad) == 1 and not good:
        raise InputError(lines)
    hint = "Nothing was submitted. Mend them"
    hint += f", or submit the {good} good ones with --skip-bad." if good else "."
    raise InputError(f"{len(bad)} of {good + len(bad)} inputs cannot be used:\n{lines}", hint)
