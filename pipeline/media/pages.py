"""Web pages: the audio that a page plays."""

from __future__ import annotations

from html.parser import HTMLParser

from pipeline.media.tags import joined

_LARGEST = 4_000_000


def audio_address(page: bytes, address: str) -> str | None:
    """The address of the first audio that a page names: its `og:audio`, or an audio element's source; None without.

    The address comes from a stranger: it is to be checked like any other before it is fetched.
    """
    finder = _Finder()
    finder.feed(page[:_LARGEST].decode("utf-8", errors="replace"))
    return joined(address, finder.named) or joined(address, finder.played) or None


def feed_address(page: bytes, address: str) -> str | None:
    """The address of the first feed that a page names in its head; None without."""
    finder = _Finder()
    finder.feed(page[:_LARGEST].decode("utf-8", errors="replace"))
    return joined(address, finder.followed) or None


class _Finder(HTMLParser):
    """Remembers the first address of each kind."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.named = ""
        self.played = ""
        self.followed = ""
        self._in_audio = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and (values.get("property") or values.get("name")) in (
            "og:audio",
            "og:audio:url",
            "og:audio:secure_url",
        ):
            self.named = self.named or values.get("content", "")
        elif tag == "link" and "alternate" in values.get("rel", "").lower().split():
            if values.get("type", "").lower() in ("application/rss+xml", "application/atom+xml"):
                self.followed = self.followed or values.get("href", "")
        elif tag == "audio" or (tag == "source" and self._in_audio):
            self._in_audio = True
            self.played = self.played or values.get("src", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "audio":
            self._in_audio = False
