"""XML from strangers as a tree: no entities, nothing fetched, bounded; what is not well-formed is read as far as it goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.errors import FeedError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_ELEMENTS, _MOST_CHILDREN, _MOST_OF_ONE = 100_000, 6000, 2000
"""Elements of a feed that are read: in all, of the channel, and of one item."""
_LONGEST_TEXT = 200_000
_PREFIXES = {
    "podcast": "https://podcastindex.org/namespace/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
}
"""Prefixes that feeds use without having declared them."""


def tree_of(data: bytes, address: str) -> Element | None:
    """A document that `safe_text` has seen as a tree, or None when nothing in it can be made out.

    Raises:
        FeedError: it defines entities in a way that was hidden.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=True, remove_pis=True,
        remove_comments=True, strip_cdata=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    if root is None:
        return None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):  # in an encoding that hid it above
        raise FeedError(f"{address} defines XML entities, which feeds never need; it was not read")
    for element in root.iter():
        if not _readable(element):
            continue
        if isinstance(element.tag, str) and ":" in element.tag and not element.tag.startswith("{"):
            prefix, _, name = element.tag.partition(":")
            if prefix in _PREFIXES and re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name):
                element.tag = f"{{{_PREFIXES[prefix]}}}{name}"
    return root


def reduced(root: Element) -> bytes:
    """A feed's tree as a document that is quick to read: its first items and tags, no text longer than a book's chapter."""
    from lxml import etree

    left = _MOST_ELEMENTS
    parents = [root, *root.findall("{*}channel")]
    for parent in parents:
        for number, child in enumerate(list(parent)):
            size = sum(1 for _, _ in zip(child.iter(), range(_MOST_OF_ONE + 1), strict=False))
            if child in parents:
                continue
            if number >= _MOST_CHILDREN or size > _MOST_OF_ONE or size > left:
                parent.remove(child)
            left -= min(size, left)
    for element in root.iter():
        if element.text and len(element.text) > _LONGEST_TEXT:
            element.text = element.text[:_LONGEST_TEXT]
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _readable(element: Element) -> bool:
    """Whether an element's name is text; one whose content is none is empty now."""
    try:
        _ = element.tag
    except UnicodeDecodeError:
        return False
    try:
        _ = element.text, element.tail, element.attrib.items()
    except UnicodeDecodeError:
        element.clear()
    return True
