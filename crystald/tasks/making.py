"""Make the deck of an attempt: runs in a worker process, reads the files of its parents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from crystald.errors import DeckError
from crystald.models import LeftFile, Resources
from crystald.names import StepName, deck_stem
from crystald.steps.base import DeckRequest, Parent
from crystald.steps.prepare import prepare
from crystald.steps.table import STEP_TYPES
from crystald.store.runs import ParentFacts, Preparation
from crystald.workflows.plan import Plan, plan_from_yaml
from crystald.workspace.files import safe_join
from crystald.workspace.prepare import check_workspace

OUTPUT_BYTES_MAX = 512 * 1024 * 1024
"""Largest output of a parent that is read to make a deck."""


@dataclass(frozen=True)
class Made:
    """A deck with everything that its job script needs to know.

    Attributes
    ----------
    takes
        Files to stage in: source, name in the scratch directory, bytes.
    writes
        Files that are made with the deck: name and text.
    """

    deck_name: str
    deck: str
    program: Literal["crystal", "properties"]
    takes: tuple[tuple[Path, str, int], ...]
    leaves: tuple[LeftFile, ...]
    resources: Resources
    notes: tuple[str, ...]
    writes: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=16)
def _plan(text: str) -> Plan:
    """Read a plan once for all calculations of its run: it takes as long as making a deck.

    What its first step starts from was checked when it was submitted.
    """
    return plan_from_yaml(text, decks=True)


def make(preparation: Preparation, workspace: Path) -> Made:
    """Make the deck of the next attempt of a calculation.

    Raises
    ------
    DeckError
        No correct deck can be made; a person has to look.
    WorkspaceError
        The workspace is away: nothing can be said of the files in it.
    """
    check_workspace(workspace)
    step = next(s for s in _plan(preparation.plan).steps if s.name == preparation.step)
    step_type = STEP_TYPES[StepName.parse(preparation.step).type]
    request = DeckRequest(
        material=preparation.material,
        step=preparation.step,
        settings=step.settings,
        structure=preparation.structure,
        parents={
            need: _parent(facts, preparation.material, workspace)
            for need, facts in preparation.parents.items()
        },
        given=preparation.given,
    )
    prepared = prepare(step_type, request)
    takes = tuple(_take(take.role, take.name, preparation, workspace) for take in prepared.takes)
    return Made(
        deck_name=f"{deck_stem(preparation.material, preparation.step)}.{step_type.deck_suffix}",
        deck=prepared.text,
        program=step_type.program,
        takes=takes,
        leaves=step_type.leaves,
        resources=step.resources,
        notes=prepared.notes,
        writes=prepared.writes,
    )


def _parent(facts: ParentFacts, material: str, workspace: Path) -> Parent:
    deck = next((s for s in ("d12", "d3") if s in facts.files), None)
    if deck is None or "out" not in facts.files:
        raise DeckError(
            f"{facts.step} of {material} left no deck or no output",
            f"Look into {facts.directory}; retry {facts.step} when its files are gone.",
        )
    return Parent(
        step=facts.step,
        deck=_text(facts, deck, workspace),
        output=_text(facts, "out", workspace),
        leaves=frozenset(suffix for suffix, (_, size) in facts.files.items() if size),
        standin=facts.standin,
        fort34=_fort34(facts, workspace),
    )


def _fort34(facts: ParentFacts, workspace: Path) -> str | None:
    """Read the geometry file of a parent; one that is not there only costs digits."""
    told = facts.files.get("f34")
    if told is None or not safe_join(workspace, told[0]).exists():
        return None
    return _text(facts, "f34", workspace)


def _text(facts: ParentFacts, suffix: str, workspace: Path) -> str:
    path = safe_join(workspace, facts.files[suffix][0])
    if not path.exists():
        check_workspace(workspace)
        raise DeckError(
            f"{path}, which {facts.step} left, is gone", f"Bring it back, or retry {facts.step}."
        )
    if path.stat().st_size > OUTPUT_BYTES_MAX:
        raise DeckError(
            f"{path} is too large to be read ({path.stat().st_size / 1e6:.0f} MB)",
            "Retry the step with less printing.",
        )
    return path.read_text(encoding="utf-8", errors="replace")


def _take(role: str, name: str, preparation: Preparation, workspace: Path) -> tuple[Path, str, int]:
    """Find the file of a parent for a role ``<need>:<suffix>``."""
    need, _, suffix = role.partition(":")
    facts = preparation.parents[need]
    path, size = facts.files[suffix]
    return (safe_join(workspace, path), name, size)
