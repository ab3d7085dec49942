"""HTML: the article's words by trafilatura, who and when from the page's metadata, tables read cell by cell."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline.errors import SourceError
from pipeline.evidence.chunking import squeeze
from pipeline.evidence.dates import read_date
from pipeline.evidence.documents import Block, Document, Table
from pipeline.evidence.loaders.plain import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_CELLS = 200_000


def read(content: bytes, key: str) -> Document:
    """A web page; arXiv's pages say title, authors, day and abstract in their metadata."""
    from lxml import html as lxml_html

    text = decode(content, key)
    try:
        tree = lxml_html.fromstring(text)
    except Exception as error:  # lxml raises several kinds, one of them a plain ValueError
        raise SourceError(f"{key} can't be read as HTML ({error})") from error
    meta = _meta(tree)
    if "citation_arxiv_id" in meta:
        return _arxiv(tree, meta, content, key)
    return _article(text, tree, content, key)


def _article(text: str, tree: _Element, content: bytes, key: str) -> Document:
    import trafilatura

    found = trafilatura.bare_extraction(
        text,
        url=key if key.startswith("http") else None,
        with_metadata=True,
        include_tables=False,
        include_comments=False,
        favor_recall=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    tables = _tables(tree)
    if found is None and not tables:
        raise SourceError(f"{key} has no article text; save the page as text, or add another address")
    said = found.as_dict() if found is not None else {}
    blocks = _blocks(said.get("body"))
    return Document(
        key=key,
        title=squeeze(str(said.get("title") or _first(tree, "//title/text()") or key)),
        kind="html",
        sha256=sha256(content).hexdigest(),
        text="\n\n".join([*(block.text for block in blocks), *(_table_text(table) for table in tables)]),
        blocks=(*blocks, *tables),
        publisher=str(said.get("sitename") or ""),
        author=str(said.get("author") or ""),
        url=str(said.get("url") or "") if str(said.get("url") or "").startswith("http") else "",
        published=read_date(said.get("date"))[0],
        licence=str(said.get("license") or ""),
    )


def _blocks(body: _Element | None) -> list[Block]:
    """Paragraphs of trafilatura's tree with the headings above them."""
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for element in body.iter() if body is not None else ():
        if element.tag == "head":
            level = int(str(element.get("rend") or "h2")[1:] or 2)
            path = [(depth, heading) for depth, heading in path if depth < level]
            path.append((level, squeeze("".join(element.itertext()))))
        elif element.tag in ("p", "item", "quote", "code") and not _inside(element):
            words = squeeze("".join(element.itertext()))
            if words:
                blocks.append(Block(text=words, path=tuple(heading for _, heading in path)))
    return blocks


def _inside(element: _Element) -> bool:
    """Whether an ancestor gives this element's words already."""
    return any(parent.tag in ("p", "item", "quote", "code") for parent in element.iterancestors())


def _tables(tree: _Element) -> list[Table]:
    tables: list[Table] = []
    for element in tree.xpath("//table[not(.//table)]"):
        rows = [
            tuple(squeeze("".join(cell.itertext())) for cell in row.xpath("./th|./td"))
            for row in element.xpath(".//tr")
        ]
        rows = [row for row in rows if any(row)]
        if len(rows) < 2 or len(rows[0]) < 2 or sum(map(len, rows)) > MAX_CELLS:
            continue
        heading = element.xpath("string(preceding::*[self::h1 or self::h2 or self::h3 or self::h4][1])")
        caption = squeeze(element.xpath("string(./caption)"))
        path = tuple(part for part in (squeeze(heading), caption) if part)
        tables.append(Table(header=rows[0], rows=tuple(rows[1:]), path=path))
    return tables


def _table_text(table: Table) -> str:
    return "\n".join(" | ".join(row) for row in (table.header, *table.rows))


def _arxiv(tree: _Element, meta: dict[str, list[str]], content: bytes, key: str) -> Document:
    abstract = (meta.get("citation_abstract") or [_first(tree, "//blockquote[contains(@class,'abstract')]")])[0]
    abstract = squeeze(abstract).removeprefix("Abstract:").strip()
    if not abstract:
        raise SourceError(f"{key} is an arXiv page without an abstract; give the address of its /abs/ page")
    identifier = meta["citation_arxiv_id"][0]
    said = (meta.get("citation_date") or meta.get("citation_online_date") or [""])[0]
    return Document(
        key=key,
        title=squeeze(meta.get("citation_title", [identifier])[0]),
        kind="html",
        sha256=sha256(content).hexdigest(),
        text=abstract,
        blocks=(Block(text=abstract, path=("Abstract",)),),
        publisher="arXiv",
        author="; ".join(meta.get("citation_author", [])),
        url=f"https://arxiv.org/abs/{identifier}",
        published=read_date(said.replace("/", "-"))[0],
    )


def _meta(tree: _Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.xpath("//meta[@name][@content]"):
        found.setdefault(str(element.get("name")).lower(), []).append(str(element.get("content")))
    return found


def _first(tree: _Element, path: str) -> str:
    found = tree.xpath(path)
    if not found:
        return ""
    return found[0] if isinstance(found[0], str) else "".join(found[0].itertext())
