"""schema.org ClaimReview for one checked claim, with the Clip of the episode in which it was made.

Vocabulary: https://schema.org/ClaimReview, https://schema.org/Claim, https://schema.org/Clip.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from pipeline.models import CheckedClaim, Episode, Report
from reports import text as t
from reports import wording
from reports.words import RATING, VERDICT

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

REVIEWER = "claimcast (automated)"


def claim_review(report: Report, checked: CheckedClaim, base_url: str = "") -> dict[str, Json]:
    """The JSON-LD of one claim.

    A verdict of "not enough evidence" has a name and no number: no point on a scale would be honest.

    Raises:
        ValueError: the claim has no verdict.
    """
    verdict = checked.verdict
    if verdict is None:
        raise ValueError(f"claim {checked.claim.id} is not checkable and has no review")
    name = f"claimreview/{t.slug(checked.claim.id)}.html"
    rating: dict[str, Json] = {"@type": "Rating", "alternateName": VERDICT[verdict.label]}
    points = RATING[verdict.label]
    if points is not None:
        rating |= {"ratingValue": points, "bestRating": 5, "worstRating": 1}
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{base_url}/{name}" if base_url else name,
        "claimReviewed": _text(checked.claim.claim, t.CLAIM),
        "datePublished": report.provenance.made_at.date().isoformat(),
        "author": {"@type": "Organization", "name": REVIEWER},
        "reviewRating": rating,
        "reviewBody": _text(wording.rationale(verdict), t.RATIONALE),
        "inLanguage": "en",
        "itemReviewed": _claim(report.episode, checked),
    }


def _claim(episode: Episode, checked: CheckedClaim) -> dict[str, Json]:
    claim: dict[str, Json] = {
        "@type": "Claim",
        "text": _text(checked.claim.statement, t.STATEMENT),
        "datePublished": checked.claim.as_of.isoformat(),
        "appearance": _appearance(episode, checked),
    }
    if checked.claim.speaker:
        claim["author"] = {"@type": "Person", "name": _text(checked.claim.speaker, t.NAME)}
    return claim


def _appearance(episode: Episode, checked: CheckedClaim) -> Json:
    whole: dict[str, Json] = {
        "@type": "PodcastEpisode",
        "name": _text(episode.title, 200),
        "datePublished": episode.published.isoformat(),
    }
    if episode.show:
        whole["partOfSeries"] = {"@type": "PodcastSeries", "name": _text(episode.show, 120)}
    if link := t.safe_url(episode.link):
        whole["url"] = link
    if checked.claim.start is None:
        return whole
    clip: dict[str, Json] = {
        "@type": "Clip",
        "name": _text(checked.claim.statement, 160),
        "startOffset": round(checked.claim.start, 2),
        "startTime": round(checked.claim.start, 2),
        "partOfEpisode": whole,
    }
    if checked.claim.end is not None:
        clip["endOffset"] = clip["endTime"] = round(checked.claim.end, 2)
    if link:
        clip["url"] = f"{link}#t={checked.claim.start:.0f}"
    return clip


def _text(text: str, limit: int) -> str:
    return t.line(t.clean(text[: limit * 4]), limit)


def in_script(data: Mapping[str, Json]) -> str:
    """The data as JSON that can stand in a script element: no character in it can end the element or open a comment."""
    written = json.dumps(data, ensure_ascii=False, indent=1)
    for char in "<>&\u2028\u2029":
        written = written.replace(char, f"\\u{ord(char):04x}")
    return written
