"""Checkable claims of a transcript, and the opinions and predictions worth showing, in order of time.

No step invents words: a claim is the clause as spoken, with pronouns replaced by what earlier sentences (its `context`) name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from pipeline.claims.adverts import advertised
from pipeline.claims.afterthoughts import with_afterthoughts
from pipeline.claims.clauses import clauses, text_of
from pipeline.claims.corrections import superseded
from pipeline.claims.dates import with_dates
from pipeline.claims.doubts import doubts_about
from pipeline.claims.fluent import Fluent, fluent
from pipeline.claims.frames import unwrap
from pipeline.claims.grammar import parse
from pipeline.claims.joining import joined
from pipeline.claims.matching import merge_repeated
from pipeline.claims.names import Glossary, Thing, persons, things
from pipeline.claims.passing import NEAR, Passing, in_passing, of_oneself, reasons_given, shown
from pipeline.claims.people import speakers_by_name
from pipeline.claims.selection import Chosen, choose
from pipeline.claims.sentences import Sentence, Stretch, split, stretch_of
from pipeline.claims.standalone import REACH, Place, Standalone, stand_alone
from pipeline.claims.topics import is_part, topic_before, wants_topic
from pipeline.models import Claim, Episode, Transcript, stable_id

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

AHEAD = 2
"""Sentences of the same turn after a statement in which a pronoun without any referent before it may find one."""


class Scorer(Protocol):
    """A check-worthiness model."""

    threshold: float

    def score(self, texts: Sequence[str]) -> list[float]: ...


class Talk(NamedTuple):
    """An episode's sentences with their grammar and what each speaks of."""

    episode: Episode
    sentences: tuple[Sentence, ...]
    plain: list[Fluent]
    docs: list[Doc]
    things: list[list[Thing]]
    glossary: Glossary
    speakers: dict[str, str]
    people: tuple[str, ...]


class Part(NamedTuple):
    """A clause of a sentence that may be a claim."""

    number: int
    spoken: list[Token]
    lead: list[Token]
    """Its own words without frame and leaning clauses: grammar is asked of these."""
    tokens: list[Token]
    attributed_to: str
    hedge: str = ""
    """Words that say it is only believed."""
    context: tuple[str, ...] = ()


def extract(
    transcript: Transcript, episode: Episode, *, glossary: Sequence[str] = (), scorer: Scorer | None = None
) -> tuple[Claim, ...]:
    """The claims of an episode in order of time: checkable ones, and opinions and predictions with their kind.

    `glossary` holds names that may be spoken (of models, companies, chips); `scorer` gives check-worthiness from 0 to 1,
    the shipped model when None.

    Raises:
        WeightsError: the grammar model or the shipped scorer is missing or damaged.
    """
    talk = _listen(transcript, episode, glossary)
    parts = list(_parts(talk))
    whole = [_whole(talk, part) for part in parts]
    scores = _scores([alone.text for alone in whole], scorer)
    judged = (_claim(talk, part, alone, score) for part, alone, score in zip(parts, whole, scores, strict=True))
    found = [claim for claim in judged if claim is not None]
    return merge_repeated(with_afterthoughts(found, talk.sentences, talk.docs, talk.glossary))


def _whole(talk: Talk, part: Part) -> Standalone:
    """The part in words that need nothing before them; what its pronouns point to is then also spoken of there."""
    alone = stand_alone(part.tokens, part.lead, list(_places(talk, part)))
    if part.tokens[0].doc is talk.docs[part.number]:
        talk.things[part.number] = sorted([*talk.things[part.number], *alone.found], key=lambda thing: thing.start)
    alone = alone._replace(context=tuple(dict.fromkeys((*part.context, *alone.context))))
    topic = (
        topic_before(part.number, talk.things, talk.people) if wants_topic(part.lead) or is_part(alone.text) else None
    )
    if topic is None or topic.name.lower() in alone.text.lower():
        return alone
    source = topic.mention.source or talk.sentences[topic.number].text
    talk.things[part.number].append(topic.mention.model_copy(update={"source": source, "carried": True}))
    said = alone.text[0].lower() + alone.text[1:] if alone.text[1:2].islower() or alone.text[1:2] == " " else alone.text
    return alone._replace(
        text=f"{topic.name}: {said}",
        context=tuple(dict.fromkeys((*alone.context, source))),
        unsure=(*alone.unsure, f"{topic.name} is what the talk was about"),
        named=(*alone.named, topic.name),
        subject_named=True,
    )


def _scores(texts: Sequence[str], scorer: Scorer | None) -> list[float]:
    if scorer is None:
        from pipeline.claims.checkworthy import load_checkworthy

        scorer = load_checkworthy()
    return scorer.score(texts)


def _listen(transcript: Transcript, episode: Episode, glossary: Sequence[str]) -> Talk:
    sentences = split(transcript)
    plain = [fluent(sentence.text) for sentence in sentences]
    docs = parse([one.text for one in plain])
    names = Glossary(glossary)
    humans = persons(docs)
    speakers = speakers_by_name(transcript, episode)
    people = {*(person.name for person in episode.people), *speakers.values(), *(s.speaker or "" for s in sentences)}
    return Talk(
        episode,
        sentences,
        plain,
        docs,
        [things(doc, names, humans) for doc in docs],
        names,
        speakers,
        tuple(sorted(people)),
    )


def _parts(talk: Talk) -> Iterator[Part]:
    """All clauses of the episode but sponsor reads and what was taken back."""
    aside = advertised(talk.sentences)
    for number, (sentence, doc) in enumerate(zip(talk.sentences, talk.docs, strict=True)):
        if sentence.id in aside:
            continue
        following = talk.sentences[number + 1] if number + 1 < len(talk.sentences) else None
        if following is not None and superseded(sentence, following):
            continue
        for lead, leaning in joined(clauses(doc), talk.glossary):
            framed = unwrap(lead)
            inner = framed.tokens
            yield Part(
                number,
                lead + leaning,
                inner,
                inner + leaning,
                framed.attributed_to,
                framed.hedge or talk.plain[number].hedge,
            )
        yield from (_part_of(number, told) for told in _told_in_passing(talk, number))


def _told_in_passing(talk: Talk, number: int) -> list[Passing]:
    before = talk.sentences[max(0, number - NEAR) : number][::-1]
    doc = talk.docs[number]
    return [*of_oneself(doc, talk.sentences[number], before), *in_passing(doc), *shown(doc), *reasons_given(doc)]


def _part_of(number: int, told: Passing) -> Part:
    tokens = list(parse([told.text])[0])
    return Part(number, list(told.spoken), tokens, tokens, "", context=told.context)


def _claim(talk: Talk, part: Part, alone: Standalone, score: float) -> Claim | None:
    text = text_of(part.tokens)
    names = talk.glossary.found(alone.text) or alone.named
    chosen = choose(part.lead, part.tokens, text, names, score, bool(part.attributed_to), alone.subject_named)
    if chosen is None:
        return None
    if not _stands(alone, chosen, score):
        return None
    return _written(talk, part, chosen, alone, score)


def _stands(alone: Standalone, chosen: Chosen, score: float) -> bool:
    """Is it clear enough what it is about; a figure without a clear subject is kept with a doubt, all else goes."""
    if len(alone.text.split()) < 3:
        return False
    if (
        alone.subject_guessed
        and chosen.kind is None
        and not {"a quantity", "a licence", "a date"} & set(chosen.reasons)
    ):
        return False
    if set(alone.open) & {"them", "they", "their", "he", "she", "his", "her", "him"} and not {
        "a quantity",
        "a licence",
        "a date",
    } & set(chosen.reasons):
        return False
    if not alone.subject_open:
        return True
    if chosen.kind is not None or alone.open[0] in {"this", "that", "it"}:
        return False
    why = set(chosen.reasons)
    return {"a licence", "a date", "a named thing"} <= why or ("a quantity" in why and score >= 0.5)


def _places(talk: Talk, part: Part) -> Iterator[Place]:
    """Where a pronoun of the part may point, the nearest first: its own sentence, those before, then just after."""
    sentence = talk.sentences[part.number]
    first = part.spoken[0].i
    yield Place(sentence.text, [thing for thing in talk.things[part.number] if thing.end <= first])
    for earlier in range(part.number - 1, max(-1, part.number - 1 - REACH), -1):
        yield Place(talk.sentences[earlier].text, [thing for thing in talk.things[earlier] if not thing.carried])
    for later in range(part.number + 1, min(len(talk.sentences), part.number + 1 + AHEAD)):
        if talk.sentences[later].turn == sentence.turn:
            yield Place(
                talk.sentences[later].text, [t for t in talk.things[later] if t.named and t.kind != "test"], later=True
            )


def _written(talk: Talk, part: Part, chosen: Chosen, alone: Standalone, score: float) -> Claim:
    sentence = talk.sentences[part.number]
    first, last = part.spoken[0], part.spoken[-1]
    statement = talk.plain[part.number].said(sentence.text, first.idx, last.idx + len(last))
    stretch: Stretch = stretch_of(sentence, statement)
    unsure = (*alone.unsure, *(f"“{word}” points to nothing nearby" for word in alone.open[:1] if alone.subject_open))
    claim = with_dates(alone.text, statement, talk.episode.published)
    return Claim(
        id=stable_id(talk.episode.id, sentence.id, part.tokens[0].i, part.tokens[-1].i, statement),
        statement=statement,
        claim=claim,
        speaker=talk.speakers.get(sentence.speaker, sentence.speaker) if sentence.speaker else None,
        speaker_sure=sentence.speaker_sure,
        start=stretch.start,
        end=stretch.end,
        sentence_ids=(sentence.id,),
        segment_ids=sentence.segment_ids,
        score=round(score, 4),
        checkable=chosen.kind is None,
        not_checkable=chosen.kind,
        reasons=chosen.reasons,
        context=alone.context,
        attributed_to=part.attributed_to,
        as_of=talk.episode.published,
        doubts=doubts_about(part.spoken, sentence, stretch.words, talk.glossary, talk.people, unsure, part.hedge),
    )
