"""A daemon at rest does nothing but renew its lease."""

from __future__ import annotations

from pathlib import Path

from lab import LEASE_S, Lab

RENEWAL = "UPDATE lease SET counter = counter + 1"


async def test_an_hour_at_rest(fast_path: Path) -> None:
    lab = Lab(fast_path)
    daemon = await lab.boot()
    await lab.submit(daemon, "MgO")
    await lab.work(daemon)
    for _ in range(5):
        await daemon.round()
    statements: list[str] = []
    calls = lab.scheduler.calls
    for connection in daemon.connections:
        await connection.set_trace_callback(statements.append)
    for _ in range(3600):
        lab.clock.boot_s += 1.0
        await daemon.round()
    written = [s for s in statements if s.split()[0] in ("UPDATE", "INSERT", "DELETE")]
    assert lab.scheduler.calls == calls
    assert set(written) == {RENEWAL}
    assert len(written) == 3600 / (LEASE_S / 6)
    assert len(statements) == 4 * len(written)  # begin, look at the epoch, renew, commit
    await daemon.leave()
