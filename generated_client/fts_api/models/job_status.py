from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.file_selection import FileSelection
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="JobStatus")


@_attrs_define(repr=False)
class JobStatus(Model):
    """A job that was asked for by id."""

    job_id: str
    """ Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids. """
    job_state: str
    """ State of a job. Terminal: FINISHED, FINISHEDDIRTY (some files failed), FAILED, CANCELED. More
    states may come: an unknown one is not terminal. """
    job_type: None | str
    """ N plain, Y session reuse, H multihop, R multi-replica (one file with several pairs); null in rows of
    old servers. """
    source_se: None | str
    """ Storage of the sources, null when the files differ; of multihop jobs that of the first source. """
    dest_se: None | str
    """ Storage of the destinations, null when the files differ; of multihop jobs that of the last
    destination. """
    user_dn: str
    """ DN of the owner; the subject of a token. """
    cred_id: str
    """ Names the caller's delegated credential: the first 16 hexadecimal digits of the SHA-1 of the
    user's DN followed by all FQANs (tokens: issuer followed by subject). """
    vo_name: str
    """ VO that owns the job; the owner's delegation id when there was none (virtual VO). """
    submit_time: str
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    job_finished: None | str
    """ When the job became terminal, UTC; null before. """
    submit_host: None | str
    """ REST host that took the job. """
    reason: None | str
    """ Why the job failed or was canceled; null when there is nothing to say. """
    cancel_job: bool
    """ The job was canceled by a user. """
    priority: int | None
    """ Priority, from 1 (low) to 5 (high) at submission; any number after a change. """
    retry: int | None
    """ Number of retries; 0 and null mean what the server is set to, negative means none. """
    retry_delay: int | None
    """ Seconds between retries. """
    max_time_in_queue: int | None
    """ When the job leaves the queue, seconds since 1970 UTC; null means never. Submitted as hours. """
    internal_job_params: None | str
    """ Parameters for the transfer daemon, `nostreams:4,timeout:3600,buffersize:1048576,strict,ipv6`
    (streams, seconds, bytes); null when none were given. """
    overwrite_flag: bool | None | str
    """ Y always, R on retry, M intermediate hops, D when only on disk, Q both of these; null means never.
    Servers of 2020 send a boolean. """
    verify_checksum: None | str
    """ s at the source, t at the target, b both, n not at all. """
    copy_pin_lifetime: int | None
    """ Seconds for which the staged source stays on disk; -1 is off. """
    bring_online: int | None
    """ Seconds within which the source must be staged from tape; -1 and 0 are off. """
    job_metadata: MetadataObject | None | str
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    http_status: str
    """ `200 Ok` (with a small k). """
    dst_file_report: bool | Unset = UNSET
    """ A destination that exists already is reported about. """
    source_spacetoken: None | str | Unset = UNSET
    """ Space token of the source; null for jobs submitted to 3.13, which loses it. """
    destination_spacetoken: None | str | Unset = UNSET
    """ Space token of the destination; null for jobs submitted to 3.13, which loses it. """
    archive_timeout: int | None | Unset = UNSET
    """ Seconds to wait for the destination to be on tape; -1 is off. """
    target_qos: None | str | Unset = UNSET
    """ Quality of service to move the file to; null when none was asked for. """
    os_project_id: None | str | Unset = UNSET
    """ Project of an object store; null when there is none. """
    space_token: None | str | Unset = UNSET
    """ Space token of the destination, in answers of old servers. """
    source_space_token: None | str | Unset = UNSET
    """ Space token of the source, in answers of old servers. """
    files: list[FileSelection] | Unset = UNSET
    """ The fields of each file that `files` asked for; absent without it. """
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

        retry_delay = self.retry_delay

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

        http_status = self.http_status

        dst_file_report = self.dst_file_report

        source_spacetoken = self.source_spacetoken

        destination_spacetoken = self.destination_spacetoken

        archive_timeout = self.archive_timeout

        target_qos = self.target_qos

        os_project_id = self.os_project_id

        space_token = self.space_token

        source_space_token = self.source_space_token

        files: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.files, Unset):
            files = []
            for files_item_data in self.files:
                files_item = files_item_data.to_dict()
                files.append(files_item)

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
                "retry_delay": retry_delay,
                "max_time_in_queue": max_time_in_queue,
                "internal_job_params": internal_job_params,
                "overwrite_flag": overwrite_flag,
                "verify_checksum": verify_checksum,
                "copy_pin_lifetime": copy_pin_lifetime,
                "bring_online": bring_online,
                "job_metadata": job_metadata,
                "http_status": http_status,
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
        if os_project_id is not UNSET:
            field_dict["os_project_id"] = os_project_id
        if space_token is not UNSET:
            field_dict["space_token"] = space_token
        if source_space_token is not UNSET:
            field_dict["source_space_token"] = source_space_token
        if files is not UNSET:
            field_dict["files"] = files

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.file_selection import FileSelection  # noqa: PLC0415
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

        retry_delay = d.pop("retry_delay")

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

        http_status = d.pop("http_status")

        dst_file_report = d.pop("dst_file_report", UNSET)

        source_spacetoken = d.pop("source_spacetoken", UNSET)

        destination_spacetoken = d.pop("destination_spacetoken", UNSET)

        archive_timeout = d.pop("archive_timeout", UNSET)

        target_qos = d.pop("target_qos", UNSET)

        os_project_id = d.pop("os_project_id", UNSET)

        space_token = d.pop("space_token", UNSET)

        source_space_token = d.pop("source_space_token", UNSET)

        _files = d.pop("files", UNSET)
        files: list[FileSelection] | Unset = UNSET
        if _files is not UNSET:
            files = []
            for files_item_data in _files:
                files_item = FileSelection.from_dict(files_item_data)

                files.append(files_item)

        job_status = cls(
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
            retry_delay=retry_delay,
            max_time_in_queue=max_time_in_queue,
            internal_job_params=internal_job_params,
            overwrite_flag=overwrite_flag,
            verify_checksum=verify_checksum,
            copy_pin_lifetime=copy_pin_lifetime,
            bring_online=bring_online,
            job_metadata=job_metadata,
            http_status=http_status,
            dst_file_report=dst_file_report,
            source_spacetoken=source_spacetoken,
            destination_spacetoken=destination_spacetoken,
            archive_timeout=archive_timeout,
            target_qos=target_qos,
            os_project_id=os_project_id,
            space_token=space_token,
            source_space_token=source_space_token,
            files=files,
        )

        job_status.additional_properties = d
        return job_status
