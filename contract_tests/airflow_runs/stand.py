"""A real Airflow of one machine: its database, its processes, and the connection to a mock."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

import httpx
import psutil

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock import MockFTS

__all__ = ["PROCESSES", "Stand"]

PROCESSES: Final = ("scheduler", "dag-processor", "triggerer", "api-server")
_AIRFLOW: Final = Path(sys.executable).with_name("airflow")
_READY_S: Final = 120


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Stand:
    """An Airflow with SQLite and LocalExecutor, each of whose parts is a process of its own.

    Args:
        folder: Where it keeps everything; dags are in `dags` below it.
        mock: The server that the connection `fts_default` leads to, as alice, with her proxy.
        parallel: How many tasks run at a time.
    """

    def __init__(self, folder: Path, mock: MockFTS, *, parallel: int = 4) -> None:
        self.folder = folder
        self.dags = folder / "dags"
        self.dags.mkdir(parents=True)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: dict[str, IO[bytes]] = {}
        self._sessions: set[int] = set()
        self.port = _free_port()
        connection = {
            "conn_type": "fts",
            "host": "localhost",
            "port": mock.port,
            "extra": {"credential": str(mock.credential("alice")), "ca_dir": str(mock.ca_dir)},
        }
        settings: dict[str, dict[str, object]] = {
            "api": {"host": "127.0.0.1", "port": self.port, "workers": 1},
            "api_auth": {"jwt_secret": os.urandom(32).hex()},
            "core": {
                "auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
                "dags_are_paused_at_creation": False,
                "execution_api_server_url": f"http://127.0.0.1:{self.port}/execution/",
                "executor": "LocalExecutor",
                "load_examples": False,
                "max_active_tasks_per_dag": 64,
                "parallelism": parallel,
                "simple_auth_manager_all_admins": True,
            },
            "dag_processor": {"refresh_interval": 5},
            # Several processes write, and on a busy machine each may have to wait for the others.
            "database": {"sql_alchemy_conn": f"sqlite:///{folder / 'airflow.db'}?timeout=60"},
            "logging": {"worker_log_server_port": _free_port()},
            "scheduler": {
                "enable_health_check": False,
                # Deaths are to be noticed within seconds.
                "orphaned_tasks_check_interval": 10,
                "scheduler_health_check_threshold": 20,
                "scheduler_heartbeat_sec": 2,
                "task_instance_heartbeat_timeout": 30,
                "task_instance_heartbeat_timeout_detection_interval": 5,
            },
            "triggerer": {"job_heartbeat_sec": 2, "triggerer_health_check_threshold": 20},
            "workers": {"max_failed_heartbeats": 20, "min_heartbeat_interval": 2},
        }
        self.environment = {
            **{name: value for name, value in os.environ.items() if "AIRFLOW" not in name},
            **{
                f"AIRFLOW__{section.upper()}__{name.upper()}": str(value)
                for section, entries in settings.items()
                for name, value in entries.items()
            },
            "AIRFLOW_CONN_FTS_DEFAULT": json.dumps(connection),
            "AIRFLOW_HOME": str(folder),
            "PATH": f"{_AIRFLOW.parent}{os.pathsep}{os.environ['PATH']}",
        }

    def __enter__(self) -> Self:
        self.airflow("db", "migrate")
        try:
            for name in PROCESSES:
                self.start(name)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def airflow(self, *arguments: str) -> str:
        """Run a command of Airflow.

        Raises:
            RuntimeError: It failed; the message is what it printed.
        """
        done = subprocess.run(  # noqa: S603 - our own command
            [_AIRFLOW, *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_READY_S,
        )
        if done.returncode:
            raise RuntimeError(f"airflow {' '.join(arguments)}:\n{done.stdout}")
        return done.stdout

    def start(self, name: str) -> None:
        """Start one of `PROCESSES`, also again after it was killed."""
        log = self._logs.setdefault(name, (self.folder / f"{name}.log").open("ab"))
        arguments = ["--skip-serve-logs"] if name in {"scheduler", "triggerer"} else []
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own command
            [_AIRFLOW, name, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        self._sessions.add(self.pid(name))

    def pid(self, name: str) -> int:
        """Give the id of one of `PROCESSES`."""
        return self._running[name].pid

    def is_alive(self, name: str) -> bool:
        """Say whether one of `PROCESSES` runs."""
        return self._running[name].poll() is None

    def close(self) -> None:
        """End all processes, with all that they have started."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
        # The sessions hold tasks that outlived a killed scheduler, too.
        for one in psutil.process_iter():
            with suppress(OSError, psutil.Error):
                if os.getsid(one.pid) in self._sessions:
                    one.kill()
        for log in self._logs.values():
            log.close()

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read from the database of Airflow."""
        address = f"file:{self.folder / 'airflow.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as database:
            return database.execute(query, values).fetchall()

    def wait_until(self, what: str, done: Callable[[], Any], *, timeout_s: float) -> Any:
        """Wait until a function returns something true, and return that.

        Raises:
            TimeoutError: It took too long.
        """
        end = time.monotonic() + timeout_s
        while not (result := done()):
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: not within {timeout_s:g} s; see {self.folder}")
            time.sleep(0.5)
        return result

    def add_dags(self, *dag_ids: str) -> None:
        """Wait until dags whose files are in `dags` are known, and can be run."""
        self.wait_until("the API server", self._is_up, timeout_s=_READY_S)
        self.wait_until(
            f"dags {dag_ids}",
            lambda: (
                {one for (one,) in self.ask("select dag_id from serialized_dag")} >= {*dag_ids}
            ),
            timeout_s=_READY_S,
        )

    def api(self, path: str, **body: object) -> None:
        """Send a request to the REST API of Airflow, as its administrator.

        Raises:
            httpx.HTTPStatusError: Airflow refused it.
        """
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=_READY_S) as client:
            token = client.get("/auth/token").raise_for_status().json()["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            client.post(f"/api/v2/{path}", json=body, headers=headers).raise_for_status()

    def _is_up(self) -> bool:
        with closing(socket.socket()) as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def trigger(self, dag_id: str, run_id: str, **params: object) -> None:
        """Begin a run of a dag.

        Raises:
            httpx.HTTPStatusError: Airflow refused it.
        """
        # Seen on Airflow 3.3 with SQLite: if a task begins at the same moment, the API waits a minute for the database, then answers 500.
        for last in (False, False, True):
            try:
                self.api(
                    f"dags/{dag_id}/dagRuns", dag_run_id=run_id, logical_date=None, conf=params
                )
            except httpx.HTTPStatusError as error:
                if last or not error.response.is_server_error:
                    raise
                if self.ask(
                    "select 1 from dag_run where dag_id = ? and run_id = ?", dag_id, run_id
                ):
                    return
            else:
                return

    def clear(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Let a task of a run run once more, as the button "Clear" does."""
        self.api(
            f"dags/{dag_id}/clearTaskInstances",
            dry_run=False,
            only_failed=False,
            dag_run_id=run_id,
            task_ids=[task_id],
        )

    def wait_for_run(self, dag_id: str, run_id: str, *, timeout_s: float) -> str:
        """Wait for the end of a run; return its state."""

        def ended() -> str | None:
            rows = self.ask(
                "select state from dag_run where dag_id = ? and run_id = ?", dag_id, run_id
            )
            return next((state for (state,) in rows if state in {"success", "failed"}), None)

        return str(self.wait_until(f"run {run_id} of {dag_id}", ended, timeout_s=timeout_s))

    def tasks(self, dag_id: str, run_id: str) -> dict[str, int]:
        """Count the tasks of a run by state."""
        return dict(
            self.ask(
                "select coalesce(state, 'none'), count(*) from task_instance "
                "where dag_id = ? and run_id = ? group by 1",
                dag_id,
                run_id,
            )
        )

    def logs(self, dag_id: str) -> str:
        """Read what all tasks of a dag have logged."""
        folder = self.folder / "logs" / f"dag_id={dag_id}"
        return "\n".join(path.read_text("utf-8") for path in sorted(folder.rglob("*.log")))
