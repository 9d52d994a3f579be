"""`GET /status/hosts`."""

from __future__ import annotations

from fts_contract.mock.exchange import Call, Reply, json_reply


def get_host_activity(call: Call) -> Reply:
    """How many files each host is transferring or staging; files without a host count under `null`.

    Source: observed on FTS 3.13.4; certificate before level.
    """
    call.need("config", certificate=True)
    hosts: dict[str | None, dict[str, int]] = {}
    for job in call.state.jobs_of(None, only_open=True):
        for file in job.files:
            if file.file_state == "ACTIVE":
                host, kind = file.transfer_host, "active"
            elif file.file_state == "STARTED":
                host, kind = file.staging_host, "staging"
            else:
                continue
            counts = hosts.setdefault(host, {})
            counts[kind] = counts.get(kind, 0) + 1
    return json_reply(hosts)
