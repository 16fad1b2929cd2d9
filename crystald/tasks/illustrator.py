"""The illustrator: a picture of bands and density of states beside finished results."""

from __future__ import annotations

import hashlib
from pathlib import Path

import structlog

from crystald.errors import CrystaldError
from crystald.kit import Kit
from crystald.names import StepName, deck_stem
from crystald.states import SETTLED, State
from crystald.store import pictures
from crystald.store.calculations import PICTURED
from crystald.store.pictures import Subjects
from crystald.store.results import KeptFile
from crystald.tasks.drawing import Sources, draw
from crystald.tasks.leisure import Leisure
from crystald.tasks.patience import Patience
from crystald.workspace.files import safe_join, write_beside
from crystald.workspace.prepare import check_workspace

BATCH = 20
"""How many are looked at between two looks at what others wait for."""

SUFFIX = "png"
FAILURES_MAX = 5
"""Failures for reasons that may pass, until a picture is done without."""

log = structlog.get_logger("crystald.illustrator")


class Illustrator:
    """Draws what finished BAND and DOSS steps of a material show together.

    Nothing needs a picture in order to go on: hand-overs come first.
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._patience = Patience(kit.clock, kit.banners, "pictures")
        self._leisure = Leisure(kit.clock)

    def hurry(self) -> None:
        """Draw whenever something is due from now on."""
        self._leisure.hurry()

    async def round(self) -> float:
        """Look at a batch of finished calculations, oldest first, when nobody waits for others."""
        if (early_s := self._leisure.early_s()) > 0:
            return early_s
        off = self._patience.waiting()
        due, others = await self._kit.database.read(
            lambda c: (pictures.to_picture(c, BATCH, off), pictures.others_wait(c))
        )
        if not due:
            self._leisure.nothing_due()
            return self._patience.rest()
        if (left_s := self._leisure.left_s(others=others)) > 0:
            return left_s
        await self._patience.each(due, self._one)
        return 0.0

    async def _one(self, calculation_id: int) -> bool:
        subject = await self._kit.database.read(lambda c: pictures.subjects(c, calculation_id))
        file, trouble = None, ""
        if draws(subject):
            await self._kit.hands.files(check_workspace, self._kit.workspace)
            try:
                file = await self._draw(subject)
            except CrystaldError as error:
                tired = self._patience.failures(calculation_id) + 1 >= FAILURES_MAX
                if error.retryable and not tired:
                    raise
                trouble = error.message
                log.warning("picture.failed", material=subject.material, error=trouble)
        await self._kit.database.write(lambda tx: pictures.pictured(tx, subject, file, trouble))
        return True

    async def _draw(self, subject: Subjects) -> KeptFile:
        png = await self._kit.leisure.heavy(draw, sources(subject, self._kit.workspace))
        name = f"{deck_stem(subject.material, subject.step)}.{SUFFIX}"
        path = f"{subject.directory}/{name}"
        self._kit.lease.check()
        await self._kit.hands.files(write_beside, safe_join(self._kit.workspace, path), png)
        return KeptFile(SUFFIX, path, len(png), hashlib.sha256(png).hexdigest())


def draws(subject: Subjects) -> bool:
    """Tell whether a calculation gets the picture: one for both, once nothing more will come.

    It lies beside the bands; beside the density of states only where there are no bands.
    """
    step = StepName.parse(subject.step)
    if step.type not in PICTURED:
        return False
    sisters = [str(StepName(kind, step.number)) for kind in PICTURED if kind != step.type]
    states = [subject.states[name] for name in sisters if name in subject.states]
    if any(state not in SETTLED for state in states):
        return False
    return step.type == "BAND" or State.DONE not in states


def sources(subject: Subjects, workspace: Path) -> Sources:
    """Choose what to draw: the step's own data, with those of its finished sister."""
    step = StepName.parse(subject.step)
    names = {kind: str(StepName(kind, step.number)) for kind in PICTURED}

    def find(kind: str, suffix: str) -> Path | None:
        path = subject.files.get(names[kind], {}).get(suffix)
        return safe_join(workspace, path) if path else None

    return Sources(
        subject.material,
        subject.standin,
        find("BAND", "BAND.DAT"),
        find("DOSS", "DOSS.DAT"),
        find("BAND", "d3"),
        find("DOSS", "d3"),
    )
