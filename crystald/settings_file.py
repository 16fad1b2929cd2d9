"""Read a YAML text into a settings struct; every error says where, what, and what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
import yaml

from crystald.errors import ConfigError

T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<key>.*)`")
_PART = re.compile(r"\.(?P<key>[^.\[]+)|\[(?P<index>\d+|\.\.\.)\]")

Path = tuple[str, ...]


def read_settings(text: str, kind: type[T], file: str) -> T:
    """Read a YAML text into a struct.

    Parameters
    ----------
    text
        The file's content; an empty one gives all defaults.
    kind
        The struct; it forbids unknown fields.
    file
        What the file is called in errors.

    Raises
    ------
    ConfigError
        The text is not YAML, holds a key twice, an unknown key, or a value that is not allowed.
    """
    tree, values = _parse(text, file)
    if tree is None:
        return kind()
    for key, node in _repeated(tree):
        raise ConfigError(
            f"{file}, line {node.start_mark.line + 1}: the key {key!r} stands there twice",
            "Keep one of them.",
        )
    try:
        return msgspec.convert(_without_empty(values), kind)
    except msgspec.ValidationError as error:
        raise _translated(error, _without_empty(values), tree, kind, file) from error


def read_over(beneath: str, text: str, kind: type[T], files: str) -> T:
    """Read two YAML texts, each read before by itself, into one struct.

    Parameters
    ----------
    beneath
        Holds, section by section and key by key, where `text` says nothing.
    text
        Comes first.
    kind
        The struct.
    files
        What both are called in errors.

    Raises
    ------
    ConfigError
        What they say together is not allowed.
    """
    lower, upper = (_without_empty(_parse(part, files)[1] or {}) for part in (beneath, text))
    sections = {key: {**lower.get(key, {}), **upper.get(key, {})} for key in (*lower, *upper)}
    try:
        return msgspec.convert(sections, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{files}: {error}", "Each of the two is right by itself.") from error


def _parse(text: str, file: str) -> tuple[yaml.Node | None, Any]:
    """Parse into nodes (which know their lines) and values."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError) as error:  # a value such as 2026-13-45
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise ConfigError(
            f"{file}{line}: not YAML ({problem})",
            "Keys end in a colon and a blank, blocks are indented with blanks (never tabs), and "
            "texts with : # { } [ ] belong in quotes.",
        ) from error


def _repeated(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    """Find keys that stand twice in one block; YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key.value, key
                seen.add(key.value)
            yield from _repeated(value)


def _without_empty(values: Any) -> Any:
    """Drop sections that hold nothing (all of their lines are comments)."""
    if isinstance(values, dict):
        return {key: value for key, value in values.items() if value is not None}
    return values


def _translated(
    error: msgspec.ValidationError,
    values: Any,
    tree: yaml.Node,
    kind: type[msgspec.Struct],
    file: str,
) -> ConfigError:
    text = str(error)
    found = _AT.search(text)
    path = _named(_path(found["path"]), values, kind) if found else ()
    reason = _AT.sub("", text)
    if unknown := _UNKNOWN.search(reason):
        return _unknown_key((*path, unknown["key"]), tree, kind, file)
    node = _find(tree, path)
    where = f"{file}, line {_line(node, tree)}: {'.'.join(path) or 'the file'}"
    if isinstance(node, yaml.ScalarNode):
        reason = f"{reason[:1].upper()}{reason[1:]}."
        return ConfigError(f"{where}: {_shown(node.value)} is not allowed", reason)
    return ConfigError(f"{where}: {reason}")


def _unknown_key(path: Path, tree: yaml.Node, kind: type[msgspec.Struct], file: str) -> ConfigError:
    allowed = _fields(kind, path[:-1])
    near = difflib.get_close_matches(path[-1], allowed, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return ConfigError(
        f"{file}, line {_key_line(tree, path)}: unknown key {'.'.join(path)!r}",
        f"{hint}Allowed here: {', '.join(allowed)}.",
    )


def _path(text: str) -> Path:
    """Read msgspec's path ``.queue.max_jobs`` or ``.programs.environment[0]``."""
    return tuple(part["key"] or part["index"] for part in _PART.finditer(text))


def _named(path: Path, values: Any, kind: Any) -> Path:
    """Give the path with the keys of mappings, each of which msgspec calls ``[...]``."""
    found: list[str] = []
    for part in path:
        kind, name = _beneath(kind, part), part
        if part == "..." and isinstance(values, dict):
            name = next((key for key, value in values.items() if _wrong(value, kind)), part)
        if isinstance(values, dict):
            values = values.get(name)
        elif isinstance(values, list) and name.isdecimal():
            values = values[int(name)]
        found.append(str(name))
    return tuple(found)


def _wrong(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return True
    return False


def _beneath(kind: Any, name: str) -> Any:
    """Give the type of what a type holds under a key: of a struct, a mapping or a list."""
    if get_origin(kind) in (Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not NoneType)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return next((f.type for f in msgspec.structs.fields(kind) if f.encode_name == name), Any)
    inside = [one for one in get_args(kind) if one is not ...]
    return inside[-1] if inside else Any


def _fields(kind: Any, path: Sequence[str]) -> list[str]:
    """Give the keys that a struct has at a path."""
    for name in path:
        kind = _beneath(kind, name)
    return [field.encode_name for field in msgspec.structs.fields(kind)]


def _find(node: yaml.Node, path: Path) -> yaml.Node | None:
    """Find the value at a path; None where the YAML has none."""
    for name in path:
        if isinstance(node, yaml.MappingNode):
            following = next((v for k, v in node.value if k.value == name), None)
        elif isinstance(node, yaml.SequenceNode) and name.isdecimal():
            following = node.value[int(name)]
        else:
            following = None
        if following is None:
            return None
        node = following
    return node


def _key_line(tree: yaml.Node, path: Path) -> int:
    above = _find(tree, path[:-1])
    pairs = above.value if isinstance(above, yaml.MappingNode) else []
    key = next((k for k, _ in pairs if k.value == path[-1]), None)
    return _line(key, tree)


def _line(node: yaml.Node | None, tree: yaml.Node) -> int:
    line: int = (node or tree).start_mark.line
    return line + 1


def _shown(value: str) -> str:
    return repr(value) if len(value) <= 60 else repr(value[:57] + "...")
