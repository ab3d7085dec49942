"""Inputs that are nearly right: seeds, cut, doubled, spliced and sprinkled with what has broken readers before."""

from __future__ import annotations

import io
import wave
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

DOCUMENTS = Path(__file__).parent.parent / "media" / "documents"
DEMO = Path(__file__).parent.parent.parent / "seeds" / "demo"

_VTT = b"WEBVTT\n\nNOTE x\n\n1\n00:00:01.000 --> 00:00:02.500 align:start\n<v.loud Joe>Hello &amp; <i>there</i>.\n\n00:03.000 --> 00:04.000\nAda: Bye.\n"
_SRT = (
    b"1\n00:00:01,000 --> 00:00:02,500\nJoe: Hello.\n\n2\n00:00:03,000 --> 00:00:04,000\n<font color=red>Bye.</font>\n"
)
_JSON = b'{"version":"1.0.0","language":"en","segments":[{"speaker":"Joe","startTime":0.5,"endTime":1.5,"body":"Hello."},{"start":2,"end":3,"text":"Bye."}]}'
_CHAPTERS = b'{"version":"1.2.0","chapters":[{"startTime":0,"title":"One","url":"https://x.example/?a=1"},{"startTime":2.5,"toc":false}]}'
_TEXT = b"---\ntitle: x\n---\n# Talk\n\n**Joe:** Hello [00:01:02] there.\n\nAda: Bye [inaudible 00:03].\n\n[00:05:23.780 --> 00:05:29.100]   Joe: words\n"
_WORDS = "‮https://x.example/?token=1 <b onclick=x>&#x202e;Ümläut</b> CON ../../etc/passwd".encode()

_TOKENS = [
    b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#x10ffff;", b"&#xd800;",
    b"<item>", b"</item>", b"</channel>", b"<guid/>", b"<enclosure url='http://[::1' length='-1'/>", b"<podcast:person>", b"<x:y/>",
    b"<podcast:transcript url='//['/>", b"<pubDate>Thu, 99 Foo 99999 25:61:61 +9999</pubDate>", b"<pubDate>0</pubDate>", b"xmlns='", b"\x00",
    b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc3\x28", b"\r", b"\n\n", b"\t" * 50, b" " * 400, b"-->", b"00:00:00.000 --> 99999:59:59.999",
    b"::::", b"<v ", b"<v Joe", b"<c.", b"1e999", b"NaN", b"-Infinity", b"1e-400", b'{"a":', b"[" * 300, b"{" * 50, b'"startTime":', b"null",
    b"\\u0000", b"\\ud800", b"9" * 400, b"-1", b"**", b"**Joe**:", b"`" * 30, b"> " * 60, b"* " * 60, b"[x](" * 40, b"a" * 3000, b"<a " * 60,
    b"<div>" * 400, b"http://[", b"https://ada:pw@", b"javascript:", b"file:///etc/passwd", b"/etc/passwd", "‮".encode(), "漢字".encode(), b"!" * 60,
]  # fmt: skip


@cache
def seeds(target: str) -> tuple[bytes, ...]:
    """The inputs that a target's mutations start from."""
    found: dict[str, tuple[bytes, ...]] = {
        "feed": tuple(path.read_bytes() for path in sorted(DOCUMENTS.glob("*.xml"))),
        "opml": ((DOCUMENTS / "feeds.opml").read_bytes(),),
        "page": ((DOCUMENTS / "player.html").read_bytes(),),
        "chapters": (_CHAPTERS,),
        "words": (_WORDS,),
        "vtt": (_VTT,),
        "srt": (_SRT,),
        "json": (_JSON,),
        "txt": (_TEXT, _VTT),
        "md": (_TEXT,),
        "media": (_wav(), next(DEMO.glob("*.opus")).read_bytes()[:40_000]),
    }
    return found[target]


def inputs(target: str) -> st.SearchStrategy[bytes]:
    """Bytes that are nearly what a target reads, and some that are nothing like it."""
    return st.one_of(_mutated(target), _mutated(target), _mutated(target), st.binary(max_size=400), _sprinkled())


@st.composite
def _mutated(draw: st.DrawFn, target: str) -> bytes:
    data = bytearray(draw(st.sampled_from(seeds(target))))
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(("insert", "insert", "flip", "cut", "double", "splice")))
        first = draw(st.integers(0, max(0, len(data))))
        last = min(len(data), first + draw(st.integers(0, 200)))
        if kind == "insert":
            data[first:first] = draw(st.sampled_from(_TOKENS)) * draw(st.sampled_from((1, 1, 1, 2, 30)))
        elif kind == "flip" and first < len(data):
            data[first] = draw(st.integers(0, 255))
        elif kind == "cut":
            del data[first:last]
        elif kind == "double":
            data[first:first] = data[first:last] * draw(st.sampled_from((1, 2, 100)))
        elif kind == "splice":
            other = draw(st.sampled_from(seeds(target)))
            data[first:last] = other[first : first + 200]
    return bytes(data[:200_000])


def _sprinkled() -> st.SearchStrategy[bytes]:
    return st.lists(st.sampled_from(_TOKENS) | st.binary(max_size=20), max_size=40).map(b"".join)


def _wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(256)) * 20)
    return out.getvalue()
