"""No secret in what the harness shows and keeps."""

from __future__ import annotations

import pytest

from fts_contract.harness.sending.redaction import without_secrets, without_tokens

OWN = "MARKEDop+aq/ue~tok.en0815MARKED=="


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"you sent {OWN}.", "you sent [token removed]."),
        (f"you sent {OWN[:17]}...", "you sent [token removed]..."),
        (f"you sent ...{OWN[-17:]}", "you sent ...[token removed]"),
        (f"{OWN}{OWN}", "[token removed][token removed]"),
        ("you sent MARKED", "you sent MARKED"),
    ],
)
def test_own_token_is_removed_also_where_it_is_cut_off(text: str, shown: str) -> None:
    assert without_tokens(text, OWN) == shown
    assert without_tokens("you sent abc", "abc") == "you sent [token removed]"


def test_secrets_in_urls_are_removed() -> None:
    text = 'davs://me:word@h/p?X-Amz-Signature=a&x=1&authz=b "sig=c" bring_online=1'
    assert without_secrets(text) == (
        "davs://h/p?X-Amz-Signature=[token removed]&x=1&authz=[token removed]"
        ' "sig=[token removed]" bring_online=1'
    )
