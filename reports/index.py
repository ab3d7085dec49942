"""The data home's front page: every finished report, newest first, as index.html and as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

from markupsafe import Markup
from pydantic import ValidationError

from pipeline.errors import SchemaError
from pipeline.files import write_whole
from pipeline.models import LABELS, Frozen, Report, stable_id
from reports import text as t
from reports.render import policy, static, template
from reports.view import finding
from reports.words import VERDICT, Kind

_ATOM = "http://www.w3.org/2005/Atom"
_NEWEST = 200


class Entry(Frozen):
    """One finished report; kept as entry.json beside it, so that an index of many reads little."""

    id: str
    href: str
    title: str
    show: str
    people: str
    published: str
    published_on: date
    made_at: datetime
    length: str
    synthetic: bool
    finding: str
    counts: tuple[tuple[Kind, str, int], ...]


@dataclass(frozen=True)
class Unread:
    """A folder whose report could not be read, and why."""

    folder: str
    why: str


def reports_in(home: Path) -> tuple[list[tuple[Path, Report]], list[Unread]]:
    """Every readable report under `home`/episodes, newest made first, and those that could not be read."""
    found: list[tuple[Path, Report]] = []
    unread: list[Unread] = []
    for path in sorted((home / "episodes").glob("*/report.json")):
        report = read_report(path)
        if isinstance(report, Unread):
            unread.append(report)
        else:
            found.append((path.parent, report))
    found.sort(key=lambda pair: (pair[1].provenance.made_at.timestamp(), pair[1].episode.id), reverse=True)
    return found, unread


def read_report(path: Path) -> Report | Unread:
    """The report in a report.json, or why it can't be read."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except SchemaError as error:
        return Unread(path.parent.name, f"{path} can't be read: {error}")
    except (ValidationError, OSError) as error:
        why = f"{error.error_count()} faults" if isinstance(error, ValidationError) else str(error.strerror)
        return Unread(path.parent.name, f"{path} can't be read ({why}); make the report again")


def entry(folder: Path, report: Report) -> Entry:
    """One report as the index lists it."""
    episode, made = report.episode, report.provenance.made_at
    counts = report.counts
    return Entry(
        id=t.slug(episode.id),
        href=_address(folder.name),
        title=t.line(episode.title, 200) or "Untitled episode",
        show=t.line(episode.show, 120),
        people=", ".join(t.line(person.name, 60) for person in episode.people[:6]),
        published=t.day(episode.published),
        published_on=episode.published,
        made_at=made,
        length=t.length(episode.duration),
        synthetic=episode.synthetic,
        finding=finding(report, made.date()),
        counts=tuple((label, VERDICT[label], counts[label]) for label in LABELS if counts[label]),
    )


def write_index(home: Path, base_url: str = "") -> Path:
    """The path of index.html, written into `home` beside index.atom; lists all finished reports.

    `base_url` is where the data home is published; without it the feed's addresses are relative.

    Raises:
        ClaimcastError: the folder can't be written.
    """
    entries, unread = _entries(home)
    css = static("report.css")
    page = template("index.html").render(
        entries=entries,
        unread=unread,
        css=Markup(css),  # noqa: S704 - our own file
        csp=Markup(policy(css, "")),  # noqa: S704 - hashes
    )
    write_whole(home / "index.atom", atom(entries, t.safe_url(base_url).rstrip("/")))
    path = home / "index.html"
    write_whole(path, page)
    return path


def is_listed(home: Path, folder: str) -> bool:
    """Whether index.html names the report of this episode's folder."""
    try:
        return _address(folder) in (home / "index.html").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _address(folder: str) -> str:
    return f"episodes/{t.path(folder)}/report.html"


def _entries(home: Path) -> tuple[list[Entry], list[Unread]]:
    """Entries of all reports, newest first; a report is read only where entry.json is missing or older."""
    entries: list[Entry] = []
    unread: list[Unread] = []
    for path in (home / "episodes").glob("*/report.json"):
        found = _kept(path) or read_report(path)
        if isinstance(found, Unread):
            unread.append(found)
        elif isinstance(found, Report):
            made = entry(path.parent, found)
            write_whole(path.with_name("entry.json"), made.model_dump_json())
            entries.append(made)
        else:
            entries.append(found)
    entries.sort(key=lambda one: (one.made_at.timestamp(), one.id), reverse=True)
    return entries, sorted(unread, key=lambda one: one.folder)


def _kept(report: Path) -> Entry | None:
    """The entry beside a report, unless it is missing, older than the report, or of another version."""
    path = report.with_name("entry.json")
    try:
        if path.stat().st_mtime_ns < report.stat().st_mtime_ns:
            return None
        return Entry.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def atom(entries: Iterable[Entry], base_url: str = "") -> str:
    """An Atom feed of the newest 200 reports."""
    ElementTree.register_namespace("", _ATOM)
    listed = list(entries)[:_NEWEST]
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    prefix = f"{base_url}/" if base_url else ""

    def add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
        child = ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
        child.text = t.clean(text) or None
        return child

    add(feed, "id", base_url or "urn:claimcast:index")
    add(feed, "title", "claimcast: finished reports")
    add(feed, "updated", (listed[0].made_at if listed else datetime.fromtimestamp(0).astimezone()).isoformat())
    add(feed, "link", rel="self", href=f"{prefix}index.atom")
    add(add(feed, "author"), "name", "claimcast")
    for item in listed:
        node = add(feed, "entry")
        add(node, "id", f"urn:claimcast:report:{stable_id(item.id, length=32)}")
        add(node, "title", f"{item.show}: {item.title}" if item.show else item.title)
        add(node, "updated", item.made_at.isoformat())
        add(node, "published", f"{item.published_on.isoformat()}T00:00:00Z")
        add(node, "link", rel="alternate", type="text/html", href=prefix + item.href)
        add(node, "link", rel="related", type="application/json", href=prefix + item.href.replace(".html", ".json"))
        add(node, "summary", item.finding)
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"
