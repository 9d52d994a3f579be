"""Every block of code on every page runs as a reader would run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_docs.pages import PAGES, ROOT, blocks_of
from test_docs.running import BlockError, Runner

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS

NOT_RUN = {
    "README.md": 5,
    "docs/before-you-upgrade.md": 5,
    "docs/checking-a-server.md": 3,
    "docs/cookbook/airflow.md": 3,
    "docs/defects.md": 1,
    "docs/index.md": 1,
    "docs/mock.md": 1,
    "docs/other-languages.md": 4,
    "docs/quick-start.md": 1,
    "docs/regenerating.md": 1,
    "docs/requests.md": 1,
    "docs/upgrading.md": 1,
}
"""How many blocks of a page no test runs; each says why in a comment before it."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_the_page_does_what_the_page_says(
    page: Path, mock: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Runner(mock, tmp_path, monkeypatch).run(blocks_of(page))


def test_blocks_that_nothing_runs_are_those_that_are_known() -> None:
    counts = {
        str(page.relative_to(ROOT)): sum(block.not_run is not None for block in blocks_of(page))
        for page in PAGES
    }
    assert {page: count for page, count in counts.items() if count} == NOT_RUN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_block_of_the_page_is_overlooked(page: Path) -> None:
    # A block inside of a note or a list is indented and would not be found.
    fences = [line for line in page.read_text("utf-8").splitlines() if "```" in line]
    blocks = blocks_of(page)
    assert len(fences) == 2 * (len(blocks) + sum(block.output is not None for block in blocks))


BAD = {
    "python that raises": "```python\n1 / 0\n```\n",
    "python that prints something else": "```python\nprint(1)\n```\n\n```text\n2\n```\n",
    "a command that fails": "```console\n$ false\n```\n",
    "a command that prints something else": "```console\n$ echo a\nb\n```\n",
    "a script that fails": "```sh\nset -e\nfalse\ntrue\n```\n",
    "a file that is no JSON": "```json\n{\n```\n",
    "a test that fails": '```python title="test_x.py"\ndef test_x():\n    assert False\n```\n',
    "a program that warns": '```python\nimport warnings\nwarnings.warn("MockFTS(")\n```\n',
    "an unknown language": "```cobol\nSTOP RUN.\n```\n",
    "no language": "```\nwhat\n```\n",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_wrong_block_is_noticed(
    kind: str, mock: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.md").write_text(BAD[kind], encoding="utf-8")
    blocks = blocks_of(tmp_path / "page.md")
    with pytest.raises((BlockError, ZeroDivisionError, ValueError)):
        Runner(mock, tmp_path, monkeypatch).run(blocks)


def test_waiting_takes_no_real_time(
    mock: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```python\n"
        "from fts_client import FTSClient, Job, Transfer\n"
        "with FTSClient('https://fts.example.org:8446') as fts:\n"
        "    job_id = fts.submit(Job([Transfer('mock://a/f', 'mock://b/f?time=1800')]))\n"
        "    print(fts.wait_for_job(job_id, timeout_s=3600, poll_s=60).job_state)\n"
        "```\n\n```text\nFINISHED\n```\n"
    )
    Runner(mock, tmp_path, monkeypatch).run(blocks_of(page))
