"""To ring by libzmq alone, through ctypes: pyzmq around it takes 30 ms to load.

Numbers are those of ``zmq.h``; they, and these functions, are the same in every libzmq 4.
"""

from __future__ import annotations

import time
from ctypes import (
    CDLL,
    byref,
    c_char_p,
    c_int,
    c_size_t,
    c_void_p,
    create_string_buffer,
    get_errno,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from crystal_ring.bell import Bell

DEALER, SNDMORE = 5, 2
LINGER, RCVTIMEO, SNDTIMEO, IMMEDIATE = 17, 27, 28, 39
CURVE_PUBLICKEY, CURVE_SECRETKEY, CURVE_SERVERKEY = 48, 49, 50

_FUNCTIONS = {
    "zmq_has": (c_int, c_char_p),
    "zmq_version": (None, c_void_p, c_void_p, c_void_p),
    "zmq_strerror": (c_char_p, c_int),
    "zmq_ctx_new": (c_void_p,),
    "zmq_socket": (c_void_p, c_void_p, c_int),
    "zmq_setsockopt": (c_int, c_void_p, c_int, c_void_p, c_size_t),
    "zmq_connect": (c_int, c_void_p, c_char_p),
    "zmq_send": (c_int, c_void_p, c_char_p, c_size_t, c_int),
    "zmq_recv": (c_int, c_void_p, c_void_p, c_size_t, c_int),
}
"""name -> type of the result, types of the arguments"""


class Ringer:
    """Rings by a libzmq.

    Parameters
    ----------
    path
        The shared library.

    Raises
    ------
    OSError
        It cannot be loaded, is no libzmq, or cannot encrypt.
    """

    def __init__(self, path: str) -> None:
        self._library = library = CDLL(path, use_errno=True)
        try:
            for name, (result, *arguments) in _FUNCTIONS.items():
                function = getattr(library, name)
                function.restype, function.argtypes = result, arguments
        except AttributeError as error:
            raise OSError(f"{path} is no libzmq: {error}") from error
        if not library.zmq_has(b"curve"):
            raise OSError(f"{path} cannot encrypt")

    def version(self) -> str:
        """Say by what it rings."""
        numbers = [c_int() for _ in range(3)]
        self._library.zmq_version(*map(byref, numbers))
        return "libzmq " + ".".join(str(number.value) for number in numbers)

    def ring(self, bell: Bell, body: bytes, until_s: float) -> None:
        """Send the ring and wait, until then, for its acknowledgement; none is no error.

        Nothing is closed: the end of the process is near, does that, and cannot hang.

        Raises
        ------
        OSError
            It cannot be sent.
        """
        send, receive = self._library.zmq_send, self._library.zmq_recv
        socket, answer = _Socket(self._library), create_string_buffer(64)
        socket.connect(bell)
        try:
            socket.within(until_s, SNDTIMEO, send, b"ring", 4, SNDMORE)
            socket.within(until_s, SNDTIMEO, send, body, len(body), 0)
            socket.within(until_s, RCVTIMEO, receive, answer, len(answer), 0)
        except BlockingIOError:
            return


class _Socket:
    """A socket in a context of its own; what libzmq complains of is raised as `OSError`."""

    def __init__(self, library: CDLL) -> None:
        self._library = library
        self._socket = self._done(library.zmq_socket(library.zmq_ctx_new(), DEALER))

    def connect(self, bell: Bell) -> None:
        self._number(LINGER, 0)
        self._number(IMMEDIATE, 1)  # nothing is queued for an address that leads nowhere
        self._text(CURVE_PUBLICKEY, bell.public)
        self._text(CURVE_SECRETKEY, bell.secret)
        self._text(CURVE_SERVERKEY, bell.server)
        for url in bell.urls:
            self._done(self._library.zmq_connect(self._socket, url.encode()))

    def within(self, until_s: float, limit: int, function: Any, *arguments: Any) -> None:
        """Call a function that waits, for as long as is left."""
        self._number(limit, max(0, int((until_s - time.monotonic()) * 1000)))
        self._done(function(self._socket, *arguments))

    def _number(self, option: int, value: int) -> None:
        self._set(option, byref(c_int(value)), 4)

    def _text(self, option: int, value: bytes) -> None:
        self._set(option, value, len(value))

    def _set(self, option: int, value: Any, size: int) -> None:
        self._done(self._library.zmq_setsockopt(self._socket, option, value, size))

    def _done(self, result: Any) -> Any:
        if result is None or result == -1:
            number = get_errno()
            raise OSError(number, self._library.zmq_strerror(number).decode())
        return result
