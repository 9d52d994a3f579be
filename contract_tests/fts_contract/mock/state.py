"""How tests arrange what a mock remembers, and look at it."""

from __future__ import annotations

from typing import Any

from fts_contract.mock.clock import wire_time
from fts_contract.mock.collation import collated
from fts_contract.mock.identity import Caller, delegation_id, identify
from fts_contract.mock.memory import Memory
from fts_contract.mock.records import ACTIVE_FILE_STATES, Ban, DMFile, DNBan, File, Job


class State(Memory):
    """The memory of a mock with what tests need; the documentation lists the methods that stay as they are."""

    @property
    def job_count(self) -> int:
        """How many jobs there are, finished ones included."""
        return len(self._jobs)

    def job(self, job_id: str) -> Job:
        """Find a job, as it is now.

        Args:
            job_id: Its id.

        Returns:
            The live record.

        Raises:
            KeyError: The job is unknown.
        """
        with self.lock:
            self.catch_up()
            found = self.find(job_id)
            if found is None:
                raise KeyError(f"unknown job {job_id!r}")
            return found

    def add_job(
        self,
        *,
        owner: str = "alice",
        files: tuple[dict[str, Any], ...] = ({},),
        deletions: tuple[dict[str, Any], ...] = (),
        **fields: Any,
    ) -> Job:
        """Put a job into the server without submitting it, in any state.

        Args:
            owner: Test identity whose job it is.
            files: For each file the fields that matter, with their names on the wire.
            deletions: The same for the entries of an old deletion job.
            fields: Fields of the job, with their names on the wire; `job_state` SUBMITTED unless given.

        Returns:
            The live record.

        Raises:
            KeyError: No such test identity.
            TypeError: A field does not exist.
        """
        with self.lock:
            caller = self._who(owner)
            now = self.catch_up()
            job_id = fields.pop("job_id", None) or self.new_job_id()
            vo = fields.pop("vo_name", None) or identify(caller, gridmap={}, grants={}).vo
            job = Job(
                job_id=job_id,
                vo_name=vo,
                **{
                    "job_state": "SUBMITTED",
                    "user_dn": caller.user_dn,
                    "cred_id": caller.delegation_id or "",
                    "submit_time": wire_time(now),
                    "source_se": "mock://source.example.org",
                    "dest_se": "mock://dest.example.org",
                    "job_metadata": {"auth_method": "certificate"},
                    **fields,
                },
            )
            job.files = [
                File(
                    **{
                        "file_id": self.next_file_id(),
                        "job_id": job_id,
                        "file_index": index,
                        "file_state": job.job_state,
                        "source_surl": f"{job.source_se or 'mock://source.example.org'}/f{index}",
                        "dest_surl": f"{job.dest_se or 'mock://dest.example.org'}/f{index}",
                        "source_se": job.source_se,
                        "dest_se": job.dest_se,
                        "vo_name": vo,
                        "hashed_id": index % 65536,
                        **given,
                    }
                )
                for index, given in enumerate(files)
            ]
            if deletions:
                job.dm = [
                    DMFile(
                        **{
                            "file_id": next(self._dm_ids),
                            "job_id": job_id,
                            "file_state": "DELETE",
                            "vo_name": vo,
                            **given,
                        }
                    )
                    for given in deletions
                ]
            if job.is_terminal and job.job_finished is None:
                job.job_finished = wire_time(now)
            self.insert(job)
            return job

    def archive(self, job_id: str) -> None:
        """Move a job to the archive, as the daemon does after a week.

        Raises:
            KeyError: The job is unknown.
        """
        with self.lock:
            job = self._jobs.pop(collated(job_id))
            self._by_vo[job.vo_name].pop(collated(job_id))
            self._close(job)
            self._archive[collated(job_id)] = job

    def delegate(self, name: str = "alice", *, lifetime_s: float = 12 * 3600) -> None:
        """Give a test identity a delegated credential without the delegation protocol.

        Args:
            name: The test identity.
            lifetime_s: Seconds until it ends; negative for one that has ended.

        Raises:
            KeyError: No such test identity.
        """
        self._delegate(self._who(name), lifetime_s)

    def delegate_dn(self, dn: str, *, lifetime_s: float = 12 * 3600) -> None:
        """Give any DN a delegated credential as `delegate` does, under the id that it has without attributes."""
        caller = Caller(user_dn=dn, dns=(dn,), delegation_id=delegation_id(dn, ()))
        self._delegate(caller, lifetime_s)

    def _delegate(self, caller: Caller, lifetime_s: float) -> None:
        with self.lock:
            ends_at, attributes = self.now() + lifetime_s, " ".join(caller.fqans)
            self.delegations.store(caller, proxy="", ends_at=ends_at, attributes=attributes)

    def grant(self, dn: str, *operations: str) -> None:
        """Grant a DN operations, also `admin`, which no request can grant.

        Args:
            dn: The DN.
            operations: `config`, `transfer`, `deleg`, `datamanagement`, `admin`.
        """
        with self.lock:
            self.grants.setdefault(dn, set()).update(operations)

    def ban_dn(self, dn: str, *, message: str | None = "", admin_dn: str = "") -> None:
        """Ban a user; jobs that are already there stay as they are.

        Args:
            dn: The user.
            message: Why.
            admin_dn: Who banned the user.
        """
        with self.lock:
            self.banned_dns[dn] = DNBan(dn, message, admin_dn, wire_time(self.now()))

    def ban_storage(
        self,
        storage: str,
        *,
        vo: str = "testvo",
        status: str = "CANCEL",
        message: str | None = "",
        admin_dn: str = "",
    ) -> None:
        """Ban a storage for submissions to come; jobs that are already there stay as they are.

        Args:
            storage: `scheme://host`.
            vo: The VO; `*` for all.
            status: `CANCEL`, `WAIT` or `WAIT_AS`.
            message: Why.
            admin_dn: Who banned it.
        """
        with self.lock:
            self.bans = [b for b in self.bans if collated(b.storage) != collated(storage)]
            self.bans.append(
                Ban(
                    storage=storage,
                    vo=vo,
                    status=status,
                    message=message,
                    admin_dn=admin_dn,
                    addition_time=wire_time(self.now()),
                )
            )

    def hold(self, job: Job, file_state: str) -> None:
        """Stop a job: give its active files a state in which nothing more happens to them."""
        with self.lock:
            for file in job.files:
                if file.file_state in ACTIVE_FILE_STATES:
                    self.set_file_state(file, file_state)
