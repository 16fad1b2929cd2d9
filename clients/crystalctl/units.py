r"""The systemd user unit of a home, and the lines for cron where there is no systemd; pure.

Sources: systemd-escape(1) and systemd.unit(5) for names, systemd.syntax(7) and systemd.service(5)
for quoting (C escapes, ``%%`` for a percent sign, ``$$`` for a dollar sign in ``ExecStart=``),
crontab(5) for ``\%``.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crystald.errors import RequestError
from crystald.exits import REFUSED

PREFIX = "crystald@"
SUFFIX = ".service"
NAME_BYTES_MAX = 200
"""Longer names are cut to a hash: a unit's name may have 255 bytes, and links are made of it."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class UnitOrder:
    """What a unit is made of.

    Attributes
    ----------
    home
        Absolute.
    command
        The daemon's command: an absolute path, then its words.
    environment
        Variables that it needs to find its programs.
    local
        Whether jobs run inside the unit, so that its memory must not be limited.
    """

    home: Path
    command: tuple[str, ...]
    environment: Mapping[str, str]
    local: bool


def escape_path(path: Path) -> str:
    r"""Turn an absolute path into the instance of a unit's name, as ``systemd-escape --path`` does.

    Examples
    --------
    >>> escape_path(Path("/home/me/my runs")), escape_path(Path("/"))
    ('home-me-my\\x20runs', '-')
    """
    inner = "/".join(part for part in path.parts if part != "/")
    if not inner:
        return "-"
    letters = [_escaped(byte) for byte in inner.encode(errors="surrogateescape")]
    if inner[0] == ".":
        letters[0] = r"\x2e"
    return "".join(letters)


def _escaped(byte: int) -> str:
    letter = chr(byte)
    if letter == "/":
        return "-"
    plain = letter.isascii() and (letter.isalnum() or letter in ":_.")
    return letter if plain else f"\\x{byte:02x}"


def unit_name(home: Path) -> str:
    """Name the unit of a home; a very long path is told apart by its hash.

    Examples
    --------
    >>> unit_name(Path("/home/me/.crystald"))
    'crystald@home-me-.crystald.service'
    """
    instance = escape_path(home)
    if len(instance) > NAME_BYTES_MAX:
        instance = hashlib.sha256(str(home).encode(errors="surrogateescape")).hexdigest()[:32]
    return f"{PREFIX}{instance}{SUFFIX}"


def quote_word(word: str, *, command: bool = True) -> str:
    r"""Quote a word for a unit file; dollar signs mean something in commands only.

    Examples
    --------
    >>> print(quote_word('100% "a" $HOME \\'))
    "100%% \"a\" $$HOME \\"
    """
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text.replace("$", "$$") if command else text}"'


def quote_command(words: Sequence[str]) -> str:
    """Quote a command: its path is no place for variables, its words are.

    The name that the process gets (after ``@``) is given apart, because systemd would look for
    variables in it. A path with quotes or backslashes, which systemd refuses, is started by a shell.

    Examples
    --------
    >>> print(quote_command(["/opt/a b/crystald", "--home", "/h"]))
    "@/opt/a b/crystald" "/opt/a b/crystald" "--home" "/h"
    """
    if set(words[0]) & set("\"'\\"):
        words = ["/bin/sh", "-c", 'exec "$0" "$@"', *words]
    place, *rest = words
    path = quote_word(f"@{place}", command=False)
    return " ".join([path, quote_word(place), *map(quote_word, rest)])


def render_unit(order: UnitOrder, template: str) -> str:
    """Render a unit.

    Raises
    ------
    RequestError
        A path cannot stand in a unit file, or the template is wrong.
    """
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    refuse_unwritable(order)
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
    )
    home = str(order.home).replace("%", "%%")
    values = {
        "title": home,
        "home": home,
        "command": quote_command(order.command),
        "variables": [
            quote_word(f"{name}={value}", command=False)
            for name, value in order.environment.items()
        ],
        "refused": REFUSED,
        "local": order.local,
    }
    try:
        return environment.from_string(template).render(values)
    except TemplateError as error:
        raise RequestError(
            f"the template of the unit is wrong: {error}",
            "Compare config/systemd/crystald.service.j2 of the home with the shipped one.",
        ) from error


def refuse_unwritable(order: UnitOrder) -> None:
    """Refuse what systemd could not read back: a line of a unit file is text.

    Raises
    ------
    RequestError
        Names the path or variable.
    """
    for word in (str(order.home), *order.command, *order.environment.values()):
        if _CONTROL.search(word) or any("\ud800" <= letter <= "\udfff" for letter in word):
            raise RequestError(
                f"{word!r} holds control characters or is not UTF-8: no unit can name it",
                "Rename the directory, or use crystalctl up.",
            )
    if str(order.home).endswith(("\\", " ")):
        raise RequestError(
            f"{str(order.home)!r} ends in a blank or a backslash: no unit can name it",
            "Rename the directory, or use crystalctl up.",
        )


def cron_lines(order: UnitOrder, up: Sequence[str], log: Path) -> tuple[str, str]:
    """Give the lines for a crontab: one visit every ten minutes, or a daemon that is kept up.

    Parameters
    ----------
    order
        As for the unit; of its variables those that cron does not have.
    up
        The command that starts the daemon if it is down.
    log
        Where the visits' messages go.
    """
    variables = [f"{name}={shlex.quote(value)}" for name, value in order.environment.items()]
    sink = f">>{shlex.quote(str(log))} 2>&1"
    calls = ((*order.command, "--once"), tuple(up))
    visit, keep = (
        " ".join(["*/10 * * * *", *variables, shlex.join(call), sink]).replace("%", "\\%")
        for call in calls
    )
    return visit, keep
