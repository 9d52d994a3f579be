"""Sensor: wait for jobs that another task or program has submitted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator

from fts_client.airflow.hook import FTSHook
from fts_client.airflow.waiting import WaitsForJobs
from fts_client.errors import FTSConnectionError, FTSResponseError, ServerError
from fts_client.procedures.arguments import several_job_ids
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from airflow.sdk import Context

__all__ = ["FTSJobSensor"]


class FTSJobSensor(WaitsForJobs, BaseSensorOperator):
    """Wait until jobs have ended; fail, naming the files, when some were not transferred.

    Args:
        job_ids: The jobs, or one job; of several that hold the same file the last one decides. Templated.
        fts_conn_id: The connection. Templated.
        deferrable: False: it pokes, as `mode` says.
        poke_interval: Time, or seconds, between two requests about a job.
        end_from_trigger: As for `FTSTransferOperator`.
        kwargs: As for every sensor, for instance `timeout` and `soft_fail`.

    Returns:
        `job_ids`.
    """

    template_fields: Collection[str] = ("job_ids", "fts_conn_id")
    ui_color = "#d5e8f4"

    def __init__(
        self,
        *,
        job_ids: Sequence[str] | str,
        fts_conn_id: str = FTSHook.default_conn_name,
        deferrable: bool = True,
        poke_interval: timedelta | float = 30.0,
        end_from_trigger: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(poke_interval=poke_interval, **kwargs)
        self.job_ids = job_ids
        self.fts_conn_id = fts_conn_id
        self.deferrable = deferrable
        self.poll_s = self.poke_interval
        self.end_from_trigger = end_from_trigger

    def execute(self, context: Context) -> Any:
        """Wait in the triggerer, or poke."""
        ids = self._ids()
        if self.deferrable:
            return self.wait(
                context, ids, result={"job_ids": ids}, timeout=timedelta(seconds=self.timeout)
            )
        super().execute(context)
        return {"job_ids": ids}

    def poke(self, context: Context) -> bool:
        """Say whether the jobs have ended; False, with a warning, while the server is away.

        Raises:
            AirflowException: Files were not transferred; names them.
            FTSError: The server refuses us, or the credential cannot be used.
        """
        ids = self._ids()
        with FTSHook(self.fts_conn_id).access().session() as fts:
            try:
                answer = fts.get_jobs(ids)
            except (FTSConnectionError, FTSResponseError, ServerError) as error:
                self.log.warning("%d jobs wait for an answer: %s", len(ids), error)
                return False
        shown = all(failure.http_status.startswith("4") for failure in answer.failures)
        if not shown or not all(is_terminal(job.job_state) for job in answer):
            return False
        unfinished = [*answer.failures, *(job for job in answer if job.job_state != "FINISHED")]
        self.resume(context, {"unfinished": unfinished}, job_ids=ids, result={}, refused=[])
        return True

    def _ids(self) -> list[str]:
        given = self.job_ids
        return several_job_ids([given] if isinstance(given, str) else given)
