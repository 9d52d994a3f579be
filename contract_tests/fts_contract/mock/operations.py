"""The table of operations: method, path, handler; and which of them are not imitated yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs

from fts_contract.mock.exchange import Call, Reply
from fts_contract.mock.handlers import (
    archive,
    delegation,
    files,
    jobs_change,
    jobs_query,
    jobs_submit,
    server_info,
    whoami,
)

Handler = Callable[[Call], Reply]


@attrs.frozen
class Operation:
    """An operation of the API.

    Attributes:
        method: In capitals.
        template: Path with placeholders in braces.
        handler: None while the mock answers 501.
    """

    method: str
    template: str
    handler: Handler | None = None


# Where two templates fit a path, the first one with the method wins.
OPERATIONS: Final = (
    Operation("GET", "/", server_info.get_server_info),
    Operation("GET", "/whoami", whoami.whoami),
    Operation("GET", "/whoami/certificate", whoami.get_certificate),
    Operation("GET", "/delegation"),
    Operation("GET", "/delegation/{dlg_id}", delegation.get_delegation),
    Operation("DELETE", "/delegation/{dlg_id}", delegation.delete_delegation),
    Operation("GET", "/delegation/{dlg_id}/request", delegation.get_delegation_request),
    Operation("PUT", "/delegation/{dlg_id}/credential", delegation.set_delegation_credential),
    Operation("POST", "/delegation/{dlg_id}/credential", delegation.set_delegation_credential),
    Operation("POST", "/delegation/{dlg_id}/voms", delegation.add_voms_attributes),
    Operation("GET", "/jobs", jobs_query.list_jobs),
    Operation("GET", "/jobs/", jobs_query.list_jobs),
    Operation("POST", "/jobs", jobs_submit.submit_job),
    Operation("PUT", "/jobs", jobs_submit.submit_job),
    Operation("DELETE", "/jobs/all", jobs_change.cancel_all),
    Operation("DELETE", "/jobs/vo/{vo_name}", jobs_change.cancel_all),
    Operation("GET", "/jobs/{job_ids}", jobs_query.get_jobs),
    Operation("DELETE", "/jobs/{job_ids}", jobs_change.cancel_jobs),
    Operation("POST", "/jobs/{job_ids}", jobs_change.modify_jobs),
    Operation("GET", "/jobs/{job_id}/files", jobs_query.list_job_files),
    Operation("DELETE", "/jobs/{job_id}/files/{file_ids}", jobs_change.cancel_job_files),
    Operation("GET", "/jobs/{job_id}/files/{file_id}/retries", jobs_query.list_file_retries),
    Operation("GET", "/jobs/{job_id}/dm", jobs_query.list_job_dm),
    Operation("GET", "/jobs/{job_id}/{field}", jobs_query.get_job_field),
    Operation("POST", "/admin/force-start", jobs_change.force_start),
    Operation("GET", "/files", files.list_files),
    Operation("GET", "/files/", files.list_files),
    Operation("GET", "/archive", archive.get_archive_index),
    Operation("GET", "/archive/", archive.get_archive_index),
    Operation("GET", "/archive/{job_id}", archive.get_archived_job),
    Operation("GET", "/archive/{job_id}/{field}", archive.get_archived_field),
    Operation("GET", "/api-docs/schema/submit"),
    Operation("GET", "/autocomplete/dn"),
    Operation("GET", "/autocomplete/source"),
    Operation("GET", "/autocomplete/destination"),
    Operation("GET", "/autocomplete/storage"),
    Operation("GET", "/autocomplete/vo"),
    Operation("GET", "/optimizer"),
    Operation("GET", "/optimizer/evolution"),
    Operation("GET", "/optimizer/current"),
    Operation("POST", "/optimizer/current"),
    Operation("GET", "/status/hosts"),
    Operation("GET", "/ban/se"),
    Operation("POST", "/ban/se"),
    Operation("DELETE", "/ban/se"),
    Operation("GET", "/ban/dn"),
    Operation("POST", "/ban/dn"),
    Operation("DELETE", "/ban/dn"),
    Operation("GET", "/dm/list"),
    Operation("GET", "/dm/stat"),
    Operation("POST", "/dm/mkdir"),
    Operation("POST", "/dm/rmdir"),
    Operation("POST", "/dm/unlink"),
    Operation("POST", "/dm/rename"),
    Operation("GET", "/config"),
    Operation("POST", "/config/drain"),
    Operation("GET", "/config/audit"),
    Operation("GET", "/config/global"),
    Operation("POST", "/config/global"),
    Operation("DELETE", "/config/global"),
    Operation("GET", "/config/links"),
    Operation("POST", "/config/links"),
    Operation("GET", "/config/links/{sym_name}"),
    Operation("DELETE", "/config/links/{sym_name}"),
    Operation("GET", "/config/shares"),
    Operation("POST", "/config/shares"),
    Operation("DELETE", "/config/shares"),
    Operation("GET", "/config/se"),
    Operation("POST", "/config/se"),
    Operation("DELETE", "/config/se"),
    Operation("GET", "/config/authorize"),
    Operation("POST", "/config/authorize"),
    Operation("DELETE", "/config/authorize"),
    Operation("GET", "/config/activity_shares"),
    Operation("POST", "/config/activity_shares"),
    Operation("GET", "/config/activity_shares/{vo_name}"),
    Operation("DELETE", "/config/activity_shares/{vo_name}"),
    Operation("GET", "/config/cloud_storage"),
    Operation("POST", "/config/cloud_storage"),
    Operation("GET", "/config/cloud_storage/{storage_name}"),
    Operation("POST", "/config/cloud_storage/{storage_name}"),
    Operation("DELETE", "/config/cloud_storage/{storage_name}"),
    Operation("DELETE", "/config/cloud_storage/{storage_name}/{id}"),
    Operation("GET", "/cs/registered/{service}"),
    Operation("GET", "/cs/access_request/{service}"),
    Operation("GET", "/cs/access_request/{service}/"),
    Operation("GET", "/cs/access_request/{service}/request"),
    Operation("GET", "/cs/access_grant/{service}"),
    Operation("DELETE", "/cs/access_grant/{service}"),
    Operation("GET", "/cs/remote_content/{service}"),
    Operation("GET", "/cs/file_urllink/{service}/{path}"),
)


def missing_operations() -> list[str]:
    """Name the operations that answer 501, as `METHOD /path`."""
    return [f"{o.method} {o.template}" for o in OPERATIONS if o.handler is None]
