"""Tell systemd how the service is (sd_notify(3)); silent where nobody listens."""

from __future__ import annotations

import socket
from collections.abc import Mapping


def notify(environment: Mapping[str, str], text: str) -> bool:
    """Send a state (``READY=1``, ``STOPPING=1``) to ``NOTIFY_SOCKET``; tell whether it was sent."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    target = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        try:
            sender.connect(target)
            sender.sendall(text.encode())
        except OSError:
            return False
    return True
