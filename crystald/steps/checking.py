"""Settings of steps: filled in and checked key by key, with errors that say what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from crystald.errors import ConfigError

T = TypeVar("T", bound=msgspec.Struct)


def check_settings(settings: Mapping[str, object], kind: type[T], where: str) -> T:
    """Turn settings into a struct.

    Parameters
    ----------
    settings
        As a person gave them; missing keys take the struct's defaults.
    kind
        The struct; ``Meta(description=…)`` of its fields says what is allowed.
    where
        Names the step in errors.

    Raises
    ------
    ConfigError
        An unknown key, a wrong type, or a value that is not allowed.
    """
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key, value in settings.items():
        if key not in fields:
            raise unknown_key(key, tuple(fields), where)
        _check_value(key, value, fields[key].type, where)
    return msgspec.convert(dict(settings), kind)


def _check_value(key: str, value: object, kind: Any, where: str) -> None:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        allowed = _description(kind) or str(error)
        raise ConfigError(
            f"{where}: {key} cannot be {_shown(value)}", f"Allowed: {allowed}."
        ) from error


def unknown_key(key: str, allowed: tuple[str, ...], where: str) -> ConfigError:
    """Make the error for a key that is not known."""
    near = difflib.get_close_matches(key, allowed, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return ConfigError(f"{where}: unknown key {key!r}", f"{hint}Allowed: {', '.join(allowed)}.")


def _description(kind: Any) -> str:
    """Find what a field's annotation says is allowed."""
    for part in getattr(kind, "__metadata__", ()):
        if isinstance(part, msgspec.Meta) and part.description:
            return part.description
    return ""


def _shown(value: object) -> str:
    text = str(value) if isinstance(value, int | float) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
