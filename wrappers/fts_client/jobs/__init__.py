"""What is submitted: jobs, transfers, and the parameters of both."""

from fts_client.jobs.job import Job, JobParams, Transfer
from fts_client.jobs.parameters import UNSET, Limits, Unset

__all__ = ["UNSET", "Job", "JobParams", "Limits", "Transfer", "Unset"]
