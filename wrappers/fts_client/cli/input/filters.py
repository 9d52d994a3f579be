"""The filters of `fts list` and `fts files`. FTS answers an empty list to what it does not know; here that is refused."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from typer import Option

from fts_client import states
from fts_client.errors import FTSError, FTSUsageError, PermissionDeniedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fts_client.client import FTSClient

JOB_STATES: Final = states.ACTIVE_JOB_STATES | states.TERMINAL_JOB_STATES
_FILE_STATES: Final = (
    states.CANCELLABLE_FILE_STATES | states.TERMINAL_FILE_STATES | states.WAITING_FILE_STATES
)
_MOST_NAMES: Final = 10
_STORAGE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\s]+")


def _state_option(names: Collection[str]) -> Any:
    def complete(incomplete: str) -> list[str]:
        return sorted(name for name in names if name.startswith(incomplete.upper()))

    text = "Only in this state; may be repeated, or several with commas."
    return Option("--state", metavar="STATE", help=text, autocompletion=complete)


JobStates = Annotated[list[str] | None, _state_option(JOB_STATES)]
FileStates = Annotated[list[str] | None, _state_option(_FILE_STATES)]
_storage = partial(Option, metavar="SCHEME://HOST")
SourceSe = Annotated[str | None, _storage("--source-se", "--source", help="Source storage.")]
DestSe = Annotated[str | None, _storage("--dest-se", "--destination", help="Destination storage.")]
Vo = Annotated[
    str | None,
    Option("--vo", "--voname", "-o", metavar="VO", help="VO, if you may see the jobs of several."),
]


def known_states(
    given: Iterable[str] | None, *, among: Collection[str] = _FILE_STATES
) -> list[str]:
    """Write states as FTS does; an empty list for none.

    Raises:
        FTSUsageError: A state is unknown.
    """
    wanted = [state.strip().upper() for states in given or () for state in states.split(",")]
    for state in wanted:
        if state not in among:
            near = get_close_matches(state, sorted(among), n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(among))}."
            raise FTSUsageError(f"Unknown state {state!r}", remedy=remedy)
    return wanted


def check_storage(name: str, storage: str | None) -> None:
    """Refuse a storage in another form than that of FTS.

    Args:
        name: Name of the option or argument, for the message.
        storage: None passes.

    Raises:
        FTSUsageError: It has no scheme, or more than scheme and host.

    Source: observed on FTS 3.13.4: `scheme://host` without port is compared as a whole.
    """
    if storage is None:
        return
    found = _STORAGE.match(storage)
    if found is None:
        host = storage if re.fullmatch(r"[\w.-]+", storage) else "HOST"
        raise FTSUsageError(
            f"{name} must be SCHEME://HOST, got {storage!r}",
            remedy=f"Write the scheme of its SURLs, for instance davs://{host} or root://{host}.",
        )
    # FTS leaves the port out, also that of an address in brackets.
    plain = re.sub(r"(?<=[^:]):\d*$", "", found[0])
    if storage != plain:
        raise FTSUsageError(
            f"{name} must be SCHEME://HOST without port and path, got {storage!r}",
            remedy=f"Did you mean {plain}?",
        )


def check_vo(fts: FTSClient, vo: str | None, shown: Collection[object]) -> None:
    """Refuse a VO whose jobs the server does not show.

    Args:
        fts: The client.
        vo: The VO asked for; None passes.
        shown: The VOs of what the server has listed.

    Raises:
        FTSError: The caller sees only another VO, or the server knows no such VO.

    Source: observed on FTS 3.13.4: who may not see all VOs gets the jobs of their first one instead.
    """
    if vo is None or shown == {vo}:
        return
    me = fts.whoami()
    level = me.level.get("transfer") if hasattr(me.level, "get") else None
    if level != "all" and vo not in me.vos[:1]:
        mine = f"only jobs of the VO {me.vos[0]}" if me.vos else "no jobs"
        raise FTSError(f"The server shows you {mine}, not those of {vo}")
    if level != "all" or shown:
        return
    from fts_api.api.autocomplete import complete_vo  # noqa: PLC0415 - with the client

    try:
        vos: Any = complete_vo.sync(client=fts.raw, term="")
    except PermissionDeniedError:
        return
    if vo not in vos:
        near = get_close_matches(vo, vos, n=3) or sorted(vos)[:_MOST_NAMES]
        raise FTSError(
            f"No VO {vo!r} has jobs on this server",
            remedy=f"There are jobs of {', '.join(near)}." if near else "There are no jobs.",
        )
