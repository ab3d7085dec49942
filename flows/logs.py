"""Structured logs: one JSON object a line in the data home, with the ids of episode and claim."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler

from flows.progress import Passing
from pipeline.settings import Settings

logger = logging.getLogger("claimcast")
logger.setLevel(logging.INFO)
logger.propagate = False

_FIELDS = ("episode", "claim", "stage", "seconds", "detail", "cached")


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if getattr(record, name, None) is not None}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 # the name is logging's
        """Nothing: on a full disk the command's own error says what is wrong, once."""


def log_to(settings: Settings) -> None:
    """Have log lines written to `claimcast.log.jsonl` in the data home: 5 MB at most, and one old file."""
    path = (settings.home / "claimcast.log.jsonl").resolve()
    for handler in list(logger.handlers):
        if isinstance(handler, RotatingFileHandler):
            if handler.baseFilename == str(path):
                return
            logger.removeHandler(handler)
            handler.close()
    handler = _File(path, maxBytes=5_000_000, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(_Lines())
    logger.addHandler(handler)


class Logged(Passing):
    """A listener that logs what starts and ends, and passes everything on."""

    def started(self, episode: str, stage: str) -> None:
        logger.info("started", extra={"episode": episode, "stage": stage})
        super().started(episode, stage)

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        logger.info(
            "stands" if cached else "finished",
            extra={"episode": episode, "stage": stage, "seconds": round(seconds, 3), "detail": detail},
        )
        super().finished(episode, stage, seconds, detail, cached)

    def failed(self, episode: str, stage: str) -> None:
        logger.error("failed", extra={"episode": episode, "stage": stage})
        super().failed(episode, stage)
