"""A show on a web server of this machine: its feed grows, moves and answers as a test asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler

from tests.media.server import Answer, page

HEAD = (
    '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>{title}</title>{more}'
)


class Show:
    """Episodes that are transcripts; `asked` counts the answers with a body, by path."""

    def __init__(self, title: str = "The Show", *, more: str = "", words: Callable[[int], str] | None = None) -> None:
        self.title, self.more = title, more
        self.words = words or (lambda number: f"Ann: This is episode {number}. It has some words.\n")
        self.numbers: list[int] = []
        self.asked: Counter[str] = Counter()
        self.pages: dict[str, Answer] = {"/feed": self._feed}

    def publish(self, *numbers: int) -> None:
        """Put episodes into the feed."""
        for number in numbers:
            body = self.words(number).encode()
            self.pages[f"/t{number}.txt"] = self._counted(f"/t{number}.txt", page(body, "text/plain"))
            self.numbers.append(number)

    def document(self) -> bytes:
        """The feed as it is now."""
        items = "".join(
            f"<item><title>Episode {n}</title><guid>e{n}</guid><pubDate>{1 + n % 28} Jul 2025 08:00:00 GMT</pubDate>"
            f'<podcast:transcript url="/t{n}.txt" type="text/plain"/></item>'
            for n in self.numbers
        )
        return (HEAD.format(title=self.title, more=self.more) + items + "</channel></rss>").encode()

    def _feed(self, request: BaseHTTPRequestHandler) -> None:
        document = self.document()
        tag = f'"{sha256(document).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == tag:
            self.asked["304"] += 1
            request.send_response(304)
            request.end_headers()
        else:
            self.asked["/feed"] += 1
            page(document, "application/rss+xml", etag=tag)(request)

    def _counted(self, path: str, answer: Answer) -> Answer:
        def counted(request: BaseHTTPRequestHandler) -> None:
            self.asked[path] += 1
            answer(request)

        return counted
