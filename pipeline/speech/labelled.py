"""Running text with speaker labels (`**Name:** …`, `Name: …`), in Markdown or plain, or with none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.models import Transcript
from pipeline.speech.draft import Draft, Row, one_line, split_label, with_label

if TYPE_CHECKING:
    from markdown_it.token import Token

_BOLD_LABEL = re.compile(r"^\x02(?P<name>[^\x02\x03:]{1,60}?)(?::\x03|\x03\s*:)[ \t]*")
_TIME_MARK = re.compile(r"[\[(]\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]")
_UNHEARD = re.compile(r"\[(unintelligible|inaudible|crosstalk)[^\]]*\]", re.IGNORECASE)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_NOT_VOICES = frozenset({"break", "sponsor", "advertisement", "jingle", "music"})


def read(text: str, *, markdown: bool) -> Draft:
    """One row a paragraph; a paragraph without a label goes on with the last speaker."""
    text = _FRONT_MATTER.sub("", text)
    marked = markdown or re.search(r"^\s*\*\*[^*\n]{1,60}(:\*\*|\*\*\s*:)", text, re.MULTILINE)
    paragraphs = _markdown_paragraphs(text) if marked else _plain_paragraphs(text)
    draft = Draft()
    speaker: str | None = None
    for paragraph in paragraphs:
        named, rest, labelled = _label(paragraph)
        if labelled:
            speaker = named
        words = _clean(rest)
        if words and (speaker or "").lower() not in _NOT_VOICES:
            draft.rows.append(Row(text=words, speaker=speaker))
    return draft


def write(transcript: Transcript) -> str:
    """A paragraph a segment, `Name: words`."""
    return "\n\n".join(with_label(one_line(segment.text), segment.speaker) for segment in transcript.segments) + "\n"


def _label(paragraph: str) -> tuple[str | None, str, bool]:
    paragraph = paragraph.lstrip()
    if match := _BOLD_LABEL.match(paragraph):
        return one_line(match["name"]), paragraph[match.end() :], True
    return split_label(_TIME_MARK.sub("", paragraph, count=1).lstrip() if _TIME_MARK.match(paragraph) else paragraph)


def _clean(text: str) -> str:
    """The words alone: no marks of bold, no time marks, "[unintelligible]" without its time."""
    text = _UNHEARD.sub(lambda match: f"[{match[1].lower()}]", text.replace("\x02", "").replace("\x03", ""))
    return one_line(_TIME_MARK.sub("", text))


def _markdown_paragraphs(text: str) -> list[str]:
    """The text of each paragraph and list item; headings, code, HTML and images are no talk.

    Bold is kept as \\x02…\\x03, since labels are written with it.
    """
    from markdown_it import MarkdownIt

    paragraphs, in_heading = [], False
    for token in MarkdownIt("commonmark", {"html": False}).parse(text):
        if token.type in ("heading_open", "heading_close"):
            in_heading = token.type == "heading_open"
        elif token.type == "inline" and not in_heading:
            paragraphs.extend(_labelled_lines(_inline_text(token.children or [])))
    return paragraphs


def _inline_text(tokens: list[Token]) -> str:
    marks = {"strong_open": "\x02", "strong_close": "\x03", "softbreak": "\n", "hardbreak": "\n"}
    return "".join(
        marks.get(token.type, token.content if token.type in ("text", "code_inline", "text_special") else "")
        for token in tokens
    )


def _plain_paragraphs(text: str) -> list[str]:
    return [line for block in re.split(r"\n[ \t]*\n", text) for line in _labelled_lines(block)]


def _labelled_lines(block: str) -> list[str]:
    """The block, cut before every line that begins with a label; lines that are merely wrapped stay together."""
    pieces: list[str] = []
    for line in block.split("\n"):
        if pieces and not _label(line)[2]:
            pieces[-1] += " " + line.strip()
        else:
            pieces.append(line)
    return pieces
