"""A session with the client that openapi-generator makes for Python, written as a user of it would: nothing of this project is in it.

Usage: `python python_session.py URL PROXY CA_FILE`, with the generated package `openapi_client` on the path, and a proxy of the
caller already delegated to the server.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(url: str, proxy: str, ca_file: str) -> None:
    """Ask who the caller is and what is delegated; submit a job, list it, read it and cancel it. An exception ends the session."""
    generated: Any = importlib.import_module("openapi_client")
    settings = generated.Configuration(host=url, ssl_ca_cert=ca_file)
    settings.cert_file = settings.key_file = proxy
    with generated.ApiClient(settings) as client:
        server, delegation, jobs = (
            getattr(generated, name)(client) for name in ("ServerApi", "DelegationApi", "JobsApi")
        )
        me = server.whoami()
        delegated = delegation.get_delegation(me.delegation_id).actual_instance
        assert delegated.termination_time > "2000", delegated  # noqa: S101 - what the session is for
        file = generated.SubmissionFile(
            sources=["mock://source.example.org/file?size=1"],
            destinations=["mock://destination.example.org/file?size_post=1&time=600"],
        )
        params = generated.SubmissionParams(priority=4)
        job_id = jobs.submit_job(generated.Submission(files=[file], params=params)).job_id
        listed = [job.actual_instance.job_id for job in jobs.list_jobs()]
        assert job_id in listed, listed  # noqa: S101
        one = jobs.get_jobs(job_id).actual_instance
        assert (one.job_id, one.priority) == (job_id, 4), one  # noqa: S101
        ended = jobs.cancel_jobs(job_id).actual_instance
        assert (ended.job_id, ended.job_state) == (job_id, "CANCELED"), ended  # noqa: S101


if __name__ == "__main__":
    main(*sys.argv[1:])
