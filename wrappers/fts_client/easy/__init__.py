"""The interface of `fts3.rest.client.easy`, on this package: change the import line, keep the program.

    import fts_client.easy as fts3

    context = fts3.Context("https://fts3-public.cern.ch:8446")
    job_id = fts3.submit(context, fts3.new_job([fts3.new_transfer("davs://a.org/f", "davs://b.org/f")]))

Names, parameters, defaults, results and exceptions are those of fts3 3.14.2, and so is `__version__`, which programs compare. An
unchanged program finds this package through `fts_client.easy.install_alias`. Requests share one pool of connections, and the
server is not asked again about a delegation that is known. A request that the server refuses, and one that does not reach it,
raises a subclass of `exceptions.FTS3ClientException`.
"""

from __future__ import annotations

from fts_client.easy import exceptions
from fts_client.easy.classes import Ban, Delegator, Inquirer, Submitter
from fts_client.easy.context import Context, __version__
from fts_client.easy.exceptions import ClientError
from fts_client.easy.functions import (
    ban_dn,
    ban_se,
    cancel,
    cancel_all,
    delegate,
    get_job_status,
    get_jobs_statuses,
    list_jobs,
    submit,
    unban_dn,
    unban_se,
    whoami,
)
from fts_client.easy.jobs import (
    JobIdGenerator,
    add_alternative_source,
    new_delete_job,
    new_job,
    new_staging_job,
    new_transfer,
)

__all__ = [
    "Ban",
    "ClientError",
    "Context",
    "Delegator",
    "Inquirer",
    "JobIdGenerator",
    "Submitter",
    "__version__",
    "add_alternative_source",
    "ban_dn",
    "ban_se",
    "cancel",
    "cancel_all",
    "delegate",
    "exceptions",
    "get_job_status",
    "get_jobs_statuses",
    "list_jobs",
    "new_delete_job",
    "new_job",
    "new_staging_job",
    "new_transfer",
    "submit",
    "unban_dn",
    "unban_se",
    "whoami",
]
