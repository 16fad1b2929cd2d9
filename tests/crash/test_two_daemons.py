"""A paused daemon that wakes up after another took over changes nothing, wherever it slept."""

from __future__ import annotations

from pathlib import Path

import pytest
from asleep import Late, heir, part, wakes_up_to_nothing
from fate import Death, Fate
from lab import OPT_SP, Lab

from crystald.errors import HeldError


async def test_a_second_daemon_is_refused_by_name(fast_path: Path) -> None:
    lab = Lab(fast_path)
    first = await lab.boot(host="login1")

    class Renewing:
        """The first daemon goes on while the second looks."""

        def __init__(self) -> None:
            self.wait = lab.clock.wait
            lab.clock.wait = self.and_renew  # type: ignore[method-assign]

        async def and_renew(self, event, timeout_s: float) -> bool:
            await first.kit.lease.renew()
            return await self.wait(event, timeout_s)

    Renewing()
    with pytest.raises(HeldError, match="host login1"):
        await lab.boot(host="login2")
    del lab.clock.wait
    await first.leave()


async def test_wherever_it_slept_it_wakes_up_to_nothing(fast_path: Path) -> None:
    whole = Fate()
    undisturbed = await scene(fast_path / "undisturbed", whole)
    expected = undisturbed.table()
    assert whole.suspensions > 50
    for n in range(1, whole.suspensions + 1):
        lab = await scene(fast_path / str(n), Fate(("await", n)))
        assert not lab.problems(), f"slept at {n}"
        assert lab.table() == expected, f"slept at {n}"


LOOKED, TAKEN, FINISHED = "the heir has looked", "it has taken over", "it has finished"


@pytest.mark.parametrize("moment", [LOOKED, TAKEN, FINISHED])
async def test_what_it_had_begun_may_be_done_at_any_moment(moment: str, fast_path: Path) -> None:
    """The thread of its database goes on, or comes to its turn when all is over."""
    whole = Fate()
    late = Late(whole)
    undisturbed = await scene(fast_path / "undisturbed", whole, late)
    points = [n for n in late.points if n <= whole.suspensions]  # to leave is not to sleep
    assert len(points) > 50
    for n in points:
        fate = Fate(("await", n))
        lab = await scene(fast_path / str(n), fate, Late(fate, moment))
        assert not lab.problems(), f"slept at {n}"
        assert lab.table() == undisturbed.table(), f"slept at {n}"


async def scene(root: Path, fate: Fate, late: Late | None = None) -> Lab:
    """One daemon falls asleep at its fate; another host finishes; then the sleeper wakes up."""
    lab, late = Lab(root), late or Late(fate)
    first = await lab.boot(host="login1")
    await lab.submit(first, "MgO", steps=OPT_SP)
    first.fate = fate
    late.hold_up(first)
    try:
        await lab.work(first)
    except Death:
        fate.at = None
        late.watch(lab, LOOKED)
        second = await heir(lab)
        late.comes(TAKEN)
        await lab.work(second)
        late.comes(FINISHED)
        before, files = lab.table(), listing(lab.workspace)
        await wakes_up_to_nothing(lab, first)
        lab.scheduler.start_pending()
        lab.scheduler.finish_running()
        assert lab.table() == before
        assert listing(lab.workspace).keys() >= files.keys()
        assert {k: v for k, v in listing(lab.workspace).items() if k in files} == files
        await lab.work(second)
        await part(second, first)
        return lab
    await first.leave()
    return lab


def listing(root: Path) -> dict[str, bytes]:
    """Published files (those of the calculations' directories) with their content."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "attempts" not in path.parts
    }
