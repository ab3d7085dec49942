"""Pages written: one self-contained report.html and what lies beside it, whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from pipeline.errors import ClaimcastError
from pipeline.files import write_whole
from pipeline.models import Report
from reports import text as t
from reports.beside import claims_csv, summary
from reports.claimreview import claim_review, in_script
from reports.corrections import corrections
from reports.view import Page, page

LARGEST_COPY = 512 * 2**20
"""Audio up to this many bytes is put beside the report so that its play buttons work."""


def render(
    report: Report, folder: Path, *, audio: Path | None = None, embed_audio: bool = False, base_url: str = ""
) -> Path:
    """The path of report.html, written into `folder` with report.json, claims.csv, summary.md and a page per claim.

    What people said against a verdict (corrections.jsonl in the folder) is shown with the claim.
    `audio` is put beside the page (a copy, up to 512 MB) for its play buttons; with `embed_audio` each claim carries a
    short clip inside the page instead. `base_url` is where the folder will be published; claim pages then name their
    full address.

    Raises:
        ClaimcastError: the folder can't be written.
    """
    view = page(report, corrections(folder))
    base = t.safe_url(base_url).rstrip("/")
    clips = _clips(report, audio) if audio and embed_audio else {}
    beside = _beside(audio, folder) if audio and not embed_audio else ""
    for claim_id, content in _claim_pages(report, view, base).items():
        write_changed(folder / "claimreview" / f"{claim_id}.html", content)
    write_whole(folder / "claims.csv", claims_csv(report))
    write_whole(folder / "summary.md", summary(view))
    write_whole(folder / "report.json", report.model_dump_json(indent=1))
    path = folder / "report.html"
    write_whole(path, _report_page(view, beside, clips))
    return path


def write_changed(path: Path, content: str) -> None:
    """Leave `content` at `path`; a file that says so already is not written again."""
    if not (path.is_file() and path.read_text("utf-8", errors="replace") == content):
        write_whole(path, content)


def environment() -> Environment:
    """Jinja with autoescape, no silent gaps, and every text cleaned of characters that steer a page."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return made


@cache
def _environment() -> Environment:
    return environment()


def template(name: str) -> Template:
    """One of the page templates, compiled once."""
    return _environment().get_template(name)


def _finalize(value: object) -> object:
    return t.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def static(name: str) -> str:
    """One of the project's own stylesheets or scripts."""
    return (Path(__file__).parent / "static" / name).read_text("utf-8").strip()


def policy(styles: str, script: str, media: str = "'none'") -> str:
    """A Content-Security-Policy under which a page runs its own style and script and loads nothing."""

    def hashed(content: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() + "'"

    script_part = hashed(script) if script else "'none'"
    return (
        f"default-src 'none'; style-src {hashed(styles)}; script-src {script_part}; img-src data:; "
        f"media-src {media}; base-uri 'none'; form-action 'none'"
    )


def _report_page(view: Page, audio: str, clips: Mapping[str, str]) -> str:
    css, js = static("report.css"), static("report.js")
    return template("report.html").render(
        page=view,
        audio=audio,
        clips=clips,
        kinds={card.id: card.kind for card in (*view.cards, *view.skipped)},
        css=Markup(css),  # noqa: S704 - our own file
        js=Markup(js),  # noqa: S704 - our own file
        csp=Markup(policy(css, js, "'self' file: data:" if audio or clips else "'none'")),  # noqa: S704 - hashes
    )


def _claim_pages(report: Report, view: Page, base: str) -> dict[str, str]:
    css = static("report.css")
    pages: dict[str, str] = {}
    for card in view.cards:
        checked = report.claims[card.position - 1]
        pages[card.id] = template("claim.html").render(
            page=view,
            card=card,
            audio="",
            clips={},
            css=Markup(css),  # noqa: S704 - our own file
            csp=Markup(policy(css, "")),  # noqa: S704 - hashes
            data=Markup(in_script(claim_review(report, checked, base))),  # noqa: S704 - escaped for a script element
        )
    return pages


def _beside(audio: Path, folder: Path) -> str:
    """The audio's address relative to the page, copied beside it when it lies elsewhere and is not too large."""
    try:
        inside = audio.resolve().relative_to(folder.resolve())
        return "./" + t.path(inside.as_posix())
    except ValueError:
        pass
    try:
        if not audio.is_file() or audio.stat().st_size > LARGEST_COPY:
            return ""
        target = folder / f"audio{audio.suffix.lower()[:8]}"
        if not (target.is_file() and target.stat().st_size == audio.stat().st_size):
            folder.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            shutil.copyfile(audio, part)
            part.replace(target)
    except OSError as error:
        raise ClaimcastError(f"can't copy {audio} to {folder}: {error.strerror}; free some space") from error
    return "./" + t.path(target.name)


def _clips(report: Report, audio: Path | None) -> dict[str, str]:
    from reports.clips import clips

    return clips(report, audio) if audio else {}
