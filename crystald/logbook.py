"""Logs: JSON lines in a rotating file; readable lines where a person watches."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

import structlog
from structlog.types import Processor

from crystald.settings import LoggingSettings

LOG_FILE = "crystald.log"


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
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    to_file = RotatingFileHandler(
        directory / LOG_FILE,
        maxBytes=int(settings.rotate_mb * 1_000_000),
        backupCount=settings.keep,
        encoding="utf-8",
    )
    to_file.setFormatter(_formatter(structlog.processors.JSONRenderer(), shared))
    handlers: list[logging.Handler] = [to_file]
    if watched:
        to_person = logging.StreamHandler(sys.stderr)
        colours = sys.stderr.isatty()
        to_person.setFormatter(_formatter(structlog.dev.ConsoleRenderer(colors=colours), shared))
        handlers.append(to_person)
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers, level = handlers, root.level
    root.setLevel(settings.level.upper())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
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


def _formatter(renderer: Processor, shared: list[Processor]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
