"""Ask every rule of a deck."""

from __future__ import annotations

from collections.abc import Iterable

from crystald.crystal.deck.lint.subject import Finding, Severity, Subject
from crystald.crystal.deck.lint.table import RULES
from crystald.crystal.deck.text.reader import read_deck
from crystald.errors import DeckError


def lint(
    text: str,
    suffix: str,
    staged: Iterable[str] | None = None,
    fort34: str | None = None,
    *,
    beside: Iterable[str] | None = None,
) -> tuple[Finding, ...]:
    """Say what is wrong with a deck.

    Parameters
    ----------
    text
        The deck.
    suffix
        ``d12`` for the crystal program, ``d3`` for properties.
    staged
        Names under which the program will find files (``fort.20``); None where nobody knows, and
        then nothing is said of files.
    fort34
        Text of ``fort.34`` beside the deck, None without.
    beside
        The program's names of files that lie beside the deck (``fort.20`` for ``NAME.f9``); None
        where nobody looked. What lacks there is an info, unless `staged` says more.

    Returns
    -------
    tuple of Finding
        In the order of lines; what stands behind STOP is not read and not told.
    """
    names = None if staged is None else frozenset(staged)
    near = None if beside is None else frozenset(beside)
    subject = Subject(read_deck(text, suffix), names, fort34, near)
    kind = "d3" if suffix.lower().lstrip(".") == "d3" else "d12"
    for name in ("empty", "not-text"):
        if alone := tuple(_findings(name, subject)):
            return alone
    stop = subject.stop_line
    found = (
        finding
        for name, rule in RULES.items()
        if kind in rule.decks
        for finding in _findings(name, subject)
        if stop is None or finding.line <= stop
    )
    return tuple(sorted(found, key=lambda one: (one.line, one.severity, one.rule)))


def _findings(name: str, subject: Subject) -> Iterable[Finding]:
    """Ask one rule; one that fails is told as an error, and the others are asked all the same."""
    rule = RULES[name]
    try:
        for note in rule.check(subject):
            yield Finding(note.line, note.reason, note.cure, name, rule.severity)
    except Exception as error:  # noqa: BLE001  (a deck in hand is no reason to lose the others)
        yield Finding(1, *_failure(name, error), name, Severity.ERROR)


def _failure(name: str, error: Exception) -> tuple[str, str]:
    return (
        f"the rule {name} failed on this deck: {type(error).__name__}: {error}",
        "This is a fault of the linter: please report it, with the deck.",
    )


def errors_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep the errors."""
    return tuple(one for one in findings if one.severity is Severity.ERROR)


def refuse_bad(
    text: str, suffix: str, staged: Iterable[str] | None, fort34: str | None, name: str
) -> tuple[str, ...]:
    """Refuse a deck with errors; give its warnings, one sentence each.

    Parameters
    ----------
    name
        What the deck is called in the message.

    Raises
    ------
    DeckError
        The deck has errors: the first is told whole, the others are counted.
    """
    findings = lint(text, suffix, staged, fort34)
    if errors := errors_of(findings):
        first = errors[0]
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        raise DeckError(f"{name}, line {first.line}: {first.reason}{more}", first.cure)
    return tuple(f"line {one.line}: {one.reason}" for one in findings)
