"""A real Slurm on this machine: a controller, nodes, and accounting if wanted, in one directory.

Everything is started in the foreground as a child of the test, with ports, files and a munge of its
own, so that nothing is left behind and nothing of the system's is touched.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import leftovers
from leftovers import kill, pids_with
from slurmaccounts import Accounting
from waiting import wait_until

CLUSTER = "testhpc"
NODES = ("n1", "n2")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")

CONF = """\
ClusterName={cluster}
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={root}/munge.socket
CredType=cred/munge
SlurmctldPort={controller}
StateSaveLocation={root}/controller
SlurmdSpoolDir={root}/spool-%n
SlurmctldPidFile={root}/slurmctld.pid
SlurmdPidFile={root}/slurmd-%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
ReturnToService=2
DefMemPerCPU=100
KillWait=5
SlurmdTimeout=10
BatchStartTimeout=120
GetEnvTimeout=0
MinJobAge={min_job_age}
MpiDefault=none
SwitchType=switch/none
PriorityType=priority/basic
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
{accounting}
NodeName=n[1-2] NodeHostname={host} NodeAddr=127.0.0.1 Port=[{first}-{last}] CPUs={cpus} RealMemory=200000
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
PartitionName=main Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=scrap Nodes=n[1-2] MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=CANCEL
PartitionName=urgent Nodes=n[1-2] MaxTime=INFINITE State=UP PriorityTier=9 PreemptMode=OFF
"""

WITHOUT = "AccountingStorageType=accounting_storage/none\nJobAcctGatherType=jobacct_gather/none"


def missing() -> str:
    """Name the programs that are not here; empty when a Slurm can be started."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return ", ".join(name for name in PROGRAMS if shutil.which(name, path=path) is None)


@dataclass(frozen=True)
class Ports:
    """Neighbouring ports that no other test takes as long as this is held.

    A port that is free now may be taken by a test beside this one before it is used here: two
    controllers at one port, and the jobs of the one test are cancelled by the other.
    """

    first: int
    held: IO[str]

    @classmethod
    def take(cls, count: int) -> Ports:
        """Find some that nobody listens at and nobody holds."""
        place = Path(tempfile.gettempdir()) / f"crystald-test-ports-{os.geteuid()}"
        place.mkdir(exist_ok=True)
        for first in range(26_000, 32_000, count):
            held = (place / str(first)).open("w")
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                held.close()
                continue
            if all(_is_free(port) for port in range(first, first + count)):
                return cls(first, held)
            held.close()
        raise AssertionError("no free ports")

    def give_back(self) -> None:
        """Let others take them."""
        self.held.close()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@dataclass
class SlurmHost:
    """A Slurm of two nodes.

    Attributes
    ----------
    root
        Its directory.
    accounted
        Whether slurmdbd keeps its accounts.
    cpus
        Of each node; more than this machine has where programs hardly need any.
    """

    root: Path
    cpus: int = 64
    min_job_age_s: int = 300
    accounted: bool = False
    accounting: Accounting | None = None
    ports: Ports | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    watch: subprocess.Popen[bytes] | None = None

    @property
    def mark(self) -> str:
        """What everything that belongs to it has in its environment."""
        return f"SLURM_CONF={self.root}/slurm.conf"

    def start(self) -> SlurmHost:
        """Write its configuration, start everything, and wait until the nodes are idle."""
        self.watch = subprocess.Popen(
            [sys.executable, leftovers.__file__, self.mark],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self.ports = Ports.take(5)
        host, first = socket.gethostname().partition(".")[0], self.ports.first
        user = "root" if os.geteuid() == 0 else os.environ.get("USER", str(os.geteuid()))
        for name in ("controller", *(f"spool-{node}" for node in NODES)):
            (self.root / name).mkdir(parents=True)
        self._keep_login_environment()
        if self.accounted:
            self.accounting = Accounting(
                self.root / "accounting", host, user, first + 3, self.environment()
            )
        text = CONF.format(
            cluster=CLUSTER,
            host=host,
            user=user,
            root=self.root,
            controller=first,
            first=first + 1,
            cpus=self.cpus,
            last=first + 2,
            min_job_age=self.min_job_age_s,
            accounting=self.accounting.settings() if self.accounting else WITHOUT,
        )
        (self.root / "slurm.conf").write_text(text)
        self._start_munge()
        if self.accounting is not None:
            self.accounting.start()
            self.accounting.add(CLUSTER)
        self.start_controller()
        for node in NODES:
            self.start_node(node)
        return self

    def _keep_login_environment(self) -> None:
        """Leave what a job of ``--export=NONE`` finds where Slurm looks for it (GetEnvTimeout=0).

        Else slurmd starts a login shell for each job, and whatever this account's profile does
        there (rehashing commands, initialising environments) is most of the work of a job.
        """
        cached = self.root / "controller" / "env_cache"
        cached.mkdir()
        login = pwd.getpwuid(os.geteuid())
        kept = {
            "HOME": login.pw_dir,
            "LOGNAME": login.pw_name,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "SHELL": login.pw_shell,
            "USER": login.pw_name,
        }
        (cached / login.pw_name).write_text("".join(f"{k}={v}\n" for k, v in kept.items()))

    def _start_munge(self) -> None:
        """Start what vouches for who somebody is, with a key of its own."""
        key = self.root / "munge.key"
        assert self.run("mungekey", "-c", "-k", str(key)).returncode == 0
        socket_of_munge = f"--socket={self.root}/munge.socket"
        files = [f"--{name}={self.root}/munge.{name[:4]}" for name in ("pid-file", "seed-file")]
        self._begin("munged", "-F", "-f", socket_of_munge, f"--key-file={key}", *files)
        asked = ("munge", "-n", f"--socket={self.root}/munge.socket")
        wait_until(lambda: self.run(*asked).returncode == 0, "munge answers", 30)

    def environment(self) -> dict[str, str]:
        """Give the environment in which this Slurm is the one that commands talk to."""
        path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        return os.environ | {"SLURM_CONF": str(self.root / "slurm.conf"), "PATH": path}

    def start_controller(self) -> None:
        """Start slurmctld and wait until it answers."""
        self._begin("slurmctld", "-D")
        wait_until(lambda: self.run("scontrol", "ping").returncode == 0, "slurmctld answers", 60)

    def start_node(self, node: str) -> None:
        """Start a node and wait until it may get jobs."""
        self._begin("slurmd", "-D", "-N", node, name=node)
        wait_until(lambda: self.node_state(node) in ("idle", "mixed"), f"{node} is up", 60)

    def node_state(self, node: str) -> str:
        """Tell the state of a node as sinfo shows it."""
        return self.run("sinfo", "-h", "-n", node, "-o", "%T").stdout.strip()

    def stop_controller(self) -> None:
        """End slurmctld, as a maintenance would."""
        self._end("slurmctld", signal.SIGTERM)

    def fail_node(self, node: str) -> None:
        """Lose a node with all that runs on it: first those who would tell the controller."""
        self._end(node, signal.SIGKILL)
        for pid in pids_with(self.mark, "slurmstepd"):
            kill(pid)
        for pid in pids_with(f"SLURMD_NODENAME={node}", str(self.root)):
            kill(pid)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one of Slurm's commands."""
        return subprocess.run(
            command,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=self.root,
        )

    def jobs(self) -> list[list[str]]:
        """Give id, name, state and restarts of every job that the controller knows."""
        said = self.run("squeue", "-a", "-h", "-t", "all", "-o", "%A|%j|%T")
        return [line.split("|") for line in said.stdout.splitlines()]

    def cancel_all(self) -> None:
        """Cancel every job; a controller that is swamped by submissions may not come to it."""
        with suppress(subprocess.TimeoutExpired):
            self.run("scancel", "--full", "-u", str(os.geteuid()))

    def stop(self) -> None:
        """End everything, jobs first."""
        self.cancel_all()
        for name in list(self.processes):
            self._end(name, signal.SIGKILL)
        if self.accounting is not None:
            self.accounting.stop()
        if self.watch is not None:
            self.watch.communicate()
        if self.ports is not None:
            self.ports.give_back()

    def _begin(self, program: str, *options: str, name: str = "") -> None:
        name = name or program
        with (self.root / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [program, *options],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self, name: str, number: int) -> None:
        process = self.processes.pop(name)
        process.send_signal(number)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
