from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.archived_file import ArchivedFile
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="ArchivedJob")


@_attrs_define(repr=False)
class ArchivedJob(Model):
    """A job in the archive: as `Job`, but without `retry_delay`, `os_project_id` and the `http_` fields,
    and always with its files.

    """

    job_id: str
    """ Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids. """
    job_state: str
    """ State of a job. Terminal: FINISHED, FINISHEDDIRTY (some files failed), FAILED, CANCELED. More
    states may come: an unknown one is not terminal. """
    job_type: None | str
    """ N normal, Y session reuse, H multihop, R several replicas; null in old rows. """
    source_se: None | str
    """ Source storage; null when the files differ. """
    dest_se: None | str
    """ Destination storage; null when the files differ. """
    user_dn: str
    """ DN of the owner. """
    cred_id: str
    """ Delegation id of the owner. """
    vo_name: str
    """ VO of the job; the delegation id for a proxy without VOMS attributes. """
    submit_time: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    job_finished: None | str
    """ When it ended; null is possible in old rows only. """
    submit_host: None | str
    """ Server that took the submission. """
    reason: None | str
    """ Why it failed. """
    cancel_job: bool
    """ True when it was canceled by id. """
    priority: int | None
    """ Priority, 1 (low) to 5 at submission; any number after a change. """
    retry: int | None
    """ Number of retries asked for; 0 and null the server's default, negative none. """
    max_time_in_queue: int | None
    """ Unix time, in seconds, until which the job might wait; null for ever. """
    internal_job_params: None | str
    """ Parameters of the copies, such as `nostreams:4,timeout:3600` (seconds). """
    overwrite_flag: None | str
    """ Y yes, R on retry, M intermediate hops, D when only on disk, Q = M and D; null no. """
    verify_checksum: None | str
    """ s source, t target, b both, n none. """
    copy_pin_lifetime: int | None
    """ Pin lifetime of a recalled file, in seconds; -1 for no recall. """
    bring_online: int | None
    """ Time allowed for the recall from tape, in seconds; -1 for no recall. """
    job_metadata: MetadataObject | None | str
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    files: list[ArchivedFile]
    """ All files of the job. """
    dst_file_report: bool | Unset = UNSET
    """ True when details of a destination file that exists were asked for. """
    source_spacetoken: None | str | Unset = UNSET
    """ Space token at the source. """
    destination_spacetoken: None | str | Unset = UNSET
    """ Space token at the destination. """
    archive_timeout: int | None | Unset = UNSET
    """ Time allowed for the copy to tape, in seconds; -1 for no wait. """
    target_qos: None | str | Unset = UNSET
    """ Quality of service that was asked for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        job_id = self.job_id

        job_state = self.job_state

        job_type = self.job_type

        source_se = self.source_se

        dest_se = self.dest_se

        user_dn = self.user_dn

        cred_id = self.cred_id

        vo_name = self.vo_name

        submit_time = self.submit_time

        job_finished = self.job_finished

        submit_host = self.submit_host

        reason = self.reason

        cancel_job = self.cancel_job

        priority = self.priority

        retry = self.retry

        max_time_in_queue = self.max_time_in_queue

        internal_job_params = self.internal_job_params

        overwrite_flag = self.overwrite_flag

        verify_checksum = self.verify_checksum

        copy_pin_lifetime = self.copy_pin_lifetime

        bring_online = self.bring_online

        job_metadata: dict[str, Any] | None | str
        if isinstance(self.job_metadata, MetadataObject):
            job_metadata = self.job_metadata.to_dict()
        else:
            job_metadata = self.job_metadata

        files = []
        for files_item_data in self.files:
            files_item = files_item_data.to_dict()
            files.append(files_item)

        dst_file_report = self.dst_file_report

        source_spacetoken = self.source_spacetoken

        destination_spacetoken = self.destination_spacetoken

        archive_timeout = self.archive_timeout

        target_qos = self.target_qos

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "job_id": job_id,
                "job_state": job_state,
                "job_type": job_type,
                "source_se": source_se,
                "dest_se": dest_se,
                "user_dn": user_dn,
                "cred_id": cred_id,
                "vo_name": vo_name,
                "submit_time": submit_time,
                "job_finished": job_finished,
                "submit_host": submit_host,
                "reason": reason,
                "cancel_job": cancel_job,
                "priority": priority,
                "retry": retry,
                "max_time_in_queue": max_time_in_queue,
                "internal_job_params": internal_job_params,
                "overwrite_flag": overwrite_flag,
                "verify_checksum": verify_checksum,
                "copy_pin_lifetime": copy_pin_lifetime,
                "bring_online": bring_online,
                "job_metadata": job_metadata,
                "files": files,
            }
        )
        if dst_file_report is not UNSET:
            field_dict["dst_file_report"] = dst_file_report
        if source_spacetoken is not UNSET:
            field_dict["source_spacetoken"] = source_spacetoken
        if destination_spacetoken is not UNSET:
            field_dict["destination_spacetoken"] = destination_spacetoken
        if archive_timeout is not UNSET:
            field_dict["archive_timeout"] = archive_timeout
        if target_qos is not UNSET:
            field_dict["target_qos"] = target_qos

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.archived_file import ArchivedFile  # noqa: PLC0415
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        d = dict(src_dict)
        job_id = d.pop("job_id")

        job_state = d.pop("job_state")

        job_type = d.pop("job_type")

        source_se = d.pop("source_se")

        dest_se = d.pop("dest_se")

        user_dn = d.pop("user_dn")

        cred_id = d.pop("cred_id")

        vo_name = d.pop("vo_name")

        submit_time = d.pop("submit_time")

        job_finished = d.pop("job_finished")

        submit_host = d.pop("submit_host")

        reason = d.pop("reason")

        cancel_job = d.pop("cancel_job")

        priority = d.pop("priority")

        retry = d.pop("retry")

        max_time_in_queue = d.pop("max_time_in_queue")

        internal_job_params = d.pop("internal_job_params")

        overwrite_flag = d.pop("overwrite_flag")

        verify_checksum = d.pop("verify_checksum")

        copy_pin_lifetime = d.pop("copy_pin_lifetime")

        bring_online = d.pop("bring_online")

        def _parse_job_metadata(data: object) -> MetadataObject | None | str:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_metadata_type_0 = MetadataObject.from_dict(data)

                return componentsschemas_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MetadataObject | None | str", data)

        job_metadata = _parse_job_metadata(d.pop("job_metadata"))

        files = []
        _files = d.pop("files")
        for files_item_data in _files:
            files_item = ArchivedFile.from_dict(files_item_data)

            files.append(files_item)

        dst_file_report = d.pop("dst_file_report", UNSET)

        source_spacetoken = d.pop("source_spacetoken", UNSET)

        destination_spacetoken = d.pop("destination_spacetoken", UNSET)

        archive_timeout = d.pop("archive_timeout", UNSET)

        target_qos = d.pop("target_qos", UNSET)

        archived_job = cls(
            job_id=job_id,
            job_state=job_state,
            job_type=job_type,
            source_se=source_se,
            dest_se=dest_se,
            user_dn=user_dn,
            cred_id=cred_id,
            vo_name=vo_name,
            submit_time=submit_time,
            job_finished=job_finished,
            submit_host=submit_host,
            reason=reason,
            cancel_job=cancel_job,
            priority=priority,
            retry=retry,
            max_time_in_queue=max_time_in_queue,
            internal_job_params=internal_job_params,
            overwrite_flag=overwrite_flag,
            verify_checksum=verify_checksum,
            copy_pin_lifetime=copy_pin_lifetime,
            bring_online=bring_online,
            job_metadata=job_metadata,
            files=files,
            dst_file_report=dst_file_report,
            source_spacetoken=source_spacetoken,
            destination_spacetoken=destination_spacetoken,
            archive_timeout=archive_timeout,
            target_qos=target_qos,
        )

        archived_job.additional_properties = d
        return archived_job
