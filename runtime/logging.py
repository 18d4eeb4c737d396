"""structlog over the standard library: one pipeline for our lines and everybody else's.

A line carries ids, never a person: only keys of the allow-list are kept.
"""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ALLOWED_KEYS = frozenset(
    {
        "event", "level", "logger", "timestamp", "exception", "case_id", "location", "account", "task_id", "text_id",
        "workflow_id", "activity_type", "attempt", "feed", "count", "status", "code", "rule_version", "seconds", "loop",
        "kind", "state", "error", "port", "url", "path", "version", "source", "external_id", "operation", "vendor",
    }
)  # fmt: skip
"""Anything else is dropped: names, phones and texts have no key here."""


def _keep_allowed(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    return {key: value for key, value in line.items() if key in ALLOWED_KEYS or key.startswith("_")}


def set_up_logging(level: str = "INFO", *, as_json: bool = False) -> None:
    """Configure both structlog and the standard library; call once at the start of a process."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _keep_allowed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "stripe", "twilio.http_client", "uvicorn.access", "alembic", "fontTools"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
