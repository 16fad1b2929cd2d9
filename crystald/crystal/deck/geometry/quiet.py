"""Calls of spglib without its announcements."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def announcements_ignored() -> Iterator[None]:
    """Ignore what spglib 2.7 and 2.8 announce at every call: errors will be raised by themselves.

    Both ways are handled where it is called, so the announcement says nothing to a user. What the
    library itself would write on standard error while it tries one tolerance is switched off, too.
    """
    os.environ.setdefault("SPGLIB_WARNING", "OFF")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Set OLD_ERROR_HANDLING", DeprecationWarning)
        yield
