"""`make demo`: the main features of this project, on the embedded mock.

Start an FTS with real mutual TLS, delegate a proxy to it, submit a job and watch it until it ends; then check that server
with the contract harness, as its administrator and as two users. The exit code is that of the harness, or 1 when the job does not finish.
"""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from fts_client import FTSClient, Job, Transfer
from fts_client.states import is_terminal
from fts_contract.mock import MockFTS

REPORT: Final = "fts-report"
FILES: Final = 4
MIB: Final = 1024**2


def transfers() -> list[Transfer]:
    """Make the transfers of the demonstration: each takes one second longer than the one before, on the clock of the mock."""
    return [
        Transfer(
            f"mock://source.example.org/file{n}?size={100 * MIB}",
            f"mock://destination.example.org/file{n}?size_post={100 * MIB}&time={n}",
            filesize=100 * MIB,
        )
        for n in range(1, FILES + 1)
    ]


def transfer(mock: MockFTS, console: Console) -> bool:
    """Delegate, submit a job and watch it.

    Returns:
        True when the job ended FINISHED.
    """
    alice = mock.credential("alice")
    with FTSClient(mock.endpoint, credential=alice, ca_dir=mock.ca_dir, proxy=False) as fts:
        console.print(f"[bold]1. An FTS with mutual TLS[/bold]  {mock.endpoint}")
        me = fts.whoami()
        console.print(f"[bold]2. Who am I[/bold]  {me.user_dn}, VO {', '.join(me.vos)}")
        delegated = fts.delegate(lifetime=timedelta(hours=12))
        console.print(
            f"[bold]3. A delegated proxy[/bold]  id {delegated.delegation_id}, "
            f"until {delegated.expires_at:%Y-%m-%d %H:%M} UTC"
        )
        job_id = fts.submit(Job(transfers()))
        console.print(f"[bold]4. A job[/bold]  {job_id}")
        return watch(fts, job_id, console) == "FINISHED"


def watch(fts: FTSClient, job_id: str, console: Console) -> str:
    """Show the progress of a job until it ends, at most for a minute.

    Returns:
        The last state seen.
    """
    columns = (
        TextColumn("   {task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files"),
        TimeElapsedColumn(),
    )
    deadline = time.monotonic() + 60
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("SUBMITTED", total=FILES)
        while True:
            state = fts.get_job(job_id).job_state
            files = fts.list_job_files(job_id)
            finished = sum(file.file_state == "FINISHED" for file in files)
            progress.update(task, description=state, completed=finished)
            if is_terminal(state) or time.monotonic() > deadline:
                return state
            time.sleep(0.2)


def check_contract(mock: MockFTS, console: Console) -> int:
    """Run the harness as a user would, by its command.

    Returns:
        The exit code of `fts contract run`.
    """
    options = ["--profile", "full", "--allow-changes", "--exclusive", "--optimizer-rows"]
    options += ["--max-examples", "3", "--report", REPORT]
    console.print(
        f"   fts contract run {mock.endpoint} \\\n     {' '.join(options)}",
        highlight=False,
        soft_wrap=True,
    )
    fts = Path(sys.executable).with_name("fts")
    credential = ["--cert", str(mock.credential("admin")), "--ca-dir", str(mock.ca_dir)]
    for name in ("alice", "root"):
        credential += ["--also-cert", str(mock.credential(name))]
    return subprocess.run(  # noqa: S603 - our own command with our own arguments
        [fts, "contract", "run", mock.endpoint, *credential, *options], check=False
    ).returncode


def main() -> int:
    """Run the demonstration.

    Returns:
        1 when the job did not finish, else the exit code of `fts contract run`.
    """
    console = Console()
    with MockFTS() as mock:
        if not transfer(mock, console):
            console.print("[bold red]The job did not finish.[/bold red]")
            return 1
        console.print("[bold]5. Does this server keep the contract?[/bold]")
        return check_contract(mock, console)


if __name__ == "__main__":
    sys.exit(main())
