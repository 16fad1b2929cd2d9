"""Job scripts out of the settings of a home."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from crystald.models import Resources
from crystald.names import Token
from crystald.opening import Home
from crystald.schedulers.base import Scheduler
from crystald.store.runs import Preparation
from crystald.tasks.making import Made
from crystald.wire.ring_command import ring_command
from crystald.workspace.prepare import beside
from crystald.workspace.script import ScriptOrder, render_script


def on_this_machine(resources: Resources) -> Resources:
    """Limit what a job asks for to the cores that this process may use."""
    return replace(resources, ranks=min(resources.ranks, len(os.sched_getaffinity(0))))


class Scribe:
    """Writes job scripts from the settings of a home, for its scheduler."""

    def __init__(self, home: Home, scheduler: Scheduler) -> None:
        self._home = home
        self._scheduler = scheduler
        self._templates = home.path / "slurm_templates"
        self._ring = ring_command()

    def write(
        self, preparation: Preparation, made: Made, token: Token, name: str, attempt: Path
    ) -> str:
        """Write the job script of an attempt."""
        settings, roots = self._home.settings, self._home.roots
        slurm = settings.scheduler.kind == "slurm"
        resources = made.resources if slurm else on_this_machine(made.resources)
        programs = settings.programs.of_build(resources.build)
        directives = (
            *settings.slurm.directive_lines(preparation.excluded_nodes),
            *programs.directives_of(resources.build),
        )
        order = ScriptOrder(
            material=preparation.material,
            step=preparation.step,
            program=made.program,
            program_argv=programs.argv(made.program, resources.ranks),
            token=token,
            name=name,
            attempt=attempt,
            spool=self._home.spool,
            scratch=roots.scratch,
            deck=made.deck_name,
            takes=(*made.takes, *beside(attempt, made.writes)),
            leaves=(*made.leaves, *programs.kept),
            resources=resources,
            ring_argv=self._ring,
            endpoint=roots.state / "endpoint.json",
            ring_key=roots.state / "keys" / "ring.key",
            environment=programs.environment,
            directives=directives if slurm else (),
            grace_s=self._scheduler.grace_s,
        )
        return render_script(order, self._templates)
