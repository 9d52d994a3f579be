from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.checksum_mode import ChecksumMode, check_checksum_mode
from ..models.id_generator import IdGenerator, check_id_generator
from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="SubmissionParams")


@_attrs_define(repr=False)
class SubmissionParams(Model):
    """Parameters of a job. null means the default. For token callers the object must be there, if empty:
    without it the server crashes.

    """

    verify_checksum: bool | ChecksumMode | None | Unset = UNSET
    """ Compare checksums: true means at both ends; false means at the target if a checksum was given, else
    not at all (the default). """
    reuse: bool | None | Unset = UNSET
    """ Transfer all files over one session (job type Y). All files must have the same source storage and the
    same destination storage. """
    multihop: bool | None | Unset = UNSET
    """ The files are the hops of one transfer, in order (job type H). """
    overwrite: bool | None | Unset = UNSET
    """ Overwrite destinations that exist. Excludes the other overwrite flags. """
    overwrite_on_retry: bool | None | Unset = UNSET
    """ Overwrite only when a transfer is tried again. Excludes the other overwrite flags. """
    overwrite_hop: bool | None | Unset = UNSET
    """ Overwrite at intermediate hops; needs `multihop`. Goes together with
    `overwrite_when_only_on_disk` only. """
    overwrite_when_only_on_disk: bool | None | Unset = UNSET
    """ Overwrite when the file is on disk but not on tape; needs `archive_timeout` and https or davs
    destinations. Goes together with `overwrite_hop` only. """
    bring_online: int | None | Unset = UNSET
    """ Bring the source online from tape within this many seconds; -1 (the default) or 0 is off. """
    copy_pin_lifetime: int | None | Unset = UNSET
    """ Keep the staged source on disk this many seconds; more than 0 alone also stages. -1 is off. """
    archive_timeout: int | None | Unset = UNSET
    """ Wait this many seconds for the destination to be archived on tape; -1 is off. """
    job_metadata: MetadataObject | None | str | Unset = UNSET
    """ Anything of the user's: an object, or a text that becomes `{"label": text}`. Up to a size that each
    server sets (1024 characters of JSON by default). """
    retry: int | None | Unset = UNSET
    """ Number of retries; 0 means what the server is set to, negative means none. """
    retry_delay: int | None | Unset = UNSET
    """ Seconds between retries. """
    priority: int | None | Unset = UNSET
    """ Priority, from 1 (low) to 5 (high), 3 by default. """
    max_time_in_queue: int | None | str | Unset = UNSET
    """ Give up when the job is still queued after this time: a number of hours, or a text with a unit.
    0 and null mean no limit. Comes back as a point in time. The limit of ten years is ours: the server
    fails on times beyond 2038. """
    nostreams: int | None | Unset = UNSET
    """ Number of parallel TCP streams; 0 or null leaves it to the server. """
    timeout: int | None | Unset = UNSET
    """ Limit for one transfer, seconds; 0 or null leaves it to the server. """
    buffer_size: int | None | Unset = UNSET
    """ TCP buffer size, bytes; 0 or null leaves it to the server. """
    strict_copy: bool | None | Unset = UNSET
    """ Copy only, without any checks before and after. """
    disable_cleanup: bool | None | Unset = UNSET
    """ Leave a partly written destination in place after a failure. """
    ipv4: bool | None | Unset = UNSET
    """ Force IPv4; wins over `ipv6`. """
    ipv6: bool | None | Unset = UNSET
    """ Force IPv6. """
    s3alternate: bool | None | Unset = UNSET
    """ Use the alternate (path style) URLs of S3. """
    dst_file_report: bool | None | Unset = UNSET
    """ Report about a destination that exists already. """
    target_qos: None | str | Unset = UNSET
    """ Quality of service to move the file to; any text makes the job a QOS_TRANSITION. """
    source_spacetoken: None | str | Unset = UNSET
    """ Taken, but never stored by 3.13. """
    destination_spacetoken: None | str | Unset = UNSET
    """ Taken, but never stored by 3.13. """
    gridftp: None | str | Unset = UNSET
    """ Taken, without an effect that could be seen. """
    unmanaged_tokens: bool | None | Unset = UNSET
    """ Do not refresh the tokens of the job; ignored by 3.13, sent by the clients of 3.14. """
    id_generator: IdGenerator | None | Unset = UNSET
    """ `deterministic`: the job id is the UUID version 5 of `sid` in the name space of the VO's id. null and
    `standard`: a new id. """
    sid: None | str | Unset = UNSET
    """ The caller's own name of the job, unique in its VO (409 otherwise); needed for deterministic ids,
    ignored else. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        verify_checksum: bool | None | str | Unset
        if isinstance(self.verify_checksum, Unset):
            verify_checksum = UNSET
        elif isinstance(self.verify_checksum, str):
            verify_checksum = self.verify_checksum
        else:
            verify_checksum = self.verify_checksum

        reuse = self.reuse

        multihop = self.multihop

        overwrite = self.overwrite

        overwrite_on_retry = self.overwrite_on_retry

        overwrite_hop = self.overwrite_hop

        overwrite_when_only_on_disk = self.overwrite_when_only_on_disk

        bring_online = self.bring_online

        copy_pin_lifetime = self.copy_pin_lifetime

        archive_timeout = self.archive_timeout

        job_metadata: dict[str, Any] | None | str | Unset
        if isinstance(self.job_metadata, Unset):
            job_metadata = UNSET
        elif isinstance(self.job_metadata, MetadataObject):
            job_metadata = self.job_metadata.to_dict()
        else:
            job_metadata = self.job_metadata

        retry = self.retry

        retry_delay = self.retry_delay

        priority = self.priority

        max_time_in_queue = self.max_time_in_queue

        nostreams = self.nostreams

        timeout = self.timeout

        buffer_size = self.buffer_size

        strict_copy = self.strict_copy

        disable_cleanup = self.disable_cleanup

        ipv4 = self.ipv4

        ipv6 = self.ipv6

        s3alternate = self.s3alternate

        dst_file_report = self.dst_file_report

        target_qos = self.target_qos

        source_spacetoken = self.source_spacetoken

        destination_spacetoken = self.destination_spacetoken

        gridftp = self.gridftp

        unmanaged_tokens = self.unmanaged_tokens

        id_generator: None | str | Unset
        if isinstance(self.id_generator, Unset):
            id_generator = UNSET
        elif isinstance(self.id_generator, str):
            id_generator = self.id_generator
        else:
            id_generator = self.id_generator

        sid = self.sid

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if verify_checksum is not UNSET:
            field_dict["verify_checksum"] = verify_checksum
        if reuse is not UNSET:
            field_dict["reuse"] = reuse
        if multihop is not UNSET:
            field_dict["multihop"] = multihop
        if overwrite is not UNSET:
            field_dict["overwrite"] = overwrite
        if overwrite_on_retry is not UNSET:
            field_dict["overwrite_on_retry"] = overwrite_on_retry
        if overwrite_hop is not UNSET:
            field_dict["overwrite_hop"] = overwrite_hop
        if overwrite_when_only_on_disk is not UNSET:
            field_dict["overwrite_when_only_on_disk"] = overwrite_when_only_on_disk
        if bring_online is not UNSET:
            field_dict["bring_online"] = bring_online
        if copy_pin_lifetime is not UNSET:
            field_dict["copy_pin_lifetime"] = copy_pin_lifetime
        if archive_timeout is not UNSET:
            field_dict["archive_timeout"] = archive_timeout
        if job_metadata is not UNSET:
            field_dict["job_metadata"] = job_metadata
        if retry is not UNSET:
            field_dict["retry"] = retry
        if retry_delay is not UNSET:
            field_dict["retry_delay"] = retry_delay
        if priority is not UNSET:
            field_dict["priority"] = priority
        if max_time_in_queue is not UNSET:
            field_dict["max_time_in_queue"] = max_time_in_queue
        if nostreams is not UNSET:
            field_dict["nostreams"] = nostreams
        if timeout is not UNSET:
            field_dict["timeout"] = timeout
        if buffer_size is not UNSET:
            field_dict["buffer_size"] = buffer_size
        if strict_copy is not UNSET:
            field_dict["strict_copy"] = strict_copy
        if disable_cleanup is not UNSET:
            field_dict["disable_cleanup"] = disable_cleanup
        if ipv4 is not UNSET:
            field_dict["ipv4"] = ipv4
        if ipv6 is not UNSET:
            field_dict["ipv6"] = ipv6
        if s3alternate is not UNSET:
            field_dict["s3alternate"] = s3alternate
        if dst_file_report is not UNSET:
            field_dict["dst_file_report"] = dst_file_report
        if target_qos is not UNSET:
            field_dict["target_qos"] = target_qos
        if source_spacetoken is not UNSET:
            field_dict["source_spacetoken"] = source_spacetoken
        if destination_spacetoken is not UNSET:
            field_dict["destination_spacetoken"] = destination_spacetoken
        if gridftp is not UNSET:
            field_dict["gridftp"] = gridftp
        if unmanaged_tokens is not UNSET:
            field_dict["unmanaged_tokens"] = unmanaged_tokens
        if id_generator is not UNSET:
            field_dict["id_generator"] = id_generator
        if sid is not UNSET:
            field_dict["sid"] = sid

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_verify_checksum(data: object) -> bool | ChecksumMode | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                verify_checksum_type_1 = check_checksum_mode(data)

                return verify_checksum_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("bool | ChecksumMode | None | Unset", data)

        verify_checksum = _parse_verify_checksum(d.pop("verify_checksum", UNSET))

        reuse = d.pop("reuse", UNSET)

        multihop = d.pop("multihop", UNSET)

        overwrite = d.pop("overwrite", UNSET)

        overwrite_on_retry = d.pop("overwrite_on_retry", UNSET)

        overwrite_hop = d.pop("overwrite_hop", UNSET)

        overwrite_when_only_on_disk = d.pop("overwrite_when_only_on_disk", UNSET)

        bring_online = d.pop("bring_online", UNSET)

        copy_pin_lifetime = d.pop("copy_pin_lifetime", UNSET)

        archive_timeout = d.pop("archive_timeout", UNSET)

        def _parse_job_metadata(data: object) -> MetadataObject | None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_submitted_metadata_type_0 = MetadataObject.from_dict(data)

                return componentsschemas_submitted_metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("MetadataObject | None | str | Unset", data)

        job_metadata = _parse_job_metadata(d.pop("job_metadata", UNSET))

        retry = d.pop("retry", UNSET)

        retry_delay = d.pop("retry_delay", UNSET)

        priority = d.pop("priority", UNSET)

        max_time_in_queue = d.pop("max_time_in_queue", UNSET)

        nostreams = d.pop("nostreams", UNSET)

        timeout = d.pop("timeout", UNSET)

        buffer_size = d.pop("buffer_size", UNSET)

        strict_copy = d.pop("strict_copy", UNSET)

        disable_cleanup = d.pop("disable_cleanup", UNSET)

        ipv4 = d.pop("ipv4", UNSET)

        ipv6 = d.pop("ipv6", UNSET)

        s3alternate = d.pop("s3alternate", UNSET)

        dst_file_report = d.pop("dst_file_report", UNSET)

        target_qos = d.pop("target_qos", UNSET)

        source_spacetoken = d.pop("source_spacetoken", UNSET)

        destination_spacetoken = d.pop("destination_spacetoken", UNSET)

        gridftp = d.pop("gridftp", UNSET)

        unmanaged_tokens = d.pop("unmanaged_tokens", UNSET)

        def _parse_id_generator(data: object) -> IdGenerator | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                id_generator_type_0 = check_id_generator(data)

                return id_generator_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("IdGenerator | None | Unset", data)

        id_generator = _parse_id_generator(d.pop("id_generator", UNSET))

        sid = d.pop("sid", UNSET)

        submission_params = cls(
            verify_checksum=verify_checksum,
            reuse=reuse,
            multihop=multihop,
            overwrite=overwrite,
            overwrite_on_retry=overwrite_on_retry,
            overwrite_hop=overwrite_hop,
            overwrite_when_only_on_disk=overwrite_when_only_on_disk,
            bring_online=bring_online,
            copy_pin_lifetime=copy_pin_lifetime,
            archive_timeout=archive_timeout,
            job_metadata=job_metadata,
            retry=retry,
            retry_delay=retry_delay,
            priority=priority,
            max_time_in_queue=max_time_in_queue,
            nostreams=nostreams,
            timeout=timeout,
            buffer_size=buffer_size,
            strict_copy=strict_copy,
            disable_cleanup=disable_cleanup,
            ipv4=ipv4,
            ipv6=ipv6,
            s3alternate=s3alternate,
            dst_file_report=dst_file_report,
            target_qos=target_qos,
            source_spacetoken=source_spacetoken,
            destination_spacetoken=destination_spacetoken,
            gridftp=gridftp,
            unmanaged_tokens=unmanaged_tokens,
            id_generator=id_generator,
            sid=sid,
        )

        submission_params.additional_properties = d
        return submission_params
