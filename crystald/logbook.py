"""Logs: JSON lines in a rotating file; readable lines where a person watches."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import structlog
from structlog.types import Processor

from crystald.settings import LoggingSettings

LOG_FILE = "crystald.log"
LOOK_LINES: Final = 50
"""Lines between two looks at how large the file is."""

_SHARED: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)
"""What every event goes through, ours and those of libraries."""


class _Rotating(RotatingFileHandler):
    """Begins a new file some lines after the old one is full.

    The library's own asks before each line, and writes each twice to know how long it is.
    """

    _lines = 0

    def shouldRollover(self, record: logging.LogRecord) -> int:  # noqa: ARG002, N802  (its face)
        """Tell whether the file is full."""
        self._lines += 1
        if self._lines % LOOK_LINES:
            return 0
        if self.stream is None:  # closed, as the library lets it be; it opens it for the line
            return 0
        return int(0 < self.maxBytes <= os.fstat(self.stream.fileno()).st_size)


@contextmanager
def logging_to(directory: Path, settings: LoggingSettings, *, watched: bool) -> Iterator[None]:
    """Send every log event to ``crystald.log`` below `directory`, as JSON lines.

    Parameters
    ----------
    directory
        Made when it is missing, for its owner only.
    settings
        Level and rotation.
    watched
        Whether a person watches standard error.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    handlers: list[logging.Handler] = [_to_file(directory / LOG_FILE, settings)]
    if watched:
        handlers.append(_to_person())
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers, level = handlers, root.level
    root.setLevel(settings.level.upper())
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        root.handlers = before
        root.setLevel(level)
        structlog.reset_defaults()
        for handler in handlers:
            handler.close()


def _to_file(path: Path, settings: LoggingSettings) -> logging.Handler:
    handler = _Rotating(
        path,
        maxBytes=int(settings.rotate_mb * 1_000_000),
        backupCount=settings.keep,
        encoding="utf-8",
    )
    handler.setFormatter(_formatter(structlog.processors.JSONRenderer()))
    return handler


def _to_person() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    colours = sys.stderr.isatty()
    handler.setFormatter(_formatter(structlog.dev.ConsoleRenderer(colors=colours)))
    return handler


def _formatter(renderer: Processor) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
