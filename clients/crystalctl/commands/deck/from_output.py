"""``crystalctl deck from-output``: the next deck of a run, out of its output and its deck."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from crystalctl.commands.deck.delivery import deliver, targets_of, tell
from crystalctl.commands.deck.from_cif import changed_settings
from crystalctl.commands.deck.options import files_argument, output_option, set_option
from crystalctl.commands.deck.reading import read
from crystalctl.commands.deck.runs import not_ended_well, output_of_run
from crystalctl.options import form, form_options
from crystald.errors import CrystaldError, InputError

if TYPE_CHECKING:
    from crystald.steps.base import PreparedDeck
    from crystald.steps.restart.cut_short import LeftBehind

STEPS: Final = ("OPT", "SP", "FREQ")
LEFT: Final = (
    "f9", "f13", "f20", "f28", "f81", "OPTINFO.DAT", "HESSOPT.DAT", "FREQINFO.DAT",
)  # fmt: skip
"""Files of a run that its next deck may take in."""


@dataclass(frozen=True)
class Run:
    """The files of a run.

    Attributes
    ----------
    output
        What the program printed.
    deck
        Its deck, None when there is none.
    """

    output: Path
    deck: Path | None

    def beside(self, *names: str) -> Path | None:
        """Find a file beside the output, by what its name ends in or by its whole name."""
        for name in names:
            path = self.output.with_suffix(name) if name[0] == "." else self.output.with_name(name)
            if path.is_file() and path.stat().st_size:
                return path
        return None


@click.command("from-output")
@files_argument
@click.option("--step", type=click.Choice(STEPS), required=True, help="What comes next.")
@click.option("--deck", type=click.Path(path_type=Path), help="The deck of the run.")
@output_option
@set_option
@click.option("--restart", is_flag=True, help="Go on with an OPT or FREQ that was cut short.")
@click.option("--force", is_flag=True, help="Replace decks that are there already.")
@form_options
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[Path, ...],
    step: str,
    deck: Path | None,
    output: Path | None,
    changes: tuple[str, ...],
    **flags: bool,
) -> int:
    """Make the next deck (OPT, SP, FREQ) out of an output and its deck."""
    restart, force = flags["restart"], flags["force"]
    if restart and (step == "SP" or changes):
        raise click.UsageError("--restart goes with --step OPT or FREQ, and with no --set")
    targets = targets_of([path.stem for path in files], output, f"_{step.lower()}.d12")
    if deck is not None and len(files) > 1:
        raise click.UsageError("--deck is of one output: give one FILE")
    settings = changed_settings(step, changes)
    rows = []
    for path, target in zip(files, targets, strict=True):
        maker = (
            partial(go_on, step=step) if restart else partial(make, step=step, settings=settings)
        )
        rows.append(_row(path, deck, maker, target, force=force))
    return tell(rows, form(context))


def run_of(path: Path, deck: Path | None) -> Run:
    """Find the deck of an output.

    Raises
    ------
    InputError
        There is no such output, or no such deck.
    """
    for named in (path, deck):
        if named is not None and not named.is_file():
            raise InputError(f"{named} is no file", "Name the output of a run, and its deck.")
    return Run(path, deck or Run(path, None).beside(".d12", "INPUT"))


def make(run: Run, step: str, settings: Mapping[str, object]) -> PreparedDeck:
    """Make the deck.

    Raises
    ------
    CrystaldError
        The files cannot be read, or no correct deck can be made of them.
    """
    from crystald.steps.base import DeckRequest, Parent
    from crystald.steps.prepare import prepare
    from crystald.steps.table import RESTARTED, STEP_TYPES

    printed = read(run.output)
    output = output_of_run(run.output, printed)
    fort34 = run.beside(".f34", "fort.34") or _given(run, restart=bool(settings.get("restart")))
    parent = Parent(
        step=run.output.name,
        deck=read(run.deck) if run.deck else "",
        output=printed,
        leaves=frozenset(suffix for suffix in LEFT if _source(run, suffix)),
        fort34=read(fort34) if fort34 else None,
    )
    kind = STEP_TYPES[step]
    needs = RESTARTED.get(step, kind.needs) if settings.get("restart") else kind.needs
    request = DeckRequest(run.output.stem, step, settings, None, dict.fromkeys(needs, parent))
    prepared = prepare(kind, request)
    doubts = () if settings.get("restart") else not_ended_well(output)
    return replace(prepared, notes=(*doubts, *prepared.notes))


def _given(run: Run, *, restart: bool) -> Path | None:
    """Find the geometry file that a deck was given: that of frequencies that go on."""
    gui = run.deck.with_suffix(".gui") if run.deck is not None and restart else None
    return gui if gui is not None and gui.is_file() else None


def go_on(run: Run, step: str) -> PreparedDeck:
    """Make the deck with which a run goes on, from the files beside its output.

    Raises
    ------
    CrystaldError
        There is no deck, it computes something else, or there is nothing to go on from.
    """
    from crystald.crystal.deck.next.purpose import purpose_of
    from crystald.crystal.deck.text.reader import read_d12
    from crystald.crystal.geometry_files.points import last_point
    from crystald.steps.restart.cut_short import CutShort
    from crystald.steps.restart.resume import resume

    if run.deck is None:
        raise InputError(f"{run.output}: its deck is not beside it", "Name it: --deck FILE.")
    text = read(run.deck)
    purpose = purpose_of(read_d12(text))
    if purpose in STEPS and purpose != step:
        raise InputError(f"{run.deck} computes {purpose}", f"Restart it with --step {purpose}.")
    folder = run.output.absolute().parent
    names = [path.name for path in folder.iterdir()]
    point = last_point(names, lambda name: read(folder / name).splitlines())
    gui = run.deck.with_suffix(".gui")
    given = read(gui) if gui.is_file() else None
    started_s = run.deck.stat().st_mtime
    return resume(
        CutShort(text, read(run.output), _left_behind(run), started_s, point, given)
    ).prepared


def _left_behind(run: Run) -> dict[str, LeftBehind]:
    """Find the files of a run by the program's names for them."""
    from crystald.steps.files import name_of
    from crystald.steps.restart.cut_short import LeftBehind

    found = {}
    for suffix in LEFT:
        if path := _source(run, suffix):
            status = path.stat()
            found[name_of(suffix)] = LeftBehind(status.st_size, status.st_mtime)
    return found


def _row(
    path: Path,
    deck: Path | None,
    maker: Callable[[Run], PreparedDeck],
    target: Path | None,
    *,
    force: bool,
) -> dict[str, Any]:
    """Make one deck and write it where it belongs; what is wrong is told, not raised."""
    row: dict[str, Any] = {
        "file": str(path), "deck": None, "geometry": None, "stages": {}, "notes": [], "error": None,
    }  # fmt: skip
    try:
        run = run_of(path, deck)
        prepared = maker(run)
    except CrystaldError as error:
        told = str(error)
        return row | {"error": told if str(path) in told else f"{path}: {told}"}
    row["notes"] = [*prepared.notes, *_stages(run, prepared, row)]
    if target is None:
        if prepared.fort34 is not None:
            return row | {"error": f"{path}: its geometry needs a .gui of its own: give -o"}
        return row | {"text": prepared.text}
    return _deliver(row, prepared, target, force=force)


def _stages(run: Run, prepared: PreparedDeck, row: dict[str, Any]) -> list[str]:
    """Say which files of the run the job needs, and under which names."""
    row["stages"] = {
        take.name: str(_source(run, take.role.partition(":")[2])) for take in prepared.takes
    }
    return [f"stage {source} as {name}" for name, source in row["stages"].items()]


def _source(run: Run, suffix: str) -> Path | None:
    """Find a file beside the output by our suffix of it, or by the program's name for it."""
    from crystald.steps.files import name_of

    return run.beside(f".{suffix}", name_of(suffix))


def _deliver(
    row: dict[str, Any], prepared: PreparedDeck, target: Path, *, force: bool
) -> dict[str, Any]:
    texts = {target: prepared.text}
    if prepared.fort34 is not None:
        texts[target.with_suffix(".gui")] = prepared.fort34
    told = deliver("deck", texts, force=force)
    geometry = str(target.with_suffix(".gui")) if prepared.fort34 is not None else None
    return row | told | ({} if "error" in told else {"geometry": geometry})
