from __future__ import annotations

from crystald.wire.rates import BURST, PEERS_MAX, PER_SECOND, Rates


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def sent(rates: Rates, peer: bytes, times: int) -> int:
    return sum(rates.allows(peer) for _ in range(times))


def test_a_burst_passes_and_then_a_steady_stream() -> None:
    clock = Clock()
    rates = Rates(clock)
    assert abs(sent(rates, b"a", BURST + 500) - BURST) <= 1
    clock.now_s += 1
    assert abs(sent(rates, b"a", BURST) - PER_SECOND) <= 1
    clock.now_s += 1000
    assert abs(sent(rates, b"a", BURST + 500) - BURST) <= 1


def test_one_flood_is_not_paid_for_by_others() -> None:
    rates = Rates(Clock())
    sent(rates, b"a", 2 * BURST)
    assert not rates.allows(b"a")
    assert sent(rates, b"b", 1000) == 1000


def test_memory_is_bounded() -> None:
    clock = Clock()
    rates = Rates(clock)
    for number in range(3 * PEERS_MAX):
        rates.allows(b"%d" % number)
    assert len(rates._full_until_s) <= PEERS_MAX
    sent(rates, b"flood", BURST)
    clock.now_s += 1
    for number in range(3 * PEERS_MAX):
        rates.allows(b"%d" % number)
        clock.now_s += 0.001
    assert len(rates._full_until_s) <= PEERS_MAX
