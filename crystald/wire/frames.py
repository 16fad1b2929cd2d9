"""The frames of the wire: two each, a kind and a payload (the router adds the peer before them).

=========  =======================================  ====================================
from peer   payload                                  answered by
=========  =======================================  ====================================
``ask``     a `Request` as JSON                      ``answer``, a `Reply` as JSON
``ring``    a ring, as `encode_ring` writes it       ``rung``, its token, when committed;
                                                     ``refused``, why, when it was not
=========  =======================================  ====================================
"""

from __future__ import annotations

from typing import Final

ASK: Final = b"ask"
ANSWER: Final = b"answer"
RING: Final = b"ring"
RUNG: Final = b"rung"
REFUSED: Final = b"refused"
