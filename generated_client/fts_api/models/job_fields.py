from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="JobFields")


@_attrs_define(repr=False)
class JobFields(Model):
    """The fields of a job, of which an answer with a selection has some."""

    job_id: str | Unset = UNSET
    """ Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids. """
    job_state: str | Unset = UNSET
    """ State of a job. Terminal: FINISHED, FINISHEDDIRTY (some files failed), FAILED, CANCELED. More
    states may come: an unknown one is not terminal. """
    job_type: None | str | Unset = UNSET
    """ N plain, Y session reuse, H multihop, R multi-replica (one file with several pairs); null in rows of
    old servers. """
    source_se: None | str | Unset = UNSET
    """ Storage of the sources, null when the files differ; of multihop jobs that of the first source. """
    dest_se: None | str | Unset = UNSET
    """ Storage of the destinations, null when the files differ; of multihop jobs that of the last
    destination. """
    user_dn: str | Unset = UNSET
    """ DN of the owner; the subject of a token. """
    cred_id: str | Unset = UNSET
    """ Names the caller's delegated credential: the first 16 hexadecimal digits of the SHA-1 of the
    user's DN followed by all FQANs (tokens: issuer followed by subject). """
    vo_name: str | Unset = UNSET
    """ VO that owns the job; the owner's delegation id when there was none (virtual VO). """
    submit_time: str | Unset = UNSET
    """ A time in UTC, `YYYY-MM-DDTHH:MM:SS`, without offset and fraction. """
    job_finished: None | str | Unset = UNSET
    """ When the job became terminal, UTC; null before. """
    submit_host: None | str | Unset = UNSET
    """ REST host that took the job. """
    reason: None | str | Unset = UNSET
    """ Why the job failed or was canceled; null when there is nothing to say. """
    cancel_job: bool | Unset = UNSET
    """ The job was canceled by a user. """
    dst_file_report: bool | Unset = UNSET
    """ A destination that exists already is reported about. """
    priority: int | None | Unset = UNSET
    """ Priority, from 1 (low) to 5 (high) at submission; any number after a change. """
    retry: int | None | Unset = UNSET
    """ Number of retries; 0 and null mean what the server is set to, negative means none. """
    retry_delay: int | None | Unset = UNSET
    """ Seconds between retries. """
    max_time_in_queue: int | None | Unset = UNSET
    """ When the job leaves the queue, seconds since 1970 UTC; null means never. Submitted as hours. """
    internal_job_params: None | str | Unset = UNSET
    """ Parameters for the transfer daemon, `nostreams:4,timeout:3600,buffersize:1048576,strict,ipv6`
    (streams, seconds, bytes); null when none were given. """
    overwrite_flag: bool | None | str | Unset = UNSET
    """ Y always, R on retry, M intermediate hops, D when only on disk, Q both of these; null means never.
    Servers of 2020 send a boolean. """
    verify_checksum: None | str | Unset = UNSET
    """ s at the source, t at the target, b both, n not at all. """
    source_spacetoken: None | str | Unset = UNSET
    """ Space token of the source; null for jobs submitted to 3.13, which loses it. """
    destination_spacetoken: None | str | Unset = UNSET
    """ Space token of the destination; null for jobs submitted to 3.13, which loses it. """
    copy_pin_lifetime: int | None | Unset = UNSET
    """ Seconds for which the staged source stays on disk; -1 is off. """
    bring_online: int | None | Unset = UNSET
    """ Seconds within which the source must be staged from tape; -1 and 0 are off. """
    archive_timeout: int | None | Unset = UNSET
    """ Seconds to wait for the destination to be on tape; -1 is off. """
    target_qos: None | str | Unset = UNSET
    """ Quality of service to move the file to; null when none was asked for. """
    os_project_id: None | str | Unset = UNSET
    """ Project of an object store; null when there is none. """
    job_metadata: MetadataObject | None | str | Unset = UNSET
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    space_token: None | str | Unset = UNSET
    """ Space token of the destination, in answers of old servers. """
    source_space_token: None | str | Unset = UNSET
    """ Space token of the source, in answers of old servers. """
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

        dst_file_report = self.dst_file_report

        priority = self.priority

        retry = self.retry

        retry_delay = self.retry_delay

        max_time_in_queue = self.max_time_in_queue

        internal_job_params = self.internal_job_params

        overwrite_flag = self.overwrite_flag

        verify_checksum = self.verify_checksum

        source_spacetoken = self.source_spacetoken

        destination_spacetoken = self.destination_spacetoken

        copy_pin_lifetime = self.copy_pin_lifetime

        bring_online = self.bring_online

        archive_timeout = self.archive_timeout

        target_qos = self.target_qos

        os_project_id = self.os_project_id

        job_metadata: dict[str, Any] | None | str | Unset
        if isinstance(self.job_metadata, Unset):
            job_metadata = UNSET
        elif isinstance(self.job_metadata, MetadataObject):
            job_metadata = self.job_metadata.to_dict()
        else:
            job_metadata = self.job_metadata

        space_token = self.space_token

        source_space_token = self.source_space_token

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if job_id is not UNSET:
            field_dict["job_id"] = job_id
        if job_state is not UNSET:
            field_dict["job_state"] = job_state
        if job_type is not UNSET:
            field_dict["job_type"] = job_type
        if source_se is not UNSET:
            field_dict["source_se"] = source_se
        if dest_se is not UNSET:
            field_dict["dest_se"] = dest_se
        if user_dn is not UNSET:
            field_dict["user_dn"] = user_dn
        if cred_id is not UNSET:
            field_dict["cred_id"] = cred_id
        if vo_name is not UNSET:
            field_dict["vo_name"] = vo_name
        if submit_time is not UNSET:
            field_dict["submit_time"] = submit_time
        if job_finished is not UNSET:
            field_dict["job_finished"] = job_finished
        if submit_host is not UNSET:
            field_dict["submit_host"] = submit_host
        if reason is not UNSET:
            field_dict["reason"] = reason
        if cancel_job is not UNSET:
            field_dict["cancel_job"] = cancel_job
        if dst_file_report is not UNSET:
            field_dict["dst_file_report"] = dst_file_report
        if priority is not UNSET:
            field_dict["priority"] = priority
        if retry is not UNSET:
            field_dict["retry"] = retry
        if retry_delay is not UNSET:
            field_dict["retry_delay"] = retry_delay
        if max_time_in_queue is not UNSET:
            field_dict["max_time_in_queue"] = max_time_in_queue
        if internal_job_params is not UNSET:
            field_dict["internal_job_params"] = internal_job_params
        if overwrite_flag is not UNSET:
            field_dict["overwrite_flag"] = overwrite_flag
        if verify_checksum is not UNSET:
            field_dict["verify_checksum"] = verify_checksum
        if source_spacetoken is not UNSET:
            field_dict["source_spacetoken"] = source_spacetoken
        if destination_spacetoken is not UNSET:
            field_dict["destination_spacetoken"] = destination_spacetoken
        if copy_pin_lifetime is not UNSET:
            field_dict["copy_pin_lifetime"] = copy_pin_lifetime
        if bring_online is not UNSET:
            field_dict["bring_online"] = bring_online
        if archive_timeout is not UNSET:
            field_dict["archive_timeout"] = archive_timeout
        if target_qos is not UNSET:
            field_dict["target_qos"] = target_qos
        if os_project_id is not UNSET:
            field_dict["os_project_id"] = os_project_id
        if job_metadata is not UNSET:
            field_dict["job_metadata"] = job_metadata
        if space_token is not UNSET:
            field_dict["space_token"] = space_token
        if source_space_token is not UNSET:
            field_dict["source_space_token"] = source_space_token

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        d = dict(src_dict)
        job_id = d.pop("job_id", UNSET)

        job_state = d.pop("job_state", UNSET)

        job_type = d.pop("job_type", UNSET)

        source_se = d.pop("source_se", UNSET)

        dest_se = d.pop("dest_se", UNSET)

        user_dn = d.pop("user_dn", UNSET)

        cred_id = d.pop("cred_id", UNSET)

        vo_name = d.pop("vo_name", UNSET)

        submit_time = d.pop("submit_time", UNSET)

        job_finished = d.pop("job_finished", UNSET)

        submit_host = d.pop("submit_host", UNSET)

        reason = d.pop("reason", UNSET)

        cancel_job = d.pop("cancel_job", UNSET)

        dst_file_report = d.pop("dst_file_report", UNSET)

        priority = d.pop("priority", UNSET)

        retry = d.pop("retry", UNSET)

        retry_delay = d.pop("retry_delay", UNSET)

        max_time_in_queue = d.pop("max_time_in_queue", UNSET)

        internal_job_params = d.pop("internal_job_params", UNSET)

        overwrite_flag = d.pop("overwrite_flag", UNSET)

        verify_checksum = d.pop("verify_checksum", UNSET)

        source_spacetoken = d.pop("source_spacetoken", UNSET)

        destination_spacetoken = d.pop("destination_spacetoken", UNSET)

        copy_pin_lifetime = d.pop("copy_pin_lifetime", UNSET)

        bring_online = d.pop("bring_online", UNSET)

        archive_timeout = d.pop("archive_timeout", UNSET)

        target_qos = d.pop("target_qos", UNSET)

        os_project_id = d.pop("os_project_id", UNSET)

        def _parse_job_metadata(data: object) -> MetadataObject | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_metadata_type_0 = MetadataObject.from_dict(data)

                return componentsschemas_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MetadataObject | None | str | Unset", data)

        job_metadata = _parse_job_metadata(d.pop("job_metadata", UNSET))

        space_token = d.pop("space_token", UNSET)

        source_space_token = d.pop("source_space_token", UNSET)

        job_fields = cls(
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
            dst_file_report=dst_file_report,
            priority=priority,
            retry=retry,
            retry_delay=retry_delay,
            max_time_in_queue=max_time_in_queue,
            internal_job_params=internal_job_params,
            overwrite_flag=overwrite_flag,
            verify_checksum=verify_checksum,
            source_spacetoken=source_spacetoken,
            destination_spacetoken=destination_spacetoken,
            copy_pin_lifetime=copy_pin_lifetime,
            bring_online=bring_online,
            archive_timeout=archive_timeout,
            target_qos=target_qos,
            os_project_id=os_project_id,
            job_metadata=job_metadata,
            space_token=space_token,
            source_space_token=source_space_token,
        )

        job_fields.additional_properties = d
        return job_fields
