"""An FTS in one import: real mutual TLS, real delegation, jobs that move on a clock you control.

    from fts_contract.mock import MockFTS

    with MockFTS() as mock:
        mock.endpoint               # https://localhost:PORT
        mock.credential("alice")    # a VOMS proxy of the test PKI, as grid tools write it
        mock.clock.advance(60)      # a minute passes, transfers finish

It behaves as FTS 3.13.4 was observed to behave and keeps everything in memory. It is an independent
reading of those observations: nothing here may import the client, the generated code or the harness.
"""

from __future__ import annotations

try:
    from fts_contract.mock.clock import Clock
    from fts_contract.mock.faults import Fault, Faults
    from fts_contract.mock.server import MockFTS
except ModuleNotFoundError as error:
    if (error.name or "").partition(".")[0] not in {"httptools", "uvicorn"}:
        raise
    raise ModuleNotFoundError(
        f"fts_contract.mock needs {error.name}: pip install 'fts-client[mock]'", name=error.name
    ) from None

__all__ = ["Clock", "Fault", "Faults", "MockFTS"]
