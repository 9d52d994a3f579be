"""Completion of job ids in the shell: the newest jobs that the command can be used on."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from typer import Context  # noqa: TC002 - typer reads the annotation when it runs

from fts_client.states import ACTIVE_JOB_STATES, TERMINAL_JOB_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST: Final = 50
_UNFINISHED: Final = {"cancel", "priority"}
_STATES: Final = {"retry": {"FAILED", "FINISHEDDIRTY"}}


def complete_job_ids(ctx: Context, incomplete: str) -> list[str]:
    """List ids that begin with what was typed. Without any, or without a server, what was typed: it keeps the shell from file names."""
    command = str(ctx.info_name)
    states = _STATES.get(command, ACTIVE_JOB_STATES | TERMINAL_JOB_STATES)
    found: list[str] = []
    with suppress(Exception):
        found = _newest(ctx.params, states=() if command in _UNFINISHED else states)
    return [job_id for job_id in found if job_id.startswith(incomplete.lower())] or [incomplete]


def _newest(options: Mapping[str, Any], *, states: Any) -> list[str]:
    # Imported here because they load httpx, which other completions do not need.
    from fts_client.client import FTSClient  # noqa: PLC0415
    from fts_client.credentials import TokenCredential, X509Credential  # noqa: PLC0415
    from fts_client.retry import RetryPolicy  # noqa: PLC0415
    from fts_client.timeouts import Timeouts  # noqa: PLC0415

    credential: Any = None
    if token_file := options.get("token_file"):
        credential = TokenCredential.from_file(token_file)
    elif proxy := options.get("proxy"):
        credential = X509Credential.from_file(proxy, key_path=options.get("key"))
    with FTSClient(
        options.get("endpoint") or os.environ["FTS_ENDPOINT"],
        credential=credential,
        verify=not options.get("insecure"),
        ca_dir=options.get("ca_dir"),
        ca_file=options.get("ca_file"),
        # A person waits for it with every press of the tabulator key.
        timeouts=Timeouts(connect_s=1, read_s=2, total_s=3),
        retry=RetryPolicy(max_retries=0),
    ) as fts:
        return [job.job_id for job in fts.list_jobs(state_in=sorted(states) or None, limit=_MOST)]
