"""Messages: requests, replies and rings as JSON; bounded before a byte of them is understood."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

import msgspec

from crystald.errors import InputError, WireError
from crystald.models import RingMessage
from crystald.names import JobId, Token, is_token

VERSION: Final = 1
MESSAGE_BYTES_MAX: Final = 1_048_576
RING_BYTES_MAX: Final = 4096
DEPTH_MAX: Final = 16
EXIT_MAX: Final = 2**31 - 1

_JOB = r"^[!#-.0-\[\]-~]+\.[!#-,\-0-\[\]-~]+\Z"
"""``<cluster>.<job id>`` of printable ASCII without quotes, slashes and blanks."""

_NO_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[^\[\]{}"]+', re.DOTALL)


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator asks."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    command: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    arguments: dict[str, Any] = {}
    v: Literal[1] = VERSION


class Problem(msgspec.Struct, frozen=True):
    """Why a request was not answered."""

    code: str
    message: str
    hint: str = ""


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a request, with its id."""

    id: str
    ok: bool
    result: Any = None
    error: Problem | None = None
    v: Literal[1] = VERSION


class _Envelope(msgspec.Struct, frozen=True):
    """What every version of a request holds: enough to be answered."""

    id: Annotated[str, msgspec.Meta(max_length=64)] = ""


class _Ring(msgspec.Struct, frozen=True):
    token: Annotated[str, msgspec.Meta(max_length=64)]
    job: Annotated[str, msgspec.Meta(max_length=160, pattern=_JOB)]
    restart: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    event: Literal["start", "end", "duplicate"]
    v: Literal[1]
    exit: Annotated[int, msgspec.Meta(ge=-EXIT_MAX, le=EXIT_MAX)] | None = None
    complete: bool = False


def is_deep(data: bytes) -> bool:
    """Tell whether brackets are nested too deeply, strings set aside; before any parser.

    Examples
    --------
    >>> is_deep(b'{"a": [1, "[[[[[[[[[[[[[[[[[["]}'), is_deep(b"[" * 17)
    (False, True)
    """
    if data.count(b"[") + data.count(b"{") <= DEPTH_MAX:
        return False
    depth = 0
    for bracket in _NO_BRACKET.sub(b"", data):
        depth += 1 if bracket in b"[{" else -1
        if depth > DEPTH_MAX:
            return True
    return False


def _decode(data: bytes, kind: type[Any], limit: int) -> Any:
    if len(data) > limit:
        raise WireError(f"a message of {len(data)} bytes is too long (at most {limit})")
    if is_deep(data):
        raise WireError(f"a message is nested more than {DEPTH_MAX} deep")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(f"a message is not one of ours: {error}") from error


def decode_request(data: bytes) -> Request:
    """Read a request.

    Raises
    ------
    WireError
        Too long, too deep, or not one of ours.
    """
    request: Request = _decode(data, Request, MESSAGE_BYTES_MAX)
    return request


def request_id(data: bytes) -> str:
    """Read the id of a request that cannot be read, so that its sender learns why; or nothing."""
    try:
        envelope: _Envelope = _decode(data, _Envelope, MESSAGE_BYTES_MAX)
    except WireError:
        return ""
    return envelope.id


def encode(message: Request | Reply) -> bytes:
    """Write a request or reply."""
    return msgspec.json.encode(message)


def decode_ring(data: bytes) -> RingMessage:
    """Read a ring, from the wire or from its spool file.

    Raises
    ------
    WireError
        Too long, too deep, or not one of ours.
    """
    ring: _Ring = _decode(data, _Ring, RING_BYTES_MAX)
    if not is_token(ring.token):
        raise WireError("a ring names no token")
    try:
        job = JobId.parse(ring.job)
    except InputError as error:
        raise WireError(f"a ring names no job: {error.message}") from error
    return RingMessage(Token(ring.token), job, ring.restart, ring.event, ring.exit, ring.complete)


def encode_ring(message: RingMessage) -> bytes:
    """Write a ring: one line of JSON, keys in a fixed order, as ``crystal-ring`` writes it."""
    exit_code = "null" if message.exit_code is None else str(message.exit_code)
    complete = "true" if message.complete else "false"
    return (
        f'{{"v":1,"token":"{message.token}","job":"{message.job}","restart":{message.restart},'
        f'"event":"{message.event}","exit":{exit_code},"complete":{complete}}}\n'
    ).encode()
