"""How tasks wait for jobs, in the triggerer or in a worker, and how they end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflow.sdk.exceptions import AirflowException

from fts_client.airflow.hook import FTSHook
from fts_client.airflow.task_jobs import FileFailure, failures_of, look_up
from fts_client.airflow.triggers import FTSJobTrigger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from airflow.sdk import BaseOperator as Base
    from airflow.sdk import Context
else:
    # Operators and sensors bring their own base, whose constructors Airflow wraps.
    Base = object

_NAMED: Final = 20
_A_YEAR_S: Final = 365 * 86_400


class WaitsForJobs(Base):
    """A task that waits for jobs.

    Attributes:
        fts_conn_id: The connection.
        deferrable: Whether it waits in the triggerer.
        poll_s: Seconds between two requests about a job.
        end_from_trigger: Whether the triggerer may end the task.
    """

    fts_conn_id: str
    deferrable: bool
    poll_s: float
    end_from_trigger: bool

    def wait(
        self,
        context: Context,
        job_ids: Sequence[str],
        *,
        result: dict[str, Any],
        refused: Sequence[FileFailure] = (),
        timeout: timedelta | None = None,
    ) -> dict[str, Any]:
        """Wait until jobs have ended.

        Args:
            context: That of the task.
            job_ids: The jobs, oldest first.
            result: What the task returns.
            refused: Transfers that are in no job; the task fails when the others have ended.
            timeout: How long the task may wait; None: as long as its `execution_timeout` says.

        Raises:
            AirflowException: Files were not transferred; names them.
            FTSError: The server cannot be asked.
        """
        timeout = self.execution_timeout if timeout is None else timeout
        kept: dict[str, Any] = {
            "job_ids": list(job_ids),
            "result": result,
            "refused": [[one.source, one.destination, one.reason] for one in refused],
        }
        if job_ids and self.deferrable:
            trigger = FTSJobTrigger(
                fts_conn_id=self.fts_conn_id,
                job_ids=job_ids,
                poll_s=self.poll_s,
                end_task=self.end_from_trigger and not refused,
            )
            if trigger.end_task:
                # Airflow would serialize what a trigger pushes in another way.
                context["ti"].xcom_push(key="return_value", value=result)
            self.defer(trigger=trigger, method_name="resume", kwargs=kept, timeout=timeout)
        if job_ids:
            timeout_s = _A_YEAR_S if timeout is None else timeout.total_seconds()
            with FTSHook(self.fts_conn_id).access().session() as fts:
                for _ in fts.watch_jobs(job_ids, timeout_s=timeout_s, poll_s=self.poll_s):
                    pass
        return self.resume(context, {"unfinished": job_ids}, **kept)

    def resume(
        self,
        context: Context,  # noqa: ARG002 - the signature of Airflow
        event: dict[str, Any],
        *,
        job_ids: list[str],
        result: dict[str, Any],
        refused: list[list[str]],
    ) -> dict[str, Any]:
        """Go on when all jobs have ended; `event` says in `unfinished` which of them may not have finished well.

        Raises:
            AirflowException: Files were not transferred; names them.
            FTSError: The server cannot be asked.
        """
        failures = [FileFailure(*one) for one in refused]
        if event["unfinished"]:
            with FTSHook(self.fts_conn_id).access().session() as fts:
                records = list(look_up(fts, job_ids))
            failures += failures_of(record for record in records if record)
            failures += [
                FileFailure(f"job {job_id}", "?", "FTS does not know this job any more")
                for job_id, record in zip(job_ids, records, strict=True)
                if record is None
            ]
        if not failures:
            return result
        for one in failures:
            self.log.error("%s -> %s: %s", one.source, one.destination, one.reason)
        named = [f"{one.source} -> {one.destination}: {one.reason}" for one in failures[:_NAMED]]
        more = [f"and {len(failures) - _NAMED} more, in the log"] if len(failures) > _NAMED else []
        count = "1 file was" if len(failures) == 1 else f"{len(failures)} files were"
        raise AirflowException("\n".join([f"{count} not transferred:", *named, *more]))
