"""The rules of job submission: a JSON body in, a job or an error out; no HTTP.

Source: observed on FTS 3.13.4; recordings of jobs-submit.
"""

from __future__ import annotations

from fts_contract.mock.submission.build import Submitter, build_job

__all__ = ["Submitter", "build_job"]
