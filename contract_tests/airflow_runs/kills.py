"""Kill worker, triggerer and scheduler at every step of 200 tasks, then count the jobs on the mock."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter, deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from airflow_runs.stand import Stand
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from fts_contract.mock.asgi import ASGIApp, Message, Receive, Scope, Send

__all__ = ["run_kills"]

_STEPS: Final = ("before", "in", "after", "deferred")
_VICTIMS: Final = ("worker", "scheduler", "triggerer")
# Kills of workers are cheap; after those of the others Airflow takes its time.
_ROUNDS: Final = 3
_TIMEOUT_S: Final = 3600
_SHOW_S: Final = 30


class _Killer:
    """Kills as soon as a request shows that a step is reached.

    Before the submission: a worker asks who it is. In the submission: it has sent a job, which is not carried out yet. After it: the
    job exists, and the answer is on its way. While deferred: the triggerer asks for jobs.
    """

    def __init__(self, tasks: int) -> None:
        self.stand: Stand | None = None
        self.done: Counter[tuple[str, str]] = Counter()
        kills = [(victim, step) for step in _STEPS for victim in _VICTIMS]
        kills += [("worker", step) for step in _STEPS] * _ROUNDS
        self._due = deque(kills)
        self._seen = 0
        # Spread over the first three quarters of the submissions.
        self._every = max(tasks * 3 // 4 // len(kills), 1)
        self._next = self._every

    @property
    def left(self) -> int:
        """How many kills are to come."""
        return len(self._due)

    def wrap(self, app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            request = f"{scope['method']} {scope['path']}"
            port = scope["client"][1]
            held: list[Message] = []

            async def hold(message: Message) -> None:
                held.append(message)

            if request == "GET /whoami":
                self._reached("before", port)
            elif request == "POST /jobs":
                self._seen += 1
                self._reached("in", port)
                await app(scope, receive, hold)
                self._reached("after", port)
                for message in held:
                    await send(message)
                return
            elif request.startswith("GET /jobs/"):
                self._reached("deferred", port)
            await app(scope, receive, send)

        return serve

    def _reached(self, step: str, port: int) -> None:
        if self.stand is None or not self._due or self._seen < self._next:
            return
        victim, awaited = self._due[0]
        if step != awaited:
            return
        # What is to be killed may just have ended: then the next request is the occasion.
        with suppress(psutil.Error):
            if self._kill(self.stand, victim, step, port):
                self._due.popleft()
                self._next = self._seen + self._every
                self.done[victim, step] += 1

    def _kill(self, stand: Stand, victim: str, step: str, port: int) -> bool:
        asking = _owner(port)
        if asking is None or (step == "deferred") != _is_below(asking, stand.pid("triggerer")):
            return False
        if victim == "triggerer":
            main = psutil.Process(stand.pid(victim))
            victims = [main, *main.children(recursive=True)]
        elif victim == "scheduler":
            # What works for it lives on.
            victims = [psutil.Process(stand.pid(victim))]
        elif step == "deferred":
            # No worker is at work for this task: kill one that is at work for another.
            workers = psutil.Process(stand.pid("scheduler")).children()
            victims = [one for worker in workers for one in worker.children()][:1]
        else:
            # Each second time also what watches the task and would report its death.
            parent = asking.parent()
            both = parent is not None and self.done[victim, step] % 2 == 1
            victims = [parent, asking] if parent and both else [asking]
        for one in victims:
            one.kill()
        return bool(victims)


def _owner(port: int) -> psutil.Process | None:
    for connection in psutil.net_connections("tcp"):
        if connection.laddr.port == port and connection.pid not in {None, os.getpid()}:
            return psutil.Process(connection.pid)
    return None


def _is_below(process: psutil.Process, pid: int) -> bool:
    return pid in {process.pid, *(one.pid for one in process.parents())}


def run_kills(folder: Path, *, tasks: int) -> None:
    """Run the tasks, kill what runs them, and compare the jobs of the mock with those wanted.

    Args:
        folder: Where Airflow keeps everything.
        tasks: How many; each is one job of two files.

    Raises:
        AssertionError: A job is missing, or there is one more.
    """
    killer = _Killer(tasks)
    began_s = time.monotonic()
    with MockFTS(middleware=killer.wrap) as mock, Stand(folder, mock, parallel=6) as stand:
        shutil.copy(Path(__file__).with_name("kill_dag.py"), stand.dags)
        stand.add_dags("killed")
        stand.trigger("killed", "run", tasks=tasks)
        killer.stand = stand
        shown = 0.0

        def ended() -> str | None:
            nonlocal shown
            for name in ("scheduler", "triggerer"):
                if not stand.is_alive(name):
                    stand.start(name)
            if time.monotonic() - shown > _SHOW_S:
                shown = time.monotonic()
                print(
                    f"{shown - began_s:5.0f} s {mock.state.job_count} jobs, {killer.left} kills to come,",
                    stand.tasks("killed", "run"),
                    flush=True,
                )
            rows = stand.ask("select state from dag_run where dag_id = 'killed'")
            return next((state for (state,) in rows if state in {"success", "failed"}), None)

        state = stand.wait_until("the dag ends", ended, timeout_s=_TIMEOUT_S)
        tries = stand.ask(
            "select sum(try_number) from task_instance where dag_id = 'killed' and task_id = 'transfer'"
        )[0][0]
        files = Counter(
            file.dest_surl
            for job in mock.state.jobs_of(None, only_open=False)
            for file in job.files
        )
        jobs = mock.state.job_count
    for (victim, step), count in sorted(killer.done.items()):
        print(f"killed {count} x {victim:9} {step}")
    print(
        f"{tasks} tasks, {tries} tries, {sum(killer.done.values())} kills in {time.monotonic() - began_s:.0f} s: "
        f"{jobs} jobs on the server, {tasks} wanted; {len(files)} files, the most frequent {max(files.values())} time(s); dag {state}"
    )
    assert state == "success"
    assert jobs == tasks
    assert len(files) == 2 * tasks
    assert set(files.values()) == {1}
    assert killer.left == 0, "too few tasks for all kills"
