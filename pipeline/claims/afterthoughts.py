"""Words without a verb that go on with the statement before: "R1 matched o1. Seventy nine point eight on AIME." """

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.claims.names import Glossary
from pipeline.claims.sentences import Sentence
from pipeline.claims.wording import tidy
from pipeline.claims.worth import reasons as reasons_of
from pipeline.models import Claim

if TYPE_CHECKING:
    from spacy.tokens import Doc

LONGEST = 14
"""Words of an afterthought at most."""
_GAP = 2
"""Sentences back that it may belong to, over other fragments."""


def with_afterthoughts(
    claims: Sequence[Claim], sentences: Sequence[Sentence], docs: Sequence[Doc], glossary: Glossary
) -> list[Claim]:
    """The claims, each with the fragments that were added to it; a fragment is then no claim of its own."""
    fragments = {n for n, doc in enumerate(docs) if _is_fragment(doc)}
    kept: list[Claim] = []
    added: set[int] = set()
    for claim in claims:
        if claim.sentence_ids[-1] not in added:
            kept.append(_continued(claim, sentences, docs, fragments, glossary, added) if claim.checkable else claim)
    return kept


def _is_fragment(doc: Doc) -> bool:
    return (
        len(doc) <= LONGEST + 2
        and not any(token.pos_ in {"VERB", "AUX"} for token in doc)
        and not doc.text.endswith("?")
    )


def _continued(
    claim: Claim,
    sentences: Sequence[Sentence],
    docs: Sequence[Doc],
    fragments: set[int],
    glossary: Glossary,
    added: set[int],
) -> Claim:
    own = claim.sentence_ids[-1]
    if own in fragments or not sentences[own].text.rstrip(" .!").endswith(claim.statement.rstrip(" .!")):
        return claim
    for n in range(own + 1, min(own + 1 + _GAP, len(sentences))):
        if n not in fragments or sentences[n].turn != sentences[own].turn:
            break
        if not _tells(docs[n], glossary):
            continue
        added.add(n)
        more = tidy(sentences[n].text)
        claim = claim.model_copy(
            update={
                "statement": " ".join(
                    [claim.statement, *(sentences[k].text for k in range(claim.sentence_ids[-1] + 1, n + 1))]
                ),
                "claim": f"{claim.claim.rstrip('. ')}: {more}",
                "end": sentences[n].end,
                "sentence_ids": tuple(range(own, n + 1)),
                "segment_ids": tuple(dict.fromkeys((*claim.segment_ids, *sentences[n].segment_ids))),
            }
        )
    return claim


def _tells(doc: Doc, glossary: Glossary) -> bool:
    """Is there a number or a licence in it, or a comparison with a name; a name alone may be a greeting."""
    found = set(reasons_of(list(doc), doc.text, bool(glossary.found(doc.text))))
    return bool(found & {"a quantity", "a licence"}) or {"a comparison", "a named thing"} <= found
