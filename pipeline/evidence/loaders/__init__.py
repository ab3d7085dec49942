"""Sources of every kind become drafts: one loader a kind, chosen by address, file name and content.

A loader reads one thing and says what it says of itself; chunking and the benchmark reader make passages and facts of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import InputError, SourceError
from pipeline.evidence.benchmarks import Known, read_table
from pipeline.evidence.chunking import cut
from pipeline.evidence.documents import Block, Document, Given, Table
from pipeline.evidence.loaders import html, jsonlines, markdown, pdf, plain, tables
from pipeline.evidence.loaders.addresses import readable_address
from pipeline.evidence.loaders.feed import is_feed, read_feed
from pipeline.evidence.records import Failure, SourceDraft
from pipeline.models import Frozen, Rank
from pipeline.net import Page, fetch_page
from pipeline.settings import Settings

Reader = Callable[[bytes, str], Document]

READERS: dict[str, Reader] = {
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".pdf": pdf.read,
    ".csv": tables.read,
    ".tsv": tables.read,
    ".parquet": tables.read,
    ".txt": plain.read,
}
JSON_LINES = (".jsonl", ".ndjson")
BY_TYPE = {
    "text/html": html.read,
    "application/xhtml+xml": html.read,
    "application/pdf": pdf.read,
    "text/markdown": markdown.read,
    "text/csv": tables.read,
    "text/plain": plain.read,
}


class Loaded(Frozen):
    """What loading gave: drafts, what could not be loaded, and files whose drafts are all there is in them."""

    drafts: tuple[SourceDraft, ...] = ()
    failed: tuple[Failure, ...] = ()
    containers: tuple[str, ...] = ()


def load(location: str, settings: Settings, given: Given, known: Known) -> Loaded:
    """Everything at a path or an address; what can't be read is named in `failed`."""
    if location.startswith(("http://", "https://")):
        return _guarded(location, lambda: _from_address(location, settings, given, known))
    path = Path(location).expanduser()
    if path.is_dir():
        return _folder(path, settings, given, known)
    return _guarded(location, lambda: _from_file(path, settings, given, known))


def _guarded(location: str, read: Callable[[], Loaded]) -> Loaded:
    try:
        return read()
    except (SourceError, InputError) as error:
        return Loaded(failed=(Failure(location=location, reason=str(error)),))


def _folder(folder: Path, settings: Settings, given: Given, known: Known) -> Loaded:
    readable = (*READERS, *JSON_LINES)
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in readable
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    if not files:
        kinds = " ".join(readable)
        return Loaded(failed=(Failure(location=str(folder), reason=f"{folder} holds no file that is read: {kinds}"),))
    return _joined(load(str(path), settings, given, known) for path in files)


def _joined(parts: Iterable[Loaded]) -> Loaded:
    drafts: list[SourceDraft] = []
    failed: list[Failure] = []
    containers: list[str] = []
    for part in parts:
        drafts += part.drafts
        failed += part.failed
        containers += part.containers
    return Loaded(drafts=tuple(drafts), failed=tuple(failed), containers=tuple(containers))


def _from_file(path: Path, settings: Settings, given: Given, known: Known) -> Loaded:
    if not path.exists():
        raise SourceError(f"{path}: no such file; check the path")
    suffix = path.suffix.lower()
    key = path.resolve().as_posix()
    size = path.stat().st_size
    if size > settings.max_download_mb * 1_000_000:
        raise SourceError(f"{path} has {size / 1e6:.0f} MB, more than CLAIMCAST_MAX_DOWNLOAD_MB")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} can't be read: {error.strerror}") from error
    if suffix in JSON_LINES:
        drafts, whole = jsonlines.read(content, key, given)
        return Loaded(drafts=tuple(drafts), containers=(whole,) if whole else ())
    reader = READERS.get(suffix)
    if reader is None:
        raise SourceError(f"{path}: {suffix or 'files without an ending'} are not read; {', '.join(READERS)} are")
    return Loaded(drafts=(draft_of(reader(content, key), given, known),))


def _from_address(url: str, settings: Settings, given: Given, known: Known) -> Loaded:
    page = fetch_page(readable_address(url), settings)
    if is_feed(page.content_type, page.content):
        return Loaded(drafts=tuple(draft_of(document, given, known) for document in read_feed(page.content, url)))
    return Loaded(drafts=(draft_of(_page(page, url), given, known),))


def _page(page: Page, url: str) -> Document:
    suffix = Path(urlsplit(page.url).path).suffix.lower()
    reader = READERS.get(suffix) if page.content_type in ("text/plain", "application/octet-stream", "") else None
    reader = reader or BY_TYPE.get(page.content_type) or READERS.get(suffix)
    if reader is None:
        raise SourceError(f"{url}: {page.content_type or 'content of no stated type'} is not read")
    document = reader(page.content, url)
    return document.model_copy(update={"key": url, "url": url, "publisher": document.publisher or _host(url)})


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    if host in ("github.com", "raw.githubusercontent.com"):
        return urlsplit(url).path.strip("/").split("/")[0]
    return host.removeprefix("www.")


def draft_of(document: Document, given: Given, known: Known) -> SourceDraft:
    """A document with what was said of it, cut into passages and facts.

    Raises:
        SourceError: there is nothing to read in it.
    """
    said = {name: value for name, value in given.model_dump().items() if value}
    document = document.model_copy(update=said)
    texts = cut(document.model_copy(update={"blocks": tuple(b for b in document.blocks if isinstance(b, Block))}))
    held = [block for block in document.blocks if isinstance(block, Table)]
    for number, table in enumerate(held, start=1):
        texts.extend(read_table(document, table, number, known))
    if not texts:
        raise SourceError(f"{document.key} holds no text that can be read")
    rank: Rank = document.rank or "secondary"
    return SourceDraft(
        key=document.key,
        title=document.title,
        publisher=document.publisher,
        author=document.author,
        url=document.url,
        published=document.published,
        licence=document.licence,
        rank=rank,
        sha256=document.sha256,
        kind=document.kind,
        text=document.text,
        passages=tuple(texts),
    )


def hash_of(content: bytes) -> str:
    """The SHA-256 of a document's bytes."""
    return sha256(content).hexdigest()
