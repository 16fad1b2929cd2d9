"""The accounting of a Slurm in a test: a database and slurmdbd, in one directory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from waiting import wait_until

PROGRAMS = ("slurmdbd", "sacctmgr", "sacct", "mariadbd", "mariadb", "mariadb-install-db")

CONF = """\
AuthType=auth/munge
AuthInfo=socket={munge}
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser={user}
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={storage}
StorageUser=slurm
StoragePass=slurm
StorageLoc=slurm_acct_db
LogFile={root}/slurmdbd-own.log
PidFile={root}/slurmdbd.pid
"""
SQL = """\
CREATE DATABASE slurm_acct_db;
CREATE USER 'slurm'@'127.0.0.1' IDENTIFIED BY 'slurm';
CREATE USER 'slurm'@'localhost' IDENTIFIED BY 'slurm';
GRANT ALL ON slurm_acct_db.* TO 'slurm'@'127.0.0.1';
GRANT ALL ON slurm_acct_db.* TO 'slurm'@'localhost';
"""


def missing() -> str:
    """Name the programs that are not here; empty when accounting can be started."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return ", ".join(name for name in PROGRAMS if shutil.which(name, path=path) is None)


@dataclass
class Accounting:
    """A MariaDB and a slurmdbd on neighbouring ports.

    Attributes
    ----------
    root
        Their directory.
    host, user
        Short name of this machine; whose Slurm it is.
    port
        Of slurmdbd; the next one is the database's.
    """

    root: Path
    host: str
    user: str
    port: int
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def munge(self) -> Path:
        """The socket of the munge that both Slurm and its accounting trust."""
        return self.root.parent / "munge.socket"

    def settings(self) -> str:
        """Give the lines for slurm.conf."""
        return (
            "AccountingStorageType=accounting_storage/slurmdbd\n"
            f"AccountingStorageHost=127.0.0.1\nAccountingStoragePort={self.port}\n"
            f"AccountingStoragePass={self.munge}\n"
            "AccountingStorageEnforce=associations,limits,qos\n"
            "JobAcctGatherType=jobacct_gather/linux\nJobAcctGatherFrequency=1\n"
            "JobAcctGatherParams=OverMemoryKill"
        )

    def start(self) -> None:
        """Start both and wait until they answer."""
        self.root.mkdir()
        self._start_database()
        conf = self.root / "slurmdbd.conf"
        conf.write_text(
            CONF.format(
                host=self.host,
                port=self.port,
                user=self.user,
                storage=self.port + 1,
                root=self.root,
                munge=self.munge,
            )
        )
        conf.chmod(0o600)
        (self.root.parent / "slurmdbd.conf").symlink_to(conf)
        self._begin("slurmdbd", "-D")

    def add(self, cluster: str) -> None:
        """Make known a cluster, an account and the user."""
        wait_until(lambda: self.manage("list", "cluster") == 0, "slurmdbd answers", 120)
        assert self.manage("add", "cluster", cluster) == 0
        assert self.manage("add", "account", "chem", f"Cluster={cluster}") == 0
        # root is there from the first day, and belongs to the account root
        assert self.manage("add", "user", self.user, "Account=chem", "DefaultAccount=chem") == 0

    def manage(self, *words: str) -> int:
        """Run sacctmgr; give its exit code."""
        return self._run("sacctmgr", "-i", *words).returncode

    def stop(self) -> None:
        """End both."""
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start_database(self) -> None:
        data, socket = self.root / "data", self.root / "sock"
        own = ["--no-defaults", f"--datadir={data}", f"--user={self.user}"]
        made = self._run("mariadb-install-db", *own, "--skip-test-db")
        assert made.returncode == 0, made.stdout + made.stderr
        self._begin(
            "mariadbd",
            *own,
            f"--socket={socket}",
            f"--port={self.port + 1}",
            "--bind-address=127.0.0.1",
            f"--pid-file={self.root}/mariadbd.pid",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M",
        )
        client = ("mariadb", "--no-defaults", f"--socket={socket}", f"--user={self.user}", "-e")
        wait_until(lambda: self._run(*client, "SELECT 1").returncode == 0, "the database", 120)
        said = self._run(*client, SQL)
        assert said.returncode == 0, said.stderr

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=self.root,
        )

    def _begin(self, program: str, *options: str) -> None:
        with (self.root / f"{program}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    [program, *options],
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
