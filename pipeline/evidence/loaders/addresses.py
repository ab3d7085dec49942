"""The address where the words of a page really are: a GitHub repository's README, an arXiv paper's page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_REPOSITORY = re.compile(r"^/([^/]+)/([^/]+?)(?:\.git)?/?$")
_BLOB = re.compile(r"^/([^/]+)/([^/]+)/blob/([^/]+)/(.+)$")
_ARXIV_PDF = re.compile(r"^/pdf/([^/]+?)(?:\.pdf)?$")


def readable_address(url: str) -> str:
    """Where to fetch what an address is about; most addresses are that already.

    A GitHub repository becomes its README as text, a file on GitHub its raw text, an arXiv PDF its abstract page (which
    states title, authors and date).
    """
    parts = urlsplit(url)
    if parts.hostname in ("github.com", "www.github.com"):
        if match := _REPOSITORY.match(parts.path):
            return f"https://raw.githubusercontent.com/{match[1]}/{match[2]}/HEAD/README.md"
        if match := _BLOB.match(parts.path):
            return f"https://raw.githubusercontent.com/{match[1]}/{match[2]}/{match[3]}/{match[4]}"
    if parts.hostname in ("arxiv.org", "www.arxiv.org") and (match := _ARXIV_PDF.match(parts.path)):
        return f"https://arxiv.org/abs/{match[1]}"
    return url
