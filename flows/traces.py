"""Traces: a span for the run and one for every stage of every episode, sent to an OpenTelemetry collector.

Nothing is sent, and no library for it loaded, unless `CLAIMCAST_TRACES` names a collector that takes OTLP over HTTP. A
collector that is away costs the run nothing but a line in the log.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.logs import logger
from flows.progress import Listener, Passing
from pipeline.errors import SettingsError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.trace import Span

LAST_WORDS = 5
"""Seconds that the end of a run waits for the collector to take what is left."""


@contextmanager
def traced(to: Listener, settings: Settings, episodes: int) -> Iterator[Listener]:
    """A listener that passes everything to `to`, and while the block lasts makes spans of it when a collector is named.

    Raises:
        SettingsError: the address is none, or the libraries for it are not installed.
    """
    if settings.traces is None:
        yield to
        return
    from opentelemetry.trace import StatusCode

    lost: list[str] = []
    provider = _provider(settings.traces, lost.append)
    tracer = provider.get_tracer("claimcast", version("claimcast"))
    try:
        with tracer.start_as_current_span("verify", attributes={"claimcast.episodes": episodes}) as run:
            spans = Spans(to, provider, run)
            yield spans
            if spans.failures:
                run.set_status(StatusCode.ERROR, f"{spans.failures} stages failed")
    finally:
        if not provider.force_flush(LAST_WORDS * 1000) or lost:
            logger.warning("traces not sent", extra={"detail": f"{settings.traces} did not take them"})
        provider.shutdown()


class Spans(Passing):
    """A listener that makes a span of every stage, and passes everything on. Stages may come from several threads."""

    def __init__(self, to: Listener, provider: TracerProvider, run: Span) -> None:
        from opentelemetry.trace import set_span_in_context

        super().__init__(to)
        self.failures = 0
        self._tracer = provider.get_tracer("claimcast", version("claimcast"))
        self._parent = set_span_in_context(run)
        self._open: dict[tuple[str, str], Span] = {}
        self._lock = threading.Lock()

    def started(self, episode: str, stage: str) -> None:
        """A span begins."""
        with self._lock:
            if (episode, stage) not in self._open:
                self._open[episode, stage] = self._begin(episode, stage, time.time_ns())
        super().started(episode, stage)

    def finished(self, episode: str, stage: str, seconds: float, detail: str, cached: bool) -> None:
        """The span ends; what was never told to have begun began `seconds` ago."""
        with self._lock:
            span = self._open.pop((episode, stage), None)
            span = span or self._begin(episode, stage, time.time_ns() - int(seconds * 1e9))
        span.set_attributes({"claimcast.detail": detail, "claimcast.cached": cached})
        span.end()
        super().finished(episode, stage, seconds, detail, cached)

    def failed(self, episode: str, stage: str) -> None:
        """The span ends with an error."""
        from opentelemetry.trace import StatusCode

        with self._lock:
            self.failures += 1
            span = self._open.pop((episode, stage), None) or self._begin(episode, stage, time.time_ns())
        span.set_status(StatusCode.ERROR)
        span.end()
        super().failed(episode, stage)

    def _begin(self, episode: str, stage: str, at: int) -> Span:
        attributes = {"claimcast.stage": stage} | ({"claimcast.episode": episode} if episode else {})
        return self._tracer.start_span(stage, context=self._parent, attributes=attributes, start_time=at)


def _provider(address: str, on_loss: Callable[[str], None]) -> TracerProvider:
    """Where spans go: in batches, from a thread of its own, to the collector's `/v1/traces`; `on_loss` is told of each
    batch that it did not take."""
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise SettingsError(f"CLAIMCAST_TRACES is {address}, no address of a collector; name one as http://host:4318")
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
    except ImportError as error:
        raise SettingsError("CLAIMCAST_TRACES needs an exporter: pip install 'claimcast[otel]', or unset it") from error
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # its tracebacks say what one line of ours says
    path = "" if urlsplit(address).path.endswith("/v1/traces") else "/v1/traces"

    class Exporter(OTLPSpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            taken = super().export(spans)
            if taken is not SpanExportResult.SUCCESS:
                on_loss(address)
            return taken

    exporter = Exporter(endpoint=address.rstrip("/") + path, timeout=LAST_WORDS)
    resource = Resource.create({"service.name": "claimcast", "service.version": version("claimcast")})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=2000))
    return provider
