"""The keeper: advances the lease while everything else works or sleeps."""

from __future__ import annotations

from crystald.store.lease import Lease


class Keeper:
    """Renews the lease, a few times within each lease time."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    async def round(self) -> float:
        """Renew once."""
        await self._lease.renew()
        return self._lease.renewal_s
