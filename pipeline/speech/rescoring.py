"""Names in what Whisper heard: where the words sound like one that is expected, Whisper scores both against the sound.

A list of names in the prompt of every window does the same, but at a price: each window reads it, beams carry it, and now and
then the list itself comes back in the place of what was said. Here a window is first heard without; two readings of the same
sound are compared then, as rescoring of n-best lists does, by the log-probability of their tokens given the sound and what
stands before: a prompt of the few names that are in question.

Imported late, since it loads CTranslate2.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby, zip_longest
from math import inf, log
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from ctranslate2 import Device, StorageView

from pipeline.speech.glossary import Expected, Place, apart, replaced

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

_ROUNDS = 2
"""Names tried in one place."""
_PLAIN = 4.0
"""Nats by which a name has to be the likelier one to take the place of a plain word ("cloud"). Several plain words only ever
become a name that has their letters ("deep seek"): "ten cents" would be Tencent. Chosen on sentences that three synthetic
voices read."""
_AFTER = 2
"""Tokens behind a name that are scored with it: they tell whether it fits there."""
_FRAMES = 2
"""Frames in which the alignment looks for words: only its probabilities are wanted, which don't depend on them."""
_LEAST = 1e-6
_SPACE = "Ġ"
"""A space in Whisper's vocabulary; before a few words, "ten" among them, it is a token of its own."""


class _Token(NamedTuple):
    start: int
    end: int
    log_probability: float


class Rescorer:
    """Puts expected names in the place of words that were heard for them."""

    def __init__(self, model: WhisperModel, names: Sequence[str]) -> None:
        @cache
        def is_word(word: str) -> bool:
            """One token of Whisper's vocabulary, which holds frequent words whole; so is what it is the plural of."""
            forms = (word, word.removesuffix("s"))
            read = (model.hf_tokenizer.encode(f" {form}", add_special_tokens=False).tokens for form in forms)
            return any(len(tokens) == 1 or (len(tokens) == 2 and tokens[0] == _SPACE) for tokens in read)

        self._model = model
        self._expected = Expected(names, is_word)

    def named(self, tokenizer: Tokenizer, encoded: StorageView, windows: Sequence[list[int]]) -> list[list[int]]:
        """The tokens of each window with the names in them; `encoded` is (windows, frames, width).

        Marks of time among the tokens stay where they are.
        """
        if not self._expected:
            return list(windows)
        windows = [_rewritten(tokenizer, tokens, apart(self._sure(tokenizer.decode(tokens)))) for tokens in windows]
        texts = [tokenizer.decode(tokens) for tokens in windows]
        chosen = self._chosen(tokenizer, encoded, texts)
        return [_rewritten(tokenizer, tokens, found) for tokens, found in zip(windows, chosen, strict=True)]

    def _sure(self, text: str) -> list[Place]:
        return [place for place in self._expected.places(text) if place.sure]

    def _chosen(self, tokenizer: Tokenizer, encoded: StorageView, texts: list[str]) -> list[list[Place]]:
        """Of the places in each text those whose name fits the sound well enough, none over another."""
        left = {row: places for row, text in enumerate(texts) if (places := self._expected.places(text))}
        names = dict.fromkeys(place.name for places in left.values() for place in places)
        told = [tokenizer.sot_prev, *tokenizer.encode(" " + ", ".join(names) + "."), *tokenizer.sot_sequence]
        before = self._scored(tokenizer, encoded, told, {row: texts[row] for row in left})
        gains: list[dict[Place, float]] = [{} for _ in texts]
        for _ in range(_ROUNDS):
            tried = {row: sorted(apart(places)) for row, places in left.items()}
            named = {row: replaced(texts[row], places) for row, places in tried.items()}
            after = self._scored(tokenizer, encoded, told, {row: text for row, (text, _) in named.items()})
            for row, places in tried.items():
                scores = zip(places, _totals(before[row], places), _totals(after[row], named[row][1]), strict=True)
                gains[row] |= {place: new - old for place, old, new in scores}
            others = {row: [place for place in left[row] if place not in now] for row, now in tried.items()}
            left = {row: places for row, places in others.items() if places}
        return [self._best(text, gain) for text, gain in zip(texts, gains, strict=True)]

    def _best(self, text: str, gains: dict[Place, float]) -> list[Place]:
        """The places to be written as names. Once heard in some way, a name is likely to be so again: all or none."""
        alike: dict[tuple[str, str], float] = defaultdict(float)
        for place, gain in gains.items():
            alike[text[place.start : place.end], place.name] += gain
        good = [place for place in gains if alike[text[place.start : place.end], place.name] > self._least(text, place)]
        return apart(sorted(good, key=lambda place: (place.likeness < 1.0, -gains[place])))

    def _least(self, text: str, place: Place) -> float:
        """How much likelier than what was heard the name has to be."""
        heard = text[place.start : place.end]
        if not self._expected.is_plain(heard):
            return 0.0
        if heard.isalpha():
            return _PLAIN
        return 0.0 if place.likeness == 1.0 else inf

    def _scored(
        self, tokenizer: Tokenizer, encoded: StorageView, told: list[int], texts: Mapping[int, str]
    ) -> dict[int, list[_Token]]:
        """The tokens of some windows' texts with their log-probabilities, given the sound of the window and what was told."""
        if not texts:
            return {}
        read = [tokenizer.tokenizer.encode(text, add_special_tokens=False) for text in texts.values()]
        found = self._model.model.align(
            _of(encoded, list(texts)),
            told,
            [one.ids for one in read],
            [_FRAMES] * len(read),
            median_filter_width=1,
        )
        return {
            row: [
                _Token(start, end, log(max(probability, _LEAST)))
                for (start, end), probability in zip(one.offsets, aligned.text_token_probs, strict=True)
            ]
            for row, one, aligned in zip(texts, read, found, strict=True)
        }


def _totals(tokens: Sequence[_Token], places: Sequence[Place]) -> list[float]:
    """For each place, in order, the log-probability of its tokens and of some behind it that belong to no other place."""
    totals = []
    for place, following in zip_longest(places, places[1:]):
        if place is None:
            break
        until = following.start if following else inf
        inside = [token for token in tokens if token.start < place.end and place.start < token.end]
        behind = [token for token in tokens if token.start >= place.end and token.end <= until]
        totals.append(sum(token.log_probability for token in (*inside, *behind[:_AFTER])))
    return totals


def _rewritten(tokenizer: Tokenizer, tokens: list[int], places: Sequence[Place]) -> list[int]:
    """The tokens with names in some places of their text; a place that goes over a mark of time is left as it is."""
    if not places:
        return tokens
    written: list[int] = []
    at = 0
    for is_text, run in groupby(tokens, key=lambda token: token < tokenizer.eot):
        piece = list(run)
        if is_text:
            text = tokenizer.decode(piece)
            inside = [
                place._replace(start=place.start - at, end=place.end - at)
                for place in places
                if at <= place.start and place.end <= at + len(text)
            ]
            at += len(text)
            piece = tokenizer.encode(replaced(text, inside)[0]) if inside else piece
        written += piece
    return written


def _of(encoded: StorageView, rows: list[int]) -> StorageView:
    """Some windows of what was encoded."""
    if encoded.shape[0] == len(rows):
        return encoded
    device = encoded.device
    there = np.asarray(encoded if device == "cpu" else encoded.to_device(Device.cpu))
    some = StorageView.from_array(np.ascontiguousarray(there[rows]))
    return some if device == "cpu" else some.to_device(Device.cuda)
