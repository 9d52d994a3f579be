"""`GET /files`."""

from __future__ import annotations

import itertools
from typing import Final

from fts_contract.mock.collation import collated
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.handlers.job_access import listed_jobs, states_in
from fts_contract.mock.records import TERMINAL_STATES, file_json

_MOST: Final = 1000


def list_files(call: Call) -> Reply:
    """Files that have not ended, at most a thousand, also unused ones of jobs that have; `limit` has no effect.

    Source: observed on FTS 3.13.4 (GET /files).
    """
    call.need("transfer")
    states = states_in(call)
    wanted = {
        name: collated(value)
        for name in ("source_se", "dest_se", "dest_surl")
        if (value := call.argument(name)) is not None
    }
    found = (
        file_json(file)
        for job in listed_jobs(call, only_open=False)
        for file in job.files
        if file.finish_time is None
        # On FTS, the daemon sets the finish time of a cancelled file when it ends the transfer process.
        and (job.job_finished is None or file.file_state not in TERMINAL_STATES)
        and (not states or file.file_state in states)
        and all(collated(getattr(file, name) or "") == value for name, value in wanted.items())
    )
    return json_reply(list(itertools.islice(found, _MOST)))
