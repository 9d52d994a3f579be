"""What a cookie holds is removed from messages."""

from __future__ import annotations

from fts_client.errors.redaction import InHand, in_hand, redact


def test_each_value_of_a_cookie_is_removed_wherever_it_stands() -> None:
    token = in_hand.set(InHand(({"Cookie": "theme=dark-blue-7; session=s3cret-value"},)))
    try:
        cleaned = redact("refused: s3cret-value, dark-blue-7")
    finally:
        in_hand.reset(token)
    assert "s3cret-value" not in cleaned
    assert "dark-blue-7" not in cleaned
    assert cleaned.startswith("refused: ")
