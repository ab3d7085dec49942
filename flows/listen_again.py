"""Unlikely numbers, names and negations of claims are listened to once more; both readings stay with the claim."""

from __future__ import annotations

from bisect import bisect_left

from flows.logs import logger
from flows.policies import Work, glossary
from flows.progress import listener
from pipeline.errors import ClaimcastError
from pipeline.models import Claim, Doubt, Transcript, Word

A_MINUTE, LEAST = 0.3, 3
"""Words heard again at most for each minute of an episode, and for any: each takes a second or so on two cores. Numbers and
negations come before names, less likely words before likelier ones."""


def with_second_hearing(work: Work, claims: tuple[Claim, ...], transcript: Transcript) -> tuple[Claim, ...]:
    """The claims, each doubt about a word as heard with what a second listening made of it.

    A name that is known as it was heard needs none. Without the sound, or where it can't be heard again, they are as they were.
    """
    if work.opened.media is None or transcript.origin != "recogniser":
        return claims
    words = [word for segment in transcript.segments for word in segment.words]
    starts = [word.start for word in words]
    names = (*glossary(work.settings), *(person.name for person in work.opened.episode.people), *work.evidence.names)
    known = {part.casefold() for name in names for part in name.split()}
    places = {
        doubt.at: (doubt.kind == "name", words[index].probability or 0.0, index)
        for claim in claims
        if claim.checkable
        for doubt in claim.doubts
        if doubt.at is not None
        and (doubt.kind != "name" or doubt.heard.casefold() not in known)
        and (index := _index(starts, words, doubt)) is not None
    }
    most = max(LEAST, int(A_MINUTE * (words[-1].end if words else 0.0) / 60))
    unsure = [index for _, _, index in sorted(places.values())[:most]]
    if not unsure:
        return claims
    from pipeline.speech import heard_again

    listener().advanced(work.name, "claims", 0, 1, note=f"listening to {len(unsure)} words again")
    settings = work.settings.model_copy(update={"language": transcript.language})
    try:
        found = heard_again(work.opened.media, words, unsure, settings=settings, glossary=names)
    except ClaimcastError as error:
        logger.warning("not heard again", extra={"episode": work.opened.episode.id, "detail": str(error)})
        return claims
    again = {at: found[index] for at, (_, _, index) in places.items() if index in found}
    return tuple(
        claim.model_copy(
            update={
                "doubts": tuple(
                    _told(doubt, again[doubt.at].same, again[doubt.at].text) if doubt.at in again else doubt
                    for doubt in claim.doubts
                )
            }
        )
        for claim in claims
    )


def _index(starts: list[float], words: list[Word], doubt: Doubt) -> int | None:
    """Which word of the transcript a doubt is about."""
    index = bisect_left(starts, doubt.at or 0.0)
    known = index < len(words) and starts[index] == doubt.at and doubt.heard in words[index].text
    return index if known else None


def _told(doubt: Doubt, same: bool, text: str) -> Doubt:
    """The doubt with the second reading: half as grave when it is the same, graver when it is another."""
    if same:
        return doubt.model_copy(update={"text": f"{doubt.text}, and heard the same again", "weight": doubt.weight / 2})
    other = text.strip(" ,.!?")
    said = f"heard “{doubt.heard}”; could be {f'“{other}”' if other else 'no word'}"
    return doubt.model_copy(update={"text": said, "could_be": other, "weight": min(0.3, doubt.weight * 1.5)})
