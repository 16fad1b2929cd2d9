"""The composition root: build everything once, supervise it, close it in reverse."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec
import structlog

from crystald import __version__
from crystald.clock import Clock, SystemClock, utc_text
from crystald.desk.desk import Desk
from crystald.desk.submitting import draft
from crystald.desk.table import answer
from crystald.errors import ConfigError, CrystaldError, HeldError
from crystald.hands.files import Files
from crystald.hands.workshop import Workshop
from crystald.kit import Banners, Kit
from crystald.logbook import logging_to
from crystald.names import Token
from crystald.notify import notify
from crystald.once import visit
from crystald.opening import Home, open_home
from crystald.owning import Ownership, end_first
from crystald.schedulers.base import Scheduler
from crystald.schedulers.local.scheduler import LocalScheduler
from crystald.schedulers.slurm.scheduler import SlurmScheduler
from crystald.scribe import Scribe
from crystald.store.database import open_database
from crystald.store.filesystem import journal_mode, mount_of_directory
from crystald.store.lease import Identity, Lease, identity_of_this_process
from crystald.tasks.assembly import Assembly, Places, assemble
from crystald.tasks.drawing import draw
from crystald.tasks.intake import Intake
from crystald.tasks.judging import read_attempt
from crystald.tasks.making import make
from crystald.tasks.submitter import Submission
from crystald.wire.endpoint import remove_endpoint, write_endpoint
from crystald.wire.keys import load_server_keys
from crystald.wire.server import Server
from crystald.wire.stopfile import asked_to_stop, forget_stop

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_REFUSED = 0, 1, 2, 4
TOKEN_BYTES = 10
ABREAST = 4
"""Rows that a task may have under way at once."""

LEISURE = 19
"""Niceness of drawing: what jobs wait for comes first."""

WORK = (
    read_attempt.__module__,
    make.__module__,
    draft.__module__,
    draw.__module__,
    "crystald.steps.reading.step",
    "crystald.crystal.bonds",
)
"""What workers do for every job that ends: half a second to load, a few milliseconds to do. The
last two are loaded by the first where it needs them."""

log = structlog.get_logger("crystald.daemon")


@dataclass(frozen=True)
class Options:
    """How the daemon was asked to run.

    Attributes
    ----------
    once
        One look of every task, then end: for cron.
    take_over
        End a first daemon of this home, here or on another machine.
    foreground
        A person watches standard error.
    """

    once: bool = False
    take_over: bool = False
    foreground: bool = False


def run(home: Path, *, once: bool, take_over: bool, foreground: bool) -> int:
    """Run the daemon of a home until it is told to stop; give the exit code."""
    try:
        opened = open_home(home)
    except ConfigError as error:
        sys.stderr.write(f"crystald: {error}\n")
        return EXIT_USAGE
    options = Options(once, take_over, foreground)
    with logging_to(opened.roots.state / "logs", opened.settings.logging, watched=foreground):
        try:
            return asyncio.run(serve(opened, options))
        except CrystaldError as error:
            log.error("daemon.ended", code=error.code, error=error.message)  # noqa: TRY400
            sys.stderr.write(f"crystald: {error}\n")
            return EXIT_REFUSED if isinstance(error, HeldError) else EXIT_FAILED
        except BaseExceptionGroup as group:
            log.critical("daemon.failed", exc_info=group)
            sys.stderr.write(f"crystald: {_first(group)}\n")
            return EXIT_FAILED


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


async def serve(home: Home, options: Options) -> int:
    """Own the home, run its tasks until told to stop, and give it back; give the exit code."""
    clock, stop = SystemClock(), asyncio.Event()
    _stop_on_signals(stop)
    async with _owned(home, options, clock, stop) as (kit, me):
        scheduler = _scheduler(home, clock)
        assembly = _assembly(home, kit, scheduler)
        if options.once:
            longest_s = scheduler.quiet_s + scheduler.submission_s
            return EXIT_OK if await visit(assembly, kit, longest_s, stop) else EXIT_FAILED
        desk = _desk(home, kit, scheduler, me, stop)
        await _supervised(home, assembly, desk, clock)
    return EXIT_OK


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


@asynccontextmanager
async def _owned(
    home: Home, options: Options, clock: Clock, stop: asyncio.Event
) -> AsyncIterator[tuple[Kit, Identity]]:
    """Open the database, take the home, and give everything back at the end."""
    settings, me = home.settings, identity_of_this_process()
    journal = journal_mode(mount_of_directory(home.roots.state))
    banners, timeout_s = Banners(clock), settings.daemon.work_timeout_s
    files = Files(partial(_tell_of_hanging, banners))
    workshop = Workshop(settings.daemon.workers, timeout_s, files=files, begin_with=WORK)
    studio = Workshop(1, timeout_s, niceness=LEISURE, files=files)
    async with open_database(home.database, clock, journal=journal) as database:
        lease = Lease(database, clock, me, settings.daemon.lease_s)
        ownership = Ownership(database, lease, home.roots.state / "daemon.lock")
        if options.take_over:
            await end_first(database, home.roots.state, me, clock, stop)
        await ownership.take(clock, stop, home.backup)
        log.info("home.owned", home=str(home.path), epoch=database.epoch, pid=me.pid)
        workspace = home.roots.workspace
        kit = Kit(database, workshop, studio, lease, clock, banners, workspace, ABREAST)
        try:
            yield kit, me
        finally:
            workshop.close()
            studio.close()
        await ownership.give_back()
        log.info("home.released", epoch=database.epoch)


def _tell_of_hanging(banners: Banners, hanging: Mapping[str, int]) -> None:
    if not hanging:
        banners.clear("files")
        return
    names = ", ".join(f"{name} ({count})" for name, count in sorted(hanging.items()))
    banners.show(
        "files",
        f"a file system does not answer: {names}",
        "Nothing is concluded about what lies on it; is a mount stale, or a ticket expired?",
    )


def _scheduler(home: Home, clock: Clock) -> Scheduler:
    settings, state = home.settings, home.roots.state
    if settings.scheduler.kind == "slurm":
        return SlurmScheduler(settings.slurm, state / "submissions", clock)
    return LocalScheduler(state / "local", settings.scheduler.slots_or_cores())


def _assembly(home: Home, kit: Kit, scheduler: Scheduler) -> Assembly:
    settings = home.settings
    submission = Submission(
        pause=home.roots.state / "PAUSE",
        scribe=Scribe(home, scheduler).write,
        new_token=lambda: Token(secrets.token_hex(TOKEN_BYTES)),
        queue=settings.queue,
        nodes=settings.scheduler.kind == "slurm",
    )
    near = settings.wire.hear_spool and mount_of_directory(home.spool).local
    return assemble(
        kit,
        scheduler,
        submission,
        Places(home.spool, home.backup, near=near),
        poll_s=settings.scheduler.poll_s,
        backup=settings.backup,
        checks=msgspec.structs.asdict(settings.checks),
    )


def _desk(home: Home, kit: Kit, scheduler: Scheduler, me: Identity, stop: asyncio.Event) -> Desk:
    return Desk(
        kit=kit,
        scheduler=scheduler,
        scheduler_kind=home.settings.scheduler.kind,
        spool=home.spool,
        templates=home.path / "config" / "workflows.yaml",
        me=me,
        since_at=utc_text(kit.clock.now()),
        builds=home.settings.programs.versions(),
        version=__version__,
        stop=stop,
    )


async def _supervised(home: Home, assembly: Assembly, desk: Desk, clock: Clock) -> None:
    """Run tasks and server until told to stop; the keeper goes on until the last round is done."""
    banners, stop, kept = desk.kit.banners, desk.stop, asyncio.Event()
    server = Server(
        home.settings.wire,
        load_server_keys(home.roots.state / "keys"),
        answer=lambda command, arguments: answer(desk, command, arguments),
        rings=assembly.intake.receive,
    )
    keeper, *others = assembly.tasks
    async with asyncio.TaskGroup() as outer:
        outer.create_task(keeper.run(kept, clock, banners), name=keeper.name)
        try:
            async with asyncio.TaskGroup() as inner:
                for task in others:
                    inner.create_task(task.run(stop, clock, banners), name=task.name)
                inner.create_task(server.run(stop), name="server")
                inner.create_task(_announced(home, server, desk, assembly.intake), name="herald")
                inner.create_task(_woken_by(stop, assembly), name="stopper")
                inner.create_task(_asked_by_file(home, desk, clock), name="stop-file")
        finally:
            kept.set()
            keeper.wake.set()


async def _announced(home: Home, server: Server, desk: Desk, intake: Intake) -> None:
    """Publish where the daemon is reached, and whether it hears the spool, while it runs."""
    state, epoch, me = home.roots.state, desk.kit.database.epoch, desk.me
    with intake.hearing() as heard:
        address = await server.bound()
        desk.kit.lease.check()
        hears = me.boot_id if heard else ""
        write_endpoint(state, address, epoch=epoch, pid=me.pid, since=desk.since_at, hears=hears)
        notify(os.environ, "READY=1")
        log.info("daemon.ready", port=address.port, hears=heard)
        await desk.stop.wait()
        notify(os.environ, "STOPPING=1")
        remove_endpoint(state, epoch=epoch)


async def _asked_by_file(home: Home, desk: Desk, clock: Clock) -> None:
    """Look whether somebody who cannot reach us asks us to stop."""
    state, epoch = home.roots.state, desk.kit.database.epoch
    every_s = desk.kit.lease.renewal_s
    while not await clock.wait(desk.stop, every_s):
        if await asyncio.to_thread(asked_to_stop, state, epoch):
            log.info("daemon.asked-to-stop", by=str(state / "STOP"))
            desk.stop.set()
    await asyncio.to_thread(forget_stop, state, epoch)


async def _woken_by(stop: asyncio.Event, assembly: Assembly) -> None:
    await stop.wait()
    log.info("daemon.stopping")
    assembly.wake_all()
