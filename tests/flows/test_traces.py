"""Traces, taken by a real collector's protocol on loopback."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from flows.progress import Nobody
from flows.traces import traced
from pipeline.errors import SettingsError
from pipeline.settings import Settings
from tests.flows.conftest import Verify

pytestmark = pytest.mark.xdist_group("prefect")


class Collector(ThreadingHTTPServer):
    """Takes OTLP over HTTP and keeps the spans."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.requests: list[ExportTraceServiceRequest] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def spans(self) -> list[Span]:
        scopes = [s for request in self.requests for r in request.resource_spans for s in r.scope_spans]
        return [span for scope in scopes for span in scope.spans]


class Taking(BaseHTTPRequestHandler):
    """One request of an exporter."""

    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        assert self.path == "/v1/traces"
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        self.server.requests.append(request)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    server = Collector()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as server:
        yield server


def attributes(span: Span) -> dict[str, object]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in span.attributes}


def test_every_stage_of_a_run_is_a_span(verify: Verify, talk: Path, collector: Collector, settings: Settings) -> None:
    _, failures = verify(talk, using=settings.model_copy(update={"traces": collector.address}))
    assert not failures
    (run,) = [span for span in collector.spans if span.name == "verify"]
    assert attributes(run)["claimcast.episodes"] == 1
    stages = {span.name: span for span in collector.spans if span.parent_span_id == run.span_id}
    assert {"open", "transcript", "claims", "verdicts", "report"} <= stages.keys()
    for span in stages.values():
        assert span.trace_id == run.trace_id
        assert run.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
    assert "judged" in str(attributes(stages["verdicts"])["claimcast.detail"])
    assert attributes(stages["claims"])["claimcast.cached"] is False
    resource = collector.requests[0].resource_spans[0].resource
    assert ("service.name", "claimcast") in [(one.key, one.value.string_value) for one in resource.attributes]


def test_a_stage_that_fails_ends_its_span_with_an_error(collector: Collector) -> None:
    with traced(Nobody(), Settings(traces=collector.address), 2) as listener:
        listener.started("one", "claims")
        listener.failed("one", "claims")
        listener.finished("two", "claims", 0.0, "stood", True)
    by_episode = {attributes(span).get("claimcast.episode"): span for span in collector.spans}
    assert by_episode["one"].status.code == Status.STATUS_CODE_ERROR
    assert attributes(by_episode["two"])["claimcast.cached"] is True
    (run,) = [span for span in collector.spans if span.name == "verify"]
    assert run.status.code == Status.STATUS_CODE_ERROR


def test_a_collector_that_is_away_harms_nothing(
    verify: Verify, talk: Path, capfd: pytest.CaptureFixture[str], settings: Settings
) -> None:
    with collecting() as gone:
        address = gone.address
    (outcome,), failures = verify(talk, using=settings.model_copy(update={"traces": address}))
    assert not failures
    assert outcome.claims
    assert "Traceback" not in "".join(capfd.readouterr())
    log = (outcome.report_html.parent.parent.parent / "claimcast.log.jsonl").read_text("utf-8")
    assert "traces not sent" in log


@pytest.mark.parametrize("address", ["localhost:4318", "ftp://x", "http://", "4318"])
def test_an_address_that_is_none_is_a_line(address: str) -> None:
    with pytest.raises(SettingsError, match="CLAIMCAST_TRACES"), traced(Nobody(), Settings(traces=address), 1):
        pass
