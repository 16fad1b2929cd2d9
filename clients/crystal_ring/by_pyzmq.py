"""To ring by pyzmq, where no libzmq is named, or it does not serve by itself."""

from __future__ import annotations

import time

import zmq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crystal_ring.bell import Bell


class Ringer:
    """Rings by pyzmq."""

    def version(self) -> str:
        """Say by what it rings."""
        return f"pyzmq {zmq.pyzmq_version()}"

    def ring(self, bell: Bell, body: bytes, until_s: float) -> None:
        """Send the ring and wait, until then, for its acknowledgement; none is no error.

        Raises
        ------
        zmq.ZMQError
            It cannot be sent.
        """
        context = zmq.Context()
        try:
            socket = context.socket(zmq.DEALER)
            socket.linger = 0
            socket.immediate = True  # nothing is queued for an address that leads nowhere
            socket.curve_publickey, socket.curve_secretkey = bell.public, bell.secret
            socket.curve_serverkey = bell.server
            for url in bell.urls:
                socket.connect(url)
            if socket.poll(_left_ms(until_s), zmq.POLLOUT):
                socket.send_multipart([b"ring", body])
                socket.poll(_left_ms(until_s))
        finally:
            context.destroy(linger=0)


def _left_ms(until_s: float) -> int:
    return max(0, int((until_s - time.monotonic()) * 1000))
