from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="ArchivedFile")


@_attrs_define(repr=False)
class ArchivedFile(Model):
    """A file of an archived job: as `File`, but without the log, the activity, the priority and the token
    ids, and with `current_failures` in place of `recoverable`.

    """

    file_id: int
    """ Id of the file; above 32 bits on busy servers. """
    file_index: int
    """ Position in the submission, from 0; replicas of one file share it. """
    job_id: str
    """ Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids. """
    file_state: str
    """ State of a file. Terminal: FINISHED, FAILED, CANCELED. Waiting: NOT_USED (spare replica or later
    hop), ON_HOLD and ON_HOLD_STAGING (storage banned), TOKEN_PREP. More states may come. """
    source_surl: str
    """ URL of a file on a storage, as submitted (with port, if one was given). """
    dest_surl: str
    """ URL of a file on a storage, as submitted (with port, if one was given). """
    source_se: None | str
    """ Source storage. """
    dest_se: None | str
    """ Destination storage. """
    filesize: int | None
    """ Size as measured, in bytes. """
    user_filesize: int | None
    """ Size as submitted, in bytes; 0 when none was given. """
    checksum: None | str
    """ `ALGORITHM:value` as submitted, or an algorithm alone. """
    start_time: None | str
    """ Begin of the transfer; null when it never began. """
    finish_time: None | str
    """ End of the transfer; null when it never ended. """
    staging_start: None | str
    """ Begin of the recall from tape; null when there was none. """
    staging_finished: None | str
    """ End of the recall from tape; null when there was none. """
    tx_duration: float | None
    """ Duration of the copy, in seconds. """
    throughput: float | None
    """ Average throughput, in MiB/s, about six digits. """
    retry: int | None
    """ Number of retries. """
    reason: None | str
    """ Why it failed; empty after success. """
    internal_file_params: None | str
    """ Parameters of the copy, such as `nostreams:1,timeout:3900,buffersize:0` (seconds, bytes). """
    selection_strategy: None | str
    """ How a source was chosen. """
    file_metadata: MetadataObject | None | str
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    archive_start_time: None | str | Unset = UNSET
    """ Begin of the wait for the copy on tape; null when there was none. """
    archive_finish_time: None | str | Unset = UNSET
    """ When the copy was on tape; null when nobody waited. """
    current_failures: int | None | Unset = UNSET
    """ Number of failures that can be recovered; 0 for none, null for a file that was never transferred. """
    pid: int | None | Unset = UNSET
    """ Process id of the copy on its host. """
    transfer_host: None | str | Unset = UNSET
    """ Host that copied. """
    staging_host: None | str | Unset = UNSET
    """ Host that recalled from tape. """
    bringonline_token: None | str | Unset = UNSET
    """ Id of the recall at the storage. """
    scitag: int | None | Unset = UNSET
    """ Identifier that marks the packets of the transfer. """
    staging_metadata: MetadataObject | None | str | Unset = UNSET
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    archive_metadata: MetadataObject | None | str | Unset = UNSET
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        file_id = self.file_id

        file_index = self.file_index

        job_id = self.job_id

        file_state = self.file_state

        source_surl = self.source_surl

        dest_surl = self.dest_surl

        source_se = self.source_se

        dest_se = self.dest_se

        filesize = self.filesize

        user_filesize = self.user_filesize

        checksum = self.checksum

        start_time = self.start_time

        finish_time = self.finish_time

        staging_start = self.staging_start

        staging_finished = self.staging_finished

        tx_duration = self.tx_duration

        throughput = self.throughput

        retry = self.retry

        reason = self.reason

        internal_file_params = self.internal_file_params

        selection_strategy = self.selection_strategy

        file_metadata: dict[str, Any] | None | str
        if isinstance(self.file_metadata, MetadataObject):
            file_metadata = self.file_metadata.to_dict()
        else:
            file_metadata = self.file_metadata

        archive_start_time = self.archive_start_time

        archive_finish_time = self.archive_finish_time

        current_failures = self.current_failures

        pid = self.pid

        transfer_host = self.transfer_host

        staging_host = self.staging_host

        bringonline_token = self.bringonline_token

        scitag = self.scitag

        staging_metadata: dict[str, Any] | None | str | Unset
        if isinstance(self.staging_metadata, Unset):
            staging_metadata = UNSET
        elif isinstance(self.staging_metadata, MetadataObject):
            staging_metadata = self.staging_metadata.to_dict()
        else:
            staging_metadata = self.staging_metadata

        archive_metadata: dict[str, Any] | None | str | Unset
        if isinstance(self.archive_metadata, Unset):
            archive_metadata = UNSET
        elif isinstance(self.archive_metadata, MetadataObject):
            archive_metadata = self.archive_metadata.to_dict()
        else:
            archive_metadata = self.archive_metadata

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file_id": file_id,
                "file_index": file_index,
                "job_id": job_id,
                "file_state": file_state,
                "source_surl": source_surl,
                "dest_surl": dest_surl,
                "source_se": source_se,
                "dest_se": dest_se,
                "filesize": filesize,
                "user_filesize": user_filesize,
                "checksum": checksum,
                "start_time": start_time,
                "finish_time": finish_time,
                "staging_start": staging_start,
                "staging_finished": staging_finished,
                "tx_duration": tx_duration,
                "throughput": throughput,
                "retry": retry,
                "reason": reason,
                "internal_file_params": internal_file_params,
                "selection_strategy": selection_strategy,
                "file_metadata": file_metadata,
            }
        )
        if archive_start_time is not UNSET:
            field_dict["archive_start_time"] = archive_start_time
        if archive_finish_time is not UNSET:
            field_dict["archive_finish_time"] = archive_finish_time
        if current_failures is not UNSET:
            field_dict["current_failures"] = current_failures
        if pid is not UNSET:
            field_dict["pid"] = pid
        if transfer_host is not UNSET:
            field_dict["transfer_host"] = transfer_host
        if staging_host is not UNSET:
            field_dict["staging_host"] = staging_host
        if bringonline_token is not UNSET:
            field_dict["bringonline_token"] = bringonline_token
        if scitag is not UNSET:
            field_dict["scitag"] = scitag
        if staging_metadata is not UNSET:
            field_dict["staging_metadata"] = staging_metadata
        if archive_metadata is not UNSET:
            field_dict["archive_metadata"] = archive_metadata

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        d = dict(src_dict)
        file_id = d.pop("file_id")

        file_index = d.pop("file_index")

        job_id = d.pop("job_id")

        file_state = d.pop("file_state")

        source_surl = d.pop("source_surl")

        dest_surl = d.pop("dest_surl")

        source_se = d.pop("source_se")

        dest_se = d.pop("dest_se")

        filesize = d.pop("filesize")

        user_filesize = d.pop("user_filesize")

        checksum = d.pop("checksum")

        start_time = d.pop("start_time")

        finish_time = d.pop("finish_time")

        staging_start = d.pop("staging_start")

        staging_finished = d.pop("staging_finished")

        tx_duration = d.pop("tx_duration")

        throughput = d.pop("throughput")

        retry = d.pop("retry")

        reason = d.pop("reason")

        internal_file_params = d.pop("internal_file_params")

        selection_strategy = d.pop("selection_strategy")

        def _parse_file_metadata(data: object) -> MetadataObject | None | str:
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

        file_metadata = _parse_file_metadata(d.pop("file_metadata"))

        archive_start_time = d.pop("archive_start_time", UNSET)

        archive_finish_time = d.pop("archive_finish_time", UNSET)

        current_failures = d.pop("current_failures", UNSET)

        pid = d.pop("pid", UNSET)

        transfer_host = d.pop("transfer_host", UNSET)

        staging_host = d.pop("staging_host", UNSET)

        bringonline_token = d.pop("bringonline_token", UNSET)

        scitag = d.pop("scitag", UNSET)

        def _parse_staging_metadata(data: object) -> MetadataObject | None | str | Unset:
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

        staging_metadata = _parse_staging_metadata(d.pop("staging_metadata", UNSET))

        def _parse_archive_metadata(data: object) -> MetadataObject | None | str | Unset:
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

        archive_metadata = _parse_archive_metadata(d.pop("archive_metadata", UNSET))

        archived_file = cls(
            file_id=file_id,
            file_index=file_index,
            job_id=job_id,
            file_state=file_state,
            source_surl=source_surl,
            dest_surl=dest_surl,
            source_se=source_se,
            dest_se=dest_se,
            filesize=filesize,
            user_filesize=user_filesize,
            checksum=checksum,
            start_time=start_time,
            finish_time=finish_time,
            staging_start=staging_start,
            staging_finished=staging_finished,
            tx_duration=tx_duration,
            throughput=throughput,
            retry=retry,
            reason=reason,
            internal_file_params=internal_file_params,
            selection_strategy=selection_strategy,
            file_metadata=file_metadata,
            archive_start_time=archive_start_time,
            archive_finish_time=archive_finish_time,
            current_failures=current_failures,
            pid=pid,
            transfer_host=transfer_host,
            staging_host=staging_host,
            bringonline_token=bringonline_token,
            scitag=scitag,
            staging_metadata=staging_metadata,
            archive_metadata=archive_metadata,
        )

        archived_file.additional_properties = d
        return archived_file
