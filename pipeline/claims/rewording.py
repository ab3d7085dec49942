"""Statements that the rules left unclear, worded again by a language model, which may do two things only.

It may put a phrase from a sentence nearby in the place of a pronoun that the rules left open, and it may cut a statement
where it is joined. Every word, its place and its case are compared with what was said (`gated`): what differs in any other
way is dropped, and the claim stays as the rules worded it.
"""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from pipeline.claims.dates import with_dates
from pipeline.claims.matching import merge_repeated
from pipeline.claims.sentences import Sentence, split
from pipeline.claims.traceable import words_from_nowhere
from pipeline.llm.hostile import is_to_a_machine
from pipeline.models import Claim, Doubt, LlmStep, Transcript, stable_id

if TYPE_CHECKING:
    from pipeline.llm import LanguageModel

BEFORE, AFTER = 6, 2
"""Sentences around a statement that are shown."""
LONG = 24
"""Words from which a joined statement may be several claims."""
FILL = 6
"""Words that may take a pronoun's place."""
_OPEN = frozenset("it its they them their this these those he she his her him".split())
_NOUNS = frozenset("company model chip lab one ones models companies".split())
_SMALL = frozenset("is are has have was were does do the a an of to that".split())
_JOINERS = frozenset("and but while so whereas which or then also".split())
_NEGATED = re.compile(r"n[’']t\b|\b(?:not|no|never|neither|nor|without|less|fewer)\b", re.I)
_ALLOWED = re.compile(r"[\w\s.,;:'’\"“”%$€£()/&+–—-]+")
_EDGES = '.,;:!?"“”()'


class Refusal(NamedTuple):
    """Why an answer is not used."""

    reason: str


def reworded(
    claims: Sequence[Claim], transcript: Transcript, model: LanguageModel
) -> tuple[tuple[Claim, ...], LlmStep]:
    """The claims, the unclear ones as the model words them where that passes the gate, and how it did.

    Raises:
        SettingsError: the provider refuses the key or the model.
    """
    from prompts.schemas import Wording

    sentences = split(transcript)
    unclear = [claim for claim in claims if is_unclear(claim)]
    windows = {claim.id: around(claim, sentences) for claim in unclear}
    questions = [_question(claim, *windows[claim.id]) for claim in unclear]
    answers = model.ask_all("claims", questions, Wording)
    found: dict[str, tuple[Claim, ...]] = {}
    refused = 0
    for claim, answer in zip(unclear, answers, strict=True):
        if answer is None:
            continue
        before, after = windows[claim.id]
        outcome = gated(claim, answer.value.claims, [*before, *after])
        if isinstance(outcome, Refusal):
            refused += 1
        elif outcome:
            found[claim.id] = outcome
    step = LlmStep(
        asked=len(unclear), used=len(found), refused=refused, failed=sum(answer is None for answer in answers)
    )
    return merge_repeated([one for claim in claims for one in found.get(claim.id, (claim,))]), step


def is_unclear(claim: Claim) -> bool:
    """Whether a claim has an open pronoun, or is long and joined."""
    if not claim.checkable:
        return False
    words = [word.lower() for word in _words(claim.claim)]
    return bool(_OPEN & set(words)) or (len(words) >= LONG and bool(_JOINERS & set(words)))


def around(claim: Claim, sentences: Sequence[Sentence]) -> tuple[list[str], list[str]]:
    """The sentences before and after a claim that may be shown for it."""
    first, last = min(claim.sentence_ids, default=0), max(claim.sentence_ids, default=0)
    before = [one.text for one in sentences[max(0, first - BEFORE) : first]]
    after = [one.text for one in sentences[last + 1 : last + 1 + AFTER]]
    return [text for text in before if not is_to_a_machine(text)], [text for text in after if not is_to_a_machine(text)]


def gated(claim: Claim, texts: Sequence[str], window: Sequence[str]) -> tuple[Claim, ...] | Refusal:
    """The claims that an answer makes of one; empty when it changes nothing; a refusal when it says anything new."""
    texts = [" ".join(text.split()) for text in texts]
    if not 1 <= len(texts) <= 3 or not all(_ALLOWED.fullmatch(text) and 3 <= len(text.split()) <= 60 for text in texts):
        return Refusal("not one to three plain sentences")
    if len(texts) == 1:
        return _filled(claim, texts[0], window)
    return _cut(claim, texts)


def _question(claim: Claim, before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    return {
        "statement": claim.statement,
        "wording": claim.claim,
        "before": "\n".join(before) or "(none)",
        "after": "\n".join(after) or "(none)",
    }


# --- a pronoun filled ----------------------------------------------------------------------------------------------


def _filled(claim: Claim, text: str, window: Sequence[str]) -> tuple[Claim, ...] | Refusal:
    old, new = _words(claim.claim), _words(text)
    context, doubts = list(claim.context), list(claim.doubts)
    filled = False
    for kind, i, j, k, m in _opcodes(old, new):
        gone, come = old[i:j], new[k:m]
        if kind == "equal" and not _same_case(gone, come, i == 0 or k == 0):
            return Refusal("letters changed")
        if kind == "equal" or not _telling(gone) | _telling(come):
            continue
        pointers = [word.lower() for word in gone if word.lower() in _OPEN]
        if not pointers or _telling(gone) - _OPEN - _NOUNS:
            return Refusal(f"“{' '.join(gone)}” was dropped or changed")
        source = _source_of(come, window)
        if source is None or len(come) > FILL + 1 or _telling(come) & _telling(old):
            return Refusal(f"“{' '.join(come)}” stands in no sentence nearby")
        filled = True
        context.append(source)
        doubts = [one for one in doubts if not (one.kind == "referent" and f"“{pointers[0]}”" in one.text)]
        doubts.append(
            Doubt(kind="referent", text=f"A language model read “{pointers[0]}” as “{' '.join(come)}”.", weight=0.1)
        )
    if not filled:
        return ()
    worded = claim.model_copy(
        update={
            "claim": with_dates(_ended(text), claim.statement, claim.as_of),
            "context": tuple(dict.fromkeys(context)),
            "doubts": tuple(doubts),
            "worded_by": "language model",
        }
    )
    if nowhere := words_from_nowhere(worded):
        return Refusal(f"nobody said {', '.join(nowhere[:3])}")
    return (worded,)


def _source_of(phrase: Sequence[str], window: Sequence[str]) -> str | None:
    """The nearest sentence (they are in order of time) that holds the phrase as it stands, verbs of being aside."""
    words = list(phrase)
    while words and words[0].lower() in _SMALL - {"the"}:
        words = words[1:]
    while words and words[-1].lower() in _SMALL:
        words = words[:-1]
    if not words:
        return None
    wanted = [re.sub(r"[’']s$", "", word) for word in words]
    if wanted[0].lower() in {"the", "a", "an"}:
        wanted = wanted[1:]
    for text in reversed(window):
        said = [re.sub(r"[’']s$", "", word) for word in _words(text)]
        if wanted and any(said[i : i + len(wanted)] == wanted for i in range(len(said))):
            return text
    return None


# --- a statement cut -----------------------------------------------------------------------------------------------


def _cut(claim: Claim, texts: Sequence[str]) -> tuple[Claim, ...] | Refusal:
    """Claims that are the statement's own stretches, in order, the later ones with its beginning put before them."""
    if _NEGATED.search(claim.claim):
        return Refusal("a negated statement is not cut")
    whole = _words(claim.claim)
    cursor = 0
    for number, text in enumerate(texts):
        end = _stretch(whole, _words(text), cursor, first=number == 0)
        if end is None:
            return Refusal(f"“{text}” is no stretch of the statement")
        cursor = end
    if _telling(whole[cursor:]):
        return Refusal("the end of the statement was dropped")
    parts = []
    for number, text in enumerate(texts):
        parts.append(
            claim.model_copy(
                update={
                    "id": claim.id if number == 0 else stable_id(claim.id, number, text),
                    "claim": with_dates(_ended(text), claim.statement, claim.as_of),
                    "worded_by": "language model",
                }
            )
        )
    if any(words_from_nowhere(part) for part in parts):
        return Refusal("a cut has words nobody said")
    return tuple(parts)


def _stretch(whole: Sequence[str], text: Sequence[str], cursor: int, *, first: bool) -> int | None:
    """Where a text ends that is the statement's words from `cursor` on, after a joining word, with its beginning before
    them or not; None when it is anything else."""
    starts = [cursor] if first else _after_joiner(whole, cursor)
    for start in starts:
        for shared in range(1 if first else min(len(text), cursor)):
            rest = text[shared:]
            end = start + len(rest)
            if rest and _alike(text[:shared], whole[:shared]) and _alike(rest, whole[start:end]):
                return end
    return None


def _after_joiner(whole: Sequence[str], cursor: int) -> list[int]:
    """Places after `cursor` with nothing but joining words between, one at least."""
    places, place = [], cursor
    while place < len(whole) and whole[place].lower() in _JOINERS:
        place += 1
        places.append(place)
    return places[::-1]


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) == len(other) and all(
        a == b or (i == 0 and a.lower() == b.lower()) for i, (a, b) in enumerate(zip(one, other, strict=True))
    )


# --- words ---------------------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    return [word for raw in text.split() if (word := raw.strip(_EDGES))]


def _telling(words: Sequence[str]) -> set[str]:
    return {word.lower() for word in words} - _SMALL


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    lower_old, lower_new = [w.lower() for w in old], [w.lower() for w in new]
    return [*SequenceMatcher(None, lower_old, lower_new, autojunk=False).get_opcodes()]


def _same_case(old: Sequence[str], new: Sequence[str], opens: bool) -> bool:
    """Whether words are written the same, but for the first when a sentence opens with it."""
    return _alike(old, new) if opens else list(old) == list(new)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
