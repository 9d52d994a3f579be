"""A dag of mapped tasks, each of which is one job of two files."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import DAG, task

from fts_client.airflow.operators import FTSTransferOperator

with DAG(
    "killed",
    schedule=None,
    start_date=pendulum.datetime(2026, 1, 1, tz="UTC"),
    params={"tasks": 200},
):

    @task(retries=20, retry_delay=timedelta(seconds=1))
    def batches(**context: Any) -> list[list[list[str]]]:
        """List what each task transfers."""
        return [
            [[f"mock://a.org/{n}/{m}", f"mock://b.org/{n}/{m}"] for m in range(2)]
            for n in range(context["params"]["tasks"])
        ]

    FTSTransferOperator.partial(
        task_id="transfer", retries=20, retry_delay=timedelta(seconds=1), poll_s=2
    ).expand(transfers=batches())
