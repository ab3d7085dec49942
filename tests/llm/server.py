"""A server on loopback that speaks as much of OpenAI's protocol as a question needs, and answers as a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Reply(NamedTuple):
    """One answer: an HTTP status, what the model says, and how it ended."""

    content: str | None = ""
    status: int = 200
    finish: str = "stop"
    refusal: str | None = None
    wait: float = 0.0
    body: bytes | None = None
    headers: dict[str, str] = {}
    drip: float = 0.0
    """Seconds between the bytes of the body; 0: all at once."""


class Asked(NamedTuple):
    """One request as it came."""

    path: str
    authorization: str
    body: dict[str, object]

    @property
    def text(self) -> str:
        return json.dumps(self.body, ensure_ascii=False)


class Script:
    """Replies in order, the last one again and again; and all that was asked."""

    def __init__(self, *replies: Reply | Callable[[Asked], Reply]) -> None:
        self.replies = list(replies)
        self.asked: list[Asked] = []
        self.address = ""
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()

    def reply(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            chosen = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        found = chosen(asked) if callable(chosen) else chosen
        time.sleep(found.wait)
        with self._lock:
            self._now -= 1
        return found


@contextmanager
def serving(script: Script) -> Iterator[Script]:
    """The script, answering at `script.address`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            reply = script.reply(Asked(self.path, self.headers.get("authorization", ""), json.loads(raw or b"{}")))
            body = reply.body if reply.body is not None else json.dumps(_completion(reply)).encode()
            try:
                self.send_response(reply.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for at in range(0, len(body), 1 if reply.drip else len(body) or 1):
                    self.wfile.write(body[at : at + 1] if reply.drip else body)
                    self.wfile.flush()
                    time.sleep(reply.drip)
            except OSError:  # the client went away, which is what some tests are about
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    script.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()


def _completion(reply: Reply) -> dict[str, object]:
    if reply.status != 200:
        return {"error": {"message": f"status {reply.status}", "type": "test"}}
    message = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "test",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
