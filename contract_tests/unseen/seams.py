"""Seams for defects that remember earlier requests, mistake the caller, or lie deeper than a handler."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import attrs

from fts_contract.defects.defect import Defect, Front, Kind, Seam
from fts_contract.mock.errors import status_text
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler, Inside
    from fts_contract.mock.identity import Caller
    from fts_contract.mock.records import File, Job
    from fts_contract.mock.state import State

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

OK: Final = 200
SUBMIT: Final = ("submit_job", "submit_job_put")
_remembered: WeakKeyDictionary[State, dict[str, Any]] = WeakKeyDictionary()


def memory(call: Call) -> dict[str, Any]:
    """What a defect remembers from one request to the next; each mock has its own."""
    return _remembered.setdefault(call.state, {})


def in_operations(
    name: str,
    description: str,
    kind: Kind,
    seam: Seam,
    *,
    operations: Iterable[str],
    resource: str,
    **others: Any,
) -> Defect:
    """Describe a defect that several operations share; see `Defect` for the arguments."""
    return Defect(
        name=name,
        description=description,
        kind=kind,
        resource=resource,
        seams=dict.fromkeys(operations, seam),
        **others,
    )


@contextlib.contextmanager
def replaced(owner: Any, **values: Any) -> Iterator[None]:
    """Give an object other attributes for a while."""
    own = vars(owner)
    before = {name: own[name] for name in values if name in own}
    own.update(values)
    try:
        yield
    finally:
        for name in values:
            own.pop(name, None)
        own.update(before)


# Requests and replies


def asking(call: Call, arguments: dict[str, str]) -> Call:
    """Give a request other query arguments."""
    return attrs.evolve(call, query=arguments)


def without(call: Call, *names: str) -> Call:
    """Take query arguments away from a request."""
    return asking(call, {name: v for name, v in call.query.items() if name not in names})


def rows_of(reply: Reply) -> list[Any] | None:
    """The array in the body of a good reply; None for anything else."""
    if reply.status != OK:
        return None
    try:
        rows = json.loads(reply.body)
    except ValueError:
        return None
    return rows if isinstance(rows, list) else None


def rows_instead(reply: Reply, rows: Iterable[Any]) -> Reply:
    """Answer other rows; the same reply when they are equal."""
    new = list(rows)
    return reply if new == rows_of(reply) else attrs.evolve(reply, body=json.dumps(new).encode())


def refusal(status: int, message: str) -> Reply:
    """An error in the usual shape."""
    return json_reply({"status": status_text(status), "message": message}, status=status)


def params_of(body: dict[str, Any]) -> dict[str, Any]:
    """The parameters in the body of a submission; empty when they are not an object."""
    params = body.get("params")
    return params if isinstance(params, dict) else {}


def jobs_named(call: Call) -> list[Job]:
    """The jobs that the path of a request names."""
    text = call.params.get("job_ids") or call.params.get("job_id") or ""
    found = (call.state.find(job_id) for job_id in text.split(","))
    return [job for job in found if job is not None]


def may_touch(call: Call, job: Job) -> bool:
    """Say whether the caller may read and change a job."""
    return call.identity.may_touch(user_dn=job.user_dn, vo_name=job.vo_name)


def job_made(call: Call, reply: Reply) -> Job | None:
    """The job that a submission has made."""
    return call.state.find(json.loads(reply.body)["job_id"]) if reply.status == OK else None


def on_submitted(change: Callable[[Call, Job], bool]) -> Seam:
    """Change a job right after it was submitted; `change` says whether it did."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        job = job_made(call, reply)
        return attrs.evolve(reply) if job is not None and change(call, job) else reply

    return seam


def reopened(state: State, job: Job, files: Iterable[File]) -> None:
    """Let a job that has ended begin again with some of its files."""
    job.job_state, job.job_finished, job.reason = "SUBMITTED", None, None
    state.insert(job)
    for file in files:
        state.set_file_state(file, "SUBMITTED")
        file.finish_time = file.reason = None
        state.engine.resume(file, state.now())


# In front of the application


def as_somebody_else(choose: Callable[[Caller, Scope], Caller]) -> Front:
    """Take a caller for another one before anything else happens; `choose` returns the same object for no change."""

    def front(app: Application) -> Application:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            caller = scope["state"]["caller"]
            chosen = choose(caller, scope)
            if chosen is not caller:
                scope = {**scope, "state": {**scope["state"], "caller": chosen}}
            await app(scope, receive, send)

        return serve

    return front


def header_of(scope: Scope, name: bytes) -> str:
    """A header of a request; empty without it."""
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


# Deeper than the handlers


def on_engine(**wrappers: Callable[..., Any]) -> Inside:
    """Replace methods of the engine.

    Args:
        wrappers: Name of a method to a function that gets the method, what to call for each effect, and then the arguments of
            the method.
    """

    def inside(mock: Any, count: Callable[[], None]) -> None:
        engine = mock.state.engine
        for name, wrapper in wrappers.items():
            setattr(engine, name, partial(wrapper, getattr(engine, name), count))

    return inside


def neighbour(method: Any, name: str) -> Callable[..., Any]:
    """Another method of the object that a method belongs to."""
    found: Callable[..., Any] = getattr(method.__self__, name)
    return found
