"""Loggers that show no secrets."""

from __future__ import annotations

import logging

from fts_client.errors.chains import chainable
from fts_client.errors.redaction import redact


def _redacted(record: logging.LogRecord) -> bool:
    text = record.getMessage()
    shown = redact(text)
    if shown != text:
        record.msg, record.args = shown, ()
    if record.exc_info and chainable(record.exc_info[1]) is None:
        record.exc_info = None
    return True


def safe_logger(name: str) -> logging.Logger:
    """Return a logger, ours or that of a library, after making sure that it takes the secrets out of its records."""
    logger = logging.getLogger(name)
    logger.addFilter(_redacted)  # the second time, this does nothing
    return logger
