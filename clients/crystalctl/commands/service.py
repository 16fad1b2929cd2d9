"""``crystalctl service``: the daemon as a systemd user service, or from cron."""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from crystalctl.commands.up import ping
from crystalctl.homes import CONFIG_FILE
from crystalctl.options import home_option
from crystalctl.render import facts, to_json
from crystalctl.session import Session
from crystalctl.systemd import Systemd, unit_folder
from crystalctl.units import UnitOrder, cron_lines, render_unit, unit_name
from crystald.errors import CrystaldError
from crystald.exits import NO, OK

TEMPLATE = Path("systemd") / "crystald.service.j2"
"""Below ``config`` of the home or of what is shipped."""

CARRIED = ("PATH", "SLURM_CONF", "LD_LIBRARY_PATH")
"""Variables that a unit takes over from the shell that installs it: modules may have set them."""

FOR_CRON = (
    "sbatch", "squeue", "scontrol", "scancel", "sacct", "mpirun", "Pcrystal", "Pproperties",
)  # fmt: skip
"""Programs whose directories a line of cron names; a whole PATH would be too long for it."""


@dataclass(frozen=True)
class Service:
    """The service of a home.

    Attributes
    ----------
    session
        The home.
    order
        What its unit is made of.
    path
        Where its unit is, or would be.
    systemd
        Who is asked.
    """

    session: Session
    order: UnitOrder
    path: Path
    systemd: Systemd

    @classmethod
    def of(cls, context: click.Context) -> Service:
        """Find the service that a command line is about."""
        session = Session.of(context)
        folder = unit_folder(os.environ, Path.home())
        carried = {name: os.environ[name] for name in CARRIED if os.environ.get(name)}
        order = UnitOrder(
            plain(session.home), daemon_command(plain(session.home)), carried, is_local(session)
        )
        return cls(session, order, folder / unit_name(session.home.resolve()), Systemd())

    @property
    def name(self) -> str:
        """The unit's name."""
        return self.path.name

    def text(self) -> str:
        """Render the unit from the home's template, else from the shipped one."""
        from crystald.shipped import shipped

        places = (self.session.home / "config" / TEMPLATE, shipped("config") / TEMPLATE)
        found = next((place for place in places if place.is_file()), None)
        if found is None:
            raise CrystaldError(f"{places[1]} is missing", "Install crystald again.")
        return render_unit(self.order, found.read_text(encoding="utf-8"))

    def state(self) -> dict[str, Any]:
        """Tell how it is."""
        here, installed = self.systemd.answers(), self.path.is_file()
        alive = ping(self.session)
        return {
            "unit": self.name,
            "path": str(self.path),
            "installed": installed,
            "current": installed and self.path.read_text(encoding="utf-8") == self.text(),
            "systemd": here,
            "enabled": self._says("is-enabled") if here else None,
            "active": self._says("is-active") if here else None,
            "linger": self.systemd.linger(user()),
            "daemon": alive and {"pid": alive.get("pid"), "host": alive.get("host")},
        }

    def _says(self, question: str) -> str:
        return self.systemd.user(question, self.name).stdout.strip() or "unknown"


@click.group("service")
@home_option
def command() -> None:
    """Run the daemon as a systemd user service, or from cron."""


@command.command("install")
@click.option("--now", is_flag=True, help="Start it, too.")
@home_option
@click.pass_context
def install(context: click.Context, *, now: bool) -> int:
    """Write the unit of this home and enable it."""
    service = Service.of(context)
    write_unit(service.path, service.text())
    click.echo(f"written: {service.path}")
    steps = [["daemon-reload"], ["enable", service.name]]
    steps += [["--no-block", "start", service.name]] if now else []
    if not service.systemd.answers():
        click.echo("No systemd user manager answers here, so nothing was enabled. Where one does:")
        for step in steps:
            click.echo(f"  systemctl --user {_shown(step)}")
        click.echo("Without systemd: crystalctl up, or the lines of crystalctl service cron.")
        return OK
    for step in steps:
        done = service.systemd.user(*step)
        if done.returncode:
            raise CrystaldError(
                f"systemctl --user {_shown(step)} failed: {done.stderr.strip()}",
                f"The unit is written; see: systemctl --user status {_shown([service.name])}",
            )
    click.echo(f"enabled: {service.name}")
    _tell_running(service, now=now)
    _tell_linger(service.systemd.linger(user()))
    return OK


@command.command("uninstall")
@home_option
@click.pass_context
def uninstall(context: click.Context) -> int:
    """Stop and disable the unit of this home and remove it; jobs go on."""
    service = Service.of(context)
    if not service.path.is_file():
        click.echo(f"no unit of this home is installed ({service.path} is not there)")
        return OK
    if service.systemd.answers():
        done = service.systemd.user("disable", "--now", service.name)
        if done.returncode:
            raise CrystaldError(
                f"systemctl --user disable --now {service.name} failed: {done.stderr.strip()}",
                "Nothing was removed.",
            )
    wanted = service.path.parent / "default.target.wants" / service.name
    if wanted.is_symlink():  # made by systemctl, which may be away now
        wanted.unlink()
    service.path.unlink()
    service.systemd.user("daemon-reload")
    click.echo(f"removed: {service.path}")
    return OK


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@home_option
@click.pass_context
def status(context: click.Context, *, as_json: bool) -> int:
    """Show whether the service is installed, enabled and active; exit code 1 if not active."""
    service = Service.of(context)
    state = service.state()
    if as_json:
        click.echo(to_json(state))
    else:
        facts([(name, _word(value)) for name, value in state.items()])
        if state["installed"] and not state["current"]:
            click.echo(
                "The unit differs from what would be written now: crystalctl service install"
            )
        _tell_linger(state["linger"])
    return OK if state["active"] == "active" else NO


@command.command("show")
@home_option
@click.pass_context
def show(context: click.Context) -> int:
    """Print the unit of this home as it would be written."""
    click.echo(Service.of(context).text(), nl=False)
    return OK


@command.command("cron")
@home_option
@click.pass_context
def cron(context: click.Context) -> int:
    """Print the lines for a crontab where services are not allowed."""
    service = Service.of(context)
    order = service.order
    found = {Path(place).parent for name in FOR_CRON if (place := shutil.which(name))}
    path = ":".join(map(str, [*sorted(found), "/usr/local/bin", "/usr/bin", "/bin"]))
    variables = {**order.environment, "PATH": path}
    short = UnitOrder(order.home, order.command, variables, order.local)
    starter = [sys.executable, "-m", "crystalctl.main", "--home", str(order.home), "up"]
    visit, keep = cron_lines(short, starter, service.session.state / "logs" / "cron.out")
    click.echo("# Where daemons are not allowed: a visit every ten minutes (crontab -e).")
    click.echo(visit)
    click.echo("# Where they are: a daemon that is started again after a reboot or a loss.")
    click.echo(f"# {keep}")
    click.echo("# One of the two lines, on one login node. For scrontab -e take the first one,")
    click.echo("# with a line '#SCRON --time=00:10:00' above it, and write % where \\% stands.")
    return OK


def write_unit(path: Path, text: str) -> None:
    """Write a unit whole: beside its place, then renamed."""
    from crystald.wire.private import write_private

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    write_private(path, text.encode())


def plain(home: Path) -> Path:
    """Give a path without ``..``, which systemd refuses; links stay as the site named them."""
    return home.resolve() if ".." in home.parts else home


def daemon_command(home: Path) -> tuple[str, ...]:
    """Give the daemon's command of this environment."""
    script = Path(sys.executable).with_name("crystald")
    program = [str(script)] if os.access(script, os.X_OK) else [sys.executable, "-m", "crystald"]
    return (*program, "--home", str(home))


def is_local(session: Session) -> bool:
    """Tell whether jobs run on this machine (the default of ``scheduler.kind``)."""
    import yaml

    settings = yaml.safe_load((session.home / CONFIG_FILE).read_text(encoding="utf-8")) or {}
    return bool((settings.get("scheduler") or {}).get("kind", "local") == "local")


def user() -> str:
    """Name the user; by number where no name is known."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _tell_running(service: Service, *, now: bool) -> None:
    alive = ping(service.session)
    start = f"systemctl --user start {_shown([service.name])}"
    if alive and not now:
        click.echo(
            f"A daemon runs already (process {alive['pid']} on {alive['host']}). To hand over to "
            f"the service: crystalctl down && {start}"
        )
    elif now:
        click.echo("started; see: crystalctl service status")
    else:
        click.echo(f"It starts with your next session, or now with: {start}")


def _tell_linger(linger: bool | None) -> None:  # noqa: FBT001
    if linger:
        click.echo("Lingering is on: the service outlives your sessions and starts at boot.")
        return
    known = "is off" if linger is False else "is not known here (loginctl does not answer)"
    click.echo(
        f"Lingering {known}: without it the service ends with your last session on this host.\n"
        f"  Turn it on with: loginctl enable-linger {user()}\n"
        "  Where the site refuses that: crystalctl up, or crystalctl service cron."
    )


def _shown(words: list[str]) -> str:
    import shlex

    return shlex.join(words)


def _word(value: object) -> object:
    if isinstance(value, dict):
        return f"process {value['pid']} on {value['host']}"
    return value
