"""Every history of the submission protocol with up to three faults keeps the rules and ends."""

from __future__ import annotations

from collections import deque

import pytest
from model_world import Broken, Rules, World, violation


def explore(rules: Rules) -> tuple[str, list[str], int]:
    """Walk all worlds; give the rule broken (empty for none), a shortest trace, and their number."""
    start = World()
    parent: dict[World, tuple[World, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        w = queue.popleft()
        following = [] if w.bad else [(label, n) for label, n in rules.steps(w) if n != w]
        if reason := violation(w, stuck=not following):
            return reason, trace(parent, w), len(parent)
        for label, n in following:
            if n not in parent:
                parent[n] = (w, label)
                queue.append(n)
    return "", [], len(parent)


def trace(parent: dict[World, tuple[World, str] | None], w: World) -> list[str]:
    lines = []
    while (step := parent[w]) is not None:
        w, label = step
        lines.append(label)
    return lines[::-1]


@pytest.mark.timeout(600)
def test_no_history_with_three_faults_breaks_a_rule() -> None:
    reason, path, worlds = explore(Rules(faults=3))
    assert not reason, f"{reason} after: " + "; ".join(path)
    assert worlds > 100_000


@pytest.mark.parametrize("broken", [b for b in Broken if b])
def test_each_broken_rule_is_caught(broken: Broken) -> None:
    reason, path, _ = explore(Rules(faults=2, broken=broken))
    assert reason, f"nobody noticed that {broken}"
    assert len(path) < 25
