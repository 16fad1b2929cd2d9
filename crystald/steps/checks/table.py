"""The table of checks: name, what it does where the configuration is silent, what it asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from crystald.steps.checks import electrons, geometry, modes, parent, plots, run
from crystald.steps.checks.remark import Evidence, Remark

Action = Literal["off", "warn", "block"]
"""``warn`` marks the result as suspect; ``block`` asks a person before anything follows."""


@dataclass(frozen=True)
class Check:
    """A check.

    Attributes
    ----------
    name
        As in the configuration.
    action
        What it does where the configuration is silent.
    judge
        Gives its remarks; its first docstring line is its documentation.
    """

    name: str
    action: Action
    judge: Callable[[Evidence], Iterable[Remark]]

    @property
    def asks(self) -> str:
        """Say in one line what must hold."""
        return (self.judge.__doc__ or "").strip().split("\n")[0].removeprefix("Check: ")


CHECKS: Final = (
    Check("sizes", "warn", parent.sizes),
    Check("energy", "warn", parent.energy),
    Check("became_conducting", "warn", parent.became_conducting),
    Check("parent_spin", "warn", parent.spin_of_parent),
    Check("spin_flips", "warn", parent.spin_flips),
    Check("volume", "warn", geometry.volume),
    Check("bonds", "warn", geometry.bonds),
    Check("flat_surface", "warn", run.flat_surface),
    Check("first_point", "warn", run.first_point),
    Check("energy_spike", "warn", run.energy_spike),
    Check("symmetry", "warn", run.symmetry),
    Check("dispersion", "warn", run.dispersion),
    Check("basis_echo", "warn", run.basis_echo),
    Check("unverified", "warn", run.unverified),
    Check("settings_echo", "warn", run.settings_echo),
    Check("populations", "warn", electrons.mulliken),
    Check("whole_spin", "warn", electrons.whole_spin),
    Check("silent_metals", "warn", electrons.silent_metals),
    Check("modes", "warn", modes.count),
    Check("imaginary", "block", modes.imaginary),
    Check("acoustic", "warn", modes.acoustic),
    Check("elastic", "warn", modes.elastic),
    Check("moduli", "warn", modes.moduli),
    Check("band_edges", "warn", plots.edges),
    Check("band_point", "warn", plots.same_point),
    Check("band_path", "warn", plots.path),
    Check("dos_electrons", "warn", plots.electrons),
    Check("dos_projections", "warn", plots.projections),
)

NAMES: Final = tuple(check.name for check in CHECKS)


@dataclass(frozen=True)
class Checked:
    """What the checks found.

    Attributes
    ----------
    warnings, blocks
        By what their checks do.
    """

    warnings: tuple[Remark, ...] = ()
    blocks: tuple[Remark, ...] = ()

    @property
    def all(self) -> tuple[Remark, ...]:
        """Give all of them, those that block first."""
        return (*self.blocks, *self.warnings)


def check_step(evidence: Evidence, actions: Mapping[str, Action] | None = None) -> Checked:
    """Ask every check that is not off.

    Parameters
    ----------
    evidence
        What is at hand.
    actions
        What checks do, by name, where it is not as in the table.
    """
    found: dict[str, list[Remark]] = {"warn": [], "block": []}
    for check in CHECKS:
        action = (actions or {}).get(check.name, check.action)
        if action != "off":
            remarks = check.judge(evidence)
            found[action] += [replace(remark, check=check.name) for remark in remarks]
    return Checked(tuple(found["warn"]), tuple(found["block"]))
