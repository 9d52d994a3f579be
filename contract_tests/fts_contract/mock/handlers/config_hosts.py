"""`/config`, `/config/drain`, `/config/audit`."""

from __future__ import annotations

import attrs

from fts_contract.mock.collation import collated
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.fields import latin1
from fts_contract.mock.pages import negotiated


def list_hosts(call: Call) -> Reply:
    """Every service that sends heartbeats, by host and service."""
    call.need("config")
    hosts = [attrs.asdict(host) for host in call.state.config.all_hosts()]
    return negotiated(call, hosts, title="FTS3 - Overview")


def set_drain(call: Call) -> Reply:
    """Let all services of a host drain, or end it; the body is null.

    Source: observed on FTS 3.13.4; an unknown host is 400.
    """
    call.need("config")
    body = call.json_object()
    hostname, drain = body.get("hostname"), body.get("drain", True)
    if not isinstance(hostname, str) or not isinstance(drain, bool):
        raise bad_request("Invalid drain request")
    wanted = collated(latin1(hostname, name="hostname"))
    config = call.state.config
    hosts = [host for host in config.all_hosts() if collated(host.hostname) == wanted]
    if not hosts:
        raise bad_request("Host not found")
    for host in hosts:
        host.drain = drain
    call.record("drain", f"Turning drain {drain} the drain mode for {hostname}")
    return json_reply(None)


def list_audit(call: Call) -> Reply:
    """The newest hundred changes of the configuration."""
    call.need("config")
    rows = [attrs.asdict(row) for row in call.state.config.newest_audit()]
    return negotiated(call, rows, title="FTS3 - Config Audit")
