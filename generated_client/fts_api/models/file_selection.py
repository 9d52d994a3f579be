from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Model, Unset

if TYPE_CHECKING:
    from ..models.file_retry import FileRetry
    from ..models.metadata_object import MetadataObject


T = TypeVar("T", bound="FileSelection")


@_attrs_define(repr=False)
class FileSelection(Model):
    """Those fields of a file that were asked for."""

    file_id: int | Unset = UNSET
    """ Id of a file (one transfer); exceeds 32 bits on busy servers. """
    file_index: int | Unset = UNSET
    """ Place in `files` of the submission, from 0; replicas of one file share it. """
    job_id: str | Unset = UNSET
    """ Id of a job, a UUID in lower case; version 1, or 5 for deterministic ids. """
    file_state: str | Unset = UNSET
    """ State of a file. Terminal: FINISHED, FAILED, CANCELED. Waiting: NOT_USED (spare replica or later
    hop), ON_HOLD and ON_HOLD_STAGING (storage banned), TOKEN_PREP. More states may come. """
    file_state_initial: None | str | Unset = UNSET
    """ The state to come while the file is in TOKEN_PREP, else an empty text. """
    source_surl: str | Unset = UNSET
    """ URL of a file on a storage, as submitted (with port, if one was given). """
    dest_surl: str | Unset = UNSET
    """ URL of a file on a storage, as submitted (with port, if one was given). """
    source_se: None | str | Unset = UNSET
    """ Source storage. """
    dest_se: None | str | Unset = UNSET
    """ Destination storage. """
    vo_name: None | str | Unset = UNSET
    """ VO that owns the job. """
    activity: None | str | Unset = UNSET
    """ Share of the VO that the transfer belongs to; `default` when none was named. """
    priority: int | None | Unset = UNSET
    """ Priority of the job, from 1 (low) to 5 (high) at submission. """
    hashed_id: int | None | Unset = UNSET
    """ Bucket number of the file, an index that decides which daemon host works on it; shared by the files of some
    kinds of job. """
    filesize: int | None | Unset = UNSET
    """ Size in bytes as measured; null before the transfer. """
    user_filesize: int | None | Unset = UNSET
    """ Size in bytes as submitted; 0 when none was given. """
    checksum: None | str | Unset = UNSET
    """ `ALGORITHM:value` as submitted; `ADLER32` when none was given. """
    start_time: None | str | Unset = UNSET
    """ Start of the transfer, UTC; null before. """
    finish_time: None | str | Unset = UNSET
    """ End of the transfer, UTC; null before. """
    staging_start: None | str | Unset = UNSET
    """ Start of staging from tape, UTC; null without. """
    staging_finished: None | str | Unset = UNSET
    """ End of staging from tape, UTC; null before. """
    archive_start_time: None | str | Unset = UNSET
    """ Start of the wait for the archive, UTC; null without. """
    archive_finish_time: None | str | Unset = UNSET
    """ End of the wait for the archive, UTC; null before. """
    staging_host: None | str | Unset = UNSET
    """ Daemon host that stages the file. """
    bringonline_token: None | str | Unset = UNSET
    """ The storage's id of the staging request. """
    transfer_host: None | str | Unset = UNSET
    """ Daemon host that transfers the file. """
    tx_duration: float | None | Unset = UNSET
    """ Duration of the transfer, seconds. """
    throughput: float | None | Unset = UNSET
    """ Throughput in MiB/s, single precision. """
    pid: int | None | Unset = UNSET
    """ Process id of the transfer on its host. """
    retry: int | None | Unset = UNSET
    """ Number of retries so far. """
    recoverable: bool | None | Unset = UNSET
    """ The last failure may go away by itself, so that the transfer is tried again. """
    reason: None | str | Unset = UNSET
    """ Why the transfer failed, `SOURCE [2] No such file or directory`: scope (SOURCE, DESTINATION or
    TRANSFER), error number, text. null before the start, an empty text while running and after success. """
    log_file: None | str | Unset = UNSET
    """ Path of the log on the transfer host; null before the start. """
    log_debug: int | None | Unset = UNSET
    """ Flag, 1 when there is a debug log beside the log. """
    internal_file_params: None | str | Unset = UNSET
    """ Parameters in force, `nostreams:1,timeout:3900,buffersize:0` (streams, seconds, bytes). """
    selection_strategy: None | str | Unset = UNSET
    """ How one of several sources is picked, as submitted; `auto` when nothing was. """
    file_metadata: MetadataObject | None | str | Unset = UNSET
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    staging_metadata: MetadataObject | None | str | Unset = UNSET
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    archive_metadata: MetadataObject | None | str | Unset = UNSET
    """ What the user attached. A string that was submitted comes back as `{"label": text}`; text that
    the database holds and that is no JSON comes as a string. """
    dest_surl_uuid: None | str | Unset = UNSET
    """ Hash of the destination, when the server refuses duplicate destinations; else null. """
    src_token_id: None | str | Unset = UNSET
    """ Id of the token for the source; null without tokens. """
    dst_token_id: None | str | Unset = UNSET
    """ Id of the token for the destination; null without tokens. """
    scitag: int | None | Unset = UNSET
    """ Identifier that marks the packets of the transfer (scitags.org). """
    retries: list[FileRetry] | Unset = UNSET
    """ Failed attempts; only when asked for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        file_id = self.file_id

        file_index = self.file_index

        job_id = self.job_id

        file_state = self.file_state

        file_state_initial = self.file_state_initial

        source_surl = self.source_surl

        dest_surl = self.dest_surl

        source_se = self.source_se

        dest_se = self.dest_se

        vo_name = self.vo_name

        activity = self.activity

        priority = self.priority

        hashed_id = self.hashed_id

        filesize = self.filesize

        user_filesize = self.user_filesize

        checksum = self.checksum

        start_time = self.start_time

        finish_time = self.finish_time

        staging_start = self.staging_start

        staging_finished = self.staging_finished

        archive_start_time = self.archive_start_time

        archive_finish_time = self.archive_finish_time

        staging_host = self.staging_host

        bringonline_token = self.bringonline_token

        transfer_host = self.transfer_host

        tx_duration = self.tx_duration

        throughput = self.throughput

        pid = self.pid

        retry = self.retry

        recoverable = self.recoverable

        reason = self.reason

        log_file = self.log_file

        log_debug = self.log_debug

        internal_file_params = self.internal_file_params

        selection_strategy = self.selection_strategy

        file_metadata: dict[str, Any] | None | str | Unset
        if isinstance(self.file_metadata, Unset):
            file_metadata = UNSET
        elif isinstance(self.file_metadata, MetadataObject):
            file_metadata = self.file_metadata.to_dict()
        else:
            file_metadata = self.file_metadata

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

        dest_surl_uuid = self.dest_surl_uuid

        src_token_id = self.src_token_id

        dst_token_id = self.dst_token_id

        scitag = self.scitag

        retries: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.retries, Unset):
            retries = []
            for retries_item_data in self.retries:
                retries_item = retries_item_data.to_dict()
                retries.append(retries_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if file_id is not UNSET:
            field_dict["file_id"] = file_id
        if file_index is not UNSET:
            field_dict["file_index"] = file_index
        if job_id is not UNSET:
            field_dict["job_id"] = job_id
        if file_state is not UNSET:
            field_dict["file_state"] = file_state
        if file_state_initial is not UNSET:
            field_dict["file_state_initial"] = file_state_initial
        if source_surl is not UNSET:
            field_dict["source_surl"] = source_surl
        if dest_surl is not UNSET:
            field_dict["dest_surl"] = dest_surl
        if source_se is not UNSET:
            field_dict["source_se"] = source_se
        if dest_se is not UNSET:
            field_dict["dest_se"] = dest_se
        if vo_name is not UNSET:
            field_dict["vo_name"] = vo_name
        if activity is not UNSET:
            field_dict["activity"] = activity
        if priority is not UNSET:
            field_dict["priority"] = priority
        if hashed_id is not UNSET:
            field_dict["hashed_id"] = hashed_id
        if filesize is not UNSET:
            field_dict["filesize"] = filesize
        if user_filesize is not UNSET:
            field_dict["user_filesize"] = user_filesize
        if checksum is not UNSET:
            field_dict["checksum"] = checksum
        if start_time is not UNSET:
            field_dict["start_time"] = start_time
        if finish_time is not UNSET:
            field_dict["finish_time"] = finish_time
        if staging_start is not UNSET:
            field_dict["staging_start"] = staging_start
        if staging_finished is not UNSET:
            field_dict["staging_finished"] = staging_finished
        if archive_start_time is not UNSET:
            field_dict["archive_start_time"] = archive_start_time
        if archive_finish_time is not UNSET:
            field_dict["archive_finish_time"] = archive_finish_time
        if staging_host is not UNSET:
            field_dict["staging_host"] = staging_host
        if bringonline_token is not UNSET:
            field_dict["bringonline_token"] = bringonline_token
        if transfer_host is not UNSET:
            field_dict["transfer_host"] = transfer_host
        if tx_duration is not UNSET:
            field_dict["tx_duration"] = tx_duration
        if throughput is not UNSET:
            field_dict["throughput"] = throughput
        if pid is not UNSET:
            field_dict["pid"] = pid
        if retry is not UNSET:
            field_dict["retry"] = retry
        if recoverable is not UNSET:
            field_dict["recoverable"] = recoverable
        if reason is not UNSET:
            field_dict["reason"] = reason
        if log_file is not UNSET:
            field_dict["log_file"] = log_file
        if log_debug is not UNSET:
            field_dict["log_debug"] = log_debug
        if internal_file_params is not UNSET:
            field_dict["internal_file_params"] = internal_file_params
        if selection_strategy is not UNSET:
            field_dict["selection_strategy"] = selection_strategy
        if file_metadata is not UNSET:
            field_dict["file_metadata"] = file_metadata
        if staging_metadata is not UNSET:
            field_dict["staging_metadata"] = staging_metadata
        if archive_metadata is not UNSET:
            field_dict["archive_metadata"] = archive_metadata
        if dest_surl_uuid is not UNSET:
            field_dict["dest_surl_uuid"] = dest_surl_uuid
        if src_token_id is not UNSET:
            field_dict["src_token_id"] = src_token_id
        if dst_token_id is not UNSET:
            field_dict["dst_token_id"] = dst_token_id
        if scitag is not UNSET:
            field_dict["scitag"] = scitag
        if retries is not UNSET:
            field_dict["retries"] = retries

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.file_retry import FileRetry  # noqa: PLC0415
        from ..models.metadata_object import MetadataObject  # noqa: PLC0415

        d = dict(src_dict)
        file_id = d.pop("file_id", UNSET)

        file_index = d.pop("file_index", UNSET)

        job_id = d.pop("job_id", UNSET)

        file_state = d.pop("file_state", UNSET)

        file_state_initial = d.pop("file_state_initial", UNSET)

        source_surl = d.pop("source_surl", UNSET)

        dest_surl = d.pop("dest_surl", UNSET)

        source_se = d.pop("source_se", UNSET)

        dest_se = d.pop("dest_se", UNSET)

        vo_name = d.pop("vo_name", UNSET)

        activity = d.pop("activity", UNSET)

        priority = d.pop("priority", UNSET)

        hashed_id = d.pop("hashed_id", UNSET)

        filesize = d.pop("filesize", UNSET)

        user_filesize = d.pop("user_filesize", UNSET)

        checksum = d.pop("checksum", UNSET)

        start_time = d.pop("start_time", UNSET)

        finish_time = d.pop("finish_time", UNSET)

        staging_start = d.pop("staging_start", UNSET)

        staging_finished = d.pop("staging_finished", UNSET)

        archive_start_time = d.pop("archive_start_time", UNSET)

        archive_finish_time = d.pop("archive_finish_time", UNSET)

        staging_host = d.pop("staging_host", UNSET)

        bringonline_token = d.pop("bringonline_token", UNSET)

        transfer_host = d.pop("transfer_host", UNSET)

        tx_duration = d.pop("tx_duration", UNSET)

        throughput = d.pop("throughput", UNSET)

        pid = d.pop("pid", UNSET)

        retry = d.pop("retry", UNSET)

        recoverable = d.pop("recoverable", UNSET)

        reason = d.pop("reason", UNSET)

        log_file = d.pop("log_file", UNSET)

        log_debug = d.pop("log_debug", UNSET)

        internal_file_params = d.pop("internal_file_params", UNSET)

        selection_strategy = d.pop("selection_strategy", UNSET)

        def _parse_file_metadata(data: object) -> MetadataObject | None | str | Unset:
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

        file_metadata = _parse_file_metadata(d.pop("file_metadata", UNSET))

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

        dest_surl_uuid = d.pop("dest_surl_uuid", UNSET)

        src_token_id = d.pop("src_token_id", UNSET)

        dst_token_id = d.pop("dst_token_id", UNSET)

        scitag = d.pop("scitag", UNSET)

        _retries = d.pop("retries", UNSET)
        retries: list[FileRetry] | Unset = UNSET
        if _retries is not UNSET:
            retries = []
            for retries_item_data in _retries:
                retries_item = FileRetry.from_dict(retries_item_data)

                retries.append(retries_item)

        file_selection = cls(
            file_id=file_id,
            file_index=file_index,
            job_id=job_id,
            file_state=file_state,
            file_state_initial=file_state_initial,
            source_surl=source_surl,
            dest_surl=dest_surl,
            source_se=source_se,
            dest_se=dest_se,
            vo_name=vo_name,
            activity=activity,
            priority=priority,
            hashed_id=hashed_id,
            filesize=filesize,
            user_filesize=user_filesize,
            checksum=checksum,
            start_time=start_time,
            finish_time=finish_time,
            staging_start=staging_start,
            staging_finished=staging_finished,
            archive_start_time=archive_start_time,
            archive_finish_time=archive_finish_time,
            staging_host=staging_host,
            bringonline_token=bringonline_token,
            transfer_host=transfer_host,
            tx_duration=tx_duration,
            throughput=throughput,
            pid=pid,
            retry=retry,
            recoverable=recoverable,
            reason=reason,
            log_file=log_file,
            log_debug=log_debug,
            internal_file_params=internal_file_params,
            selection_strategy=selection_strategy,
            file_metadata=file_metadata,
            staging_metadata=staging_metadata,
            archive_metadata=archive_metadata,
            dest_surl_uuid=dest_surl_uuid,
            src_token_id=src_token_id,
            dst_token_id=dst_token_id,
            scitag=scitag,
            retries=retries,
        )

        file_selection.additional_properties = d
        return file_selection
