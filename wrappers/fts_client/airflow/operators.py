"""Operators: transfer files, and keep the delegated proxy alive."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
from airflow.sdk import BaseOperator, BaseOperatorLink, ObjectStoragePath
from airflow.sdk.execution_time.xcom import XCom

from fts_client.airflow.hook import FTSHook
from fts_client.airflow.task_jobs import TaskJobs
from fts_client.airflow.triggers import seconds_of_pause
from fts_client.airflow.waiting import WaitsForJobs
from fts_client.errors import CredentialError, FTSUsageError
from fts_client.jobs import UNSET, JobParams, Transfer
from fts_client.jobs.reading import decoded
from fts_client.jobs.transfer_files import FORMATS, TransferLines, make_transfer
from fts_client.procedures.arguments import expect

if TYPE_CHECKING:
    from collections.abc import Collection

    from airflow.sdk import Context
    from airflow.sdk.types import TaskInstanceKey

__all__ = ["FTSDelegationOperator", "FTSJobLink", "FTSTransferOperator"]

Entry = Transfer | Mapping[str, Any] | Sequence[str]
Transfers = Iterable[Entry] | Callable[["Context"], Iterable[Entry]] | str


class FTSJobLink(BaseOperatorLink):
    """A button of the task: the last job in the web monitor of FTS."""

    name = "FTS job"
    xcom_key = "job_page"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:  # noqa: ARG002 - the signature of Airflow
        """Give what the task has pushed; "" before it has submitted."""
        return XCom.get_value(ti_key=ti_key, key=self.xcom_key) or ""


class FTSTransferOperator(WaitsForJobs, BaseOperator):
    """Transfer files, each exactly once, and wait in the triggerer until that is done.

    FTS is asked for what the task has submitted before, in an earlier try or run; only what is missing is submitted. So a task may
    be retried, cleared, killed at any time, or run twice.

    Args:
        transfers: What to transfer. A list of `Transfer`, of mappings such as `{"source": ..., "destination": ..., "checksum": ...}`,
            or of pairs (source, destination); a function that is called with the context of the task and returns such a list; or the
            URL of a CSV or JSON Lines file, in the format of `fts submit`, on any storage that Airflow can read. Templated.
        fts_conn_id: The connection. Templated.
        job_params: Parameters of every job, a `JobParams` or a mapping. Templated.
        files_per_job: Transfers in one job at most.
        campaign: Names the work, so that other tasks, or other runs of the dag, with the same name submit nothing again that one of
            them has submitted. None: named after dag, run, task and map index. Templated.
        retry_failed: Whether a further try, or a run after "Clear", submits the failed files again, and nothing else. False: it
            fails as before.
        wait_for_completion: False: the task ends when all jobs are submitted.
        deferrable: False: a worker waits, instead of the triggerer.
        poll_s: Seconds between two requests about a job.
        end_from_trigger: Whether a task whose jobs have finished well ends in the triggerer, which saves the start of a worker.
            Airflow calls no listeners for such a task.

    Returns (as `return_value`; `job_ids` and `job_page` are pushed as soon as the jobs are submitted):
        `job_ids`; `files`, how many the task has; `new_jobs`, how many jobs this try has submitted.
    """

    template_fields: Collection[str] = ("transfers", "fts_conn_id", "job_params", "campaign")
    template_fields_renderers: ClassVar[dict[str, str]] = {"job_params": "json"}
    operator_extra_links: Collection[BaseOperatorLink] = (FTSJobLink(),)
    ui_color = "#d5e8f4"

    def __init__(
        self,
        *,
        transfers: Transfers,
        fts_conn_id: str = FTSHook.default_conn_name,
        job_params: JobParams | Mapping[str, Any] | None = None,
        files_per_job: int = 200,
        campaign: str | None = None,
        retry_failed: bool = True,
        wait_for_completion: bool = True,
        deferrable: bool = True,
        poll_s: float = 30.0,
        end_from_trigger: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.transfers = transfers
        self.fts_conn_id = fts_conn_id
        self.job_params = job_params
        self.files_per_job = files_per_job
        self.campaign = campaign
        self.retry_failed = retry_failed
        self.wait_for_completion = wait_for_completion
        self.deferrable = deferrable
        self.poll_s = poll_s
        self.end_from_trigger = end_from_trigger

    def execute(self, context: Context) -> dict[str, Any]:
        """Submit what is missing, then wait.

        Raises:
            FTSError: The server cannot be reached, refuses us, or an argument is invalid.
            AirflowException: Files were not transferred; names them.
        """
        # Before anything is submitted.
        seconds_of_pause(self.poll_s)
        ti = context["ti"]
        transfers = list(_transfers(self.transfers, context))
        names = {name: getattr(ti, name) for name in ("dag_id", "run_id", "task_id", "map_index")}
        key = [self.campaign, ti.map_index] if self.campaign else list(names.values())
        access = FTSHook(self.fts_conn_id).access()
        with access.session() as fts:
            submitted = TaskJobs(fts, json.dumps(key)).submit(
                transfers,
                params=_params(self.job_params, names),
                files_per_job=self.files_per_job,
                retry_failed=self.retry_failed,
            )
        job_ids = submitted.job_ids
        self.log.info("%d of %d jobs are new: %s", submitted.new, len(job_ids), job_ids)
        ti.xcom_push(key="job_ids", value=job_ids)
        if job_ids:
            ti.xcom_push(key=FTSJobLink.xcom_key, value=access.job_page(job_ids[-1]))
        result = {"job_ids": job_ids, "files": len(transfers), "new_jobs": submitted.new}
        waited_for = job_ids if self.wait_for_completion else []
        return self.wait(context, waited_for, result=result, refused=submitted.refused)


def _transfers(given: Transfers, context: Context) -> Iterable[Transfer]:
    if isinstance(given, str):
        path = ObjectStoragePath(given)
        form = FORMATS.get(path.suffix.lower())
        if form not in {"csv", "jsonl"}:
            raise FTSUsageError(
                f"Expected transfers, or a file whose name ends in .csv or .jsonl, got {given!r}"
            )
        return TransferLines(given, form, {}, decoded(path.read_bytes(), given))
    entries = given(context) if callable(given) else given
    expect(entries, Iterable, "A list of transfers")
    return (_transfer(entry, f"transfers[{n}]") for n, entry in enumerate(entries))


def _transfer(entry: object, where: str) -> Transfer:
    if isinstance(entry, Transfer):
        return entry
    if isinstance(entry, Mapping):
        return make_transfer(entry, {}, where)
    if isinstance(entry, str) or not isinstance(entry, Sequence) or len(entry) != 2:  # noqa: PLR2004 - a pair
        # Not shown: it may hold a token.
        raise FTSUsageError(
            f"{where}: expected a Transfer, a mapping or a pair, got another {type(entry).__name__}"
        )
    return Transfer(*entry)


def _params(given: JobParams | Mapping[str, Any] | None, names: dict[str, Any]) -> JobParams:
    params = given if isinstance(given, JobParams) else JobParams(**(given or {}))
    if params.job_metadata is not UNSET:
        return params
    return attrs.evolve(params, job_metadata={"airflow": names})


class FTSDelegationOperator(BaseOperator):
    """Renew the proxy that FTS holds for us, for transfers that take days; run it every few hours.

    Args:
        fts_conn_id: The connection. Templated.
        min_left: Renew when less than this is left.
        lifetime: How long the new one should last; it cannot outlive our own proxy.

    Returns:
        `delegation_id` and `expires_at`; "" and None with a token, when there is nothing to delegate.
    """

    template_fields: Collection[str] = ("fts_conn_id",)
    ui_color = "#d5e8f4"

    def __init__(
        self,
        *,
        fts_conn_id: str = FTSHook.default_conn_name,
        min_left: timedelta = timedelta(hours=6),
        lifetime: timedelta = timedelta(hours=24),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fts_conn_id = fts_conn_id
        self.min_left = min_left
        self.lifetime = lifetime

    def execute(self, context: Context) -> dict[str, Any]:  # noqa: ARG002 - the signature of Airflow
        """Renew the delegated proxy if needed.

        Raises:
            CredentialError: Our own proxy ends within `min_left`, so that FTS cannot get a longer one.
            FTSError: The server cannot be reached, or does not accept us.
        """
        with FTSHook(self.fts_conn_id).access().session() as fts:
            info = fts.ensure_delegation(min_left=self.min_left, lifetime=self.lifetime)
            left = info.time_left()
            if left is not None and left < self.min_left:
                raise CredentialError(
                    f"The proxy on this worker ends in {left}, and with it what {fts.endpoint} can do for us",
                    remedy="Renew the proxy: tasks that wait go on, and failed ones can be run again.",
                )
        return {
            "delegation_id": info.delegation_id,
            "expires_at": info.expires_at and info.expires_at.isoformat(),
        }
