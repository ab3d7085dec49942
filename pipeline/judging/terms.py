"""Content words of a text, brought to a common form, with how rare each is among the facts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

_STOP = frozenset(
    """
    a about according actually after all also an and another any april are around as at august basically be been
    before being between billion bucks but by can could d december did do does dollar dollars down during each
    early end even every february for from get go goes got had has have he her here his how hundred i if in into
    is it its january july june just kind late least less like ll lot m many march may mid might million more most
    much must no nor not november now october of off on one only or other our out over people per percent point
    points put re really s said say says september set shall she should since so some something still such t than
    that the their them then there these they thing things this those thousand to trillion under until up usd ve
    beyond blew blown crossed exceeded hit north passed past surpassed topped upwards whopping massive huge crazy
    very was we well went were what when where which who whom why will with would you your
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)
_SAME = {
    "american": "us", "america": "us", "u.s": "us", "states": "us", "united": "us", "chinese": "china", "prc": "china",
    "license": "licence", "licensed": "licence", "licensing": "licence", "licences": "licence", "licenses": "licence",
    "lost": "lose", "loss": "lose", "losses": "lose", "losing": "lose", "cost": "cost", "costs": "cost", "price": "cost",
    "prices": "cost", "priced": "cost", "pricing": "cost", "launched": "release", "launch": "release", "released": "release",
    "releases": "release", "releasing": "release", "published": "release", "announced": "announce", "open-sourced":
    "open",
    "opensourced": "open", "opened": "open", "weights": "weight", "open-weight": "open", "banned": "ban",
    "bans": "ban",
    "barred": "ban", "prohibited": "ban", "blocked": "ban", "stopped": "ban", "halted": "ban", "cut": "cut", "parameters": "parameter",
    "params": "parameter", "downloaded": "download", "downloads": "download", "trained": "train", "training": "train",
    "biggest": "large", "largest": "large", "larger": "large", "lead": "lead", "leads": "lead", "led": "lead", "ahead": "lead",
    "gap": "gap", "trails": "behind", "lags": "behind", "lag": "behind", "lagged": "behind", "behind": "behind",
    "behinds": "behind", "export": "export", "exports": "export", "exporting": "export", "sell": "sale", "sold": "sale",
    "sales": "sale", "selling": "sale", "controls": "control", "chips": "chip", "months": "month", "said": "say",
    "bought": "buy", "fell": "fall", "falling": "fall", "rose": "rise", "rising": "rise", "grew": "grow", "growth": "grow",
    "won": "win", "wins": "win", "beat": "beat", "beats": "beat", "taken": "take", "took": "take", "ate": "take", "made": "make",
    "dropped": "drop", "shipped": "ship",
}  # fmt: skip
_FORMS = frozenset(_SAME.values())
_PHRASAL = re.compile(
    r"\b((?:was|were|is|are|been) (?:already )?out(?= before| by| since| in \d| in [A-Z])"
    r"|(?:came|comes?|coming) out|puts? out|putting out|(?:gave|gives?) up)\b",
    re.I,
)
_GIVEN_UP = ("gav", "giv")
_WORD = re.compile(r"[A-Za-z]{1,3}\d[\w.]*\w|[A-Za-z]\d\b|[A-Za-z][A-Za-z'.-]*[A-Za-z]|[A-Za-z]")


def content_words(text: str) -> list[str]:
    """The words that carry meaning, lower-case and stemmed, in order; numbers are not words."""
    words: list[str] = []
    text = _PHRASAL.sub(lambda match: "lost" if match[1].lower().startswith(_GIVEN_UP) else "released", text)
    for match in _WORD.findall(text):
        if any(char.isdigit() for char in match):
            words.append(match.lower())
            continue
        for part in (match.lower(),) if match.lower() in _SAME else re.split(r"[-.]", match.lower()):
            word = part.strip("'.").removesuffix("'s")
            if word and word not in _STOP and len(word) > 1:
                words.append(stem(word))
    return words


def stem(word: str) -> str:
    """A word without its inflection: "models" → "model", "controlled" → "controll"; good enough to compare."""
    if word in _SAME:
        return _SAME[word]
    if word in _FORMS:
        return word
    for ending, keep in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return _SAME.get(word[: -len(ending)] + keep, (word[: -len(ending)] + keep).rstrip("e"))
    return _SAME.get(word, word.rstrip("e") if len(word) > 4 else word)


class Rarity:
    """How telling a word is: log of how few texts hold it (inverse document frequency)."""

    def __init__(self, texts: Iterable[str]) -> None:
        documents = [set(content_words(text)) for text in texts]
        self._count = Counter(word for document in documents for word in document)
        self._size = max(len(documents), 1)

    def weight(self, word: str) -> float:
        """Between 0.3 (everywhere) and about 7 (nowhere)."""
        return max(0.3, math.log((self._size + 1) / (self._count[word] + 0.5)))

    def coverage(self, wanted: Iterable[str], offered: Iterable[str]) -> float:
        """The share, by rarity, of the wanted words that are offered; 0 when nothing is wanted."""
        words, there = set(wanted), set(offered)
        total = sum(self.weight(word) for word in words)
        return sum(self.weight(word) for word in words & there) / total if total else 0.0
