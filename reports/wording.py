"""What the stages say in short, said the way a reader expects it; what is not recognised stays as it is."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.models import Label, Verdict
from reports import text as t

_MINUS = re.compile(r"(?<![\w.)-])-(?=\d)")
"""A hyphen that stands for a minus sign."""
_PERCENT = re.compile(r"(?<=\d) percent\b(?!age)")
_COUNTRY = {"(US)": "(U.S.)", "(CN)": "(China)"}
_HELD = re.compile(r"; is (within|outside) (?=“)")
_HELD_ALONE = {"held": "read like this, it holds", "not held": "read like this, it does not hold"}
_AS_SAID = re.compile(r": (?P<found>[^:;]+?)(?P<when> \([^()]*\))?; the statement says (?P<said>[^;]+?)\.(?= |$)")
_EXPLAINED = re.compile(r"^(?P<what>.{12,}): (?P<sum>[\d.,$−-][^:]* = [^:]*)$")
_READS: dict[Label, tuple[str, str]] = {
    "supported": ("supports it", "support it"),
    "refuted": ("contradicts it", "contradict it"),
    "conflicting": ("leaves it open", "leave it open"),
    "not_enough_evidence": ("can’t be settled", "can’t be settled"),
}


def rationale(verdict: Verdict) -> str:
    """Why the verdict is what it is, with its [n] references left in place."""
    words = t.flat(verdict.rationale[: t.RATIONALE * 3])
    if _lists_the_readings(verdict, words):
        return readings(verdict)
    words = _PERCENT.sub("%", words).replace(".”.", ".”").replace(".”,", "”,")
    for code, name in _COUNTRY.items():
        words = words.replace(code, name)
    return capital(_AS_SAID.sub(_agreed, words))


def _agreed(match: re.Match[str]) -> str:
    """Where the record and the statement give the very same figure, that, said once."""
    if match["found"].strip() != match["said"].strip():
        return match[0]
    return f": {match['found']}{match['when'] or ''}, as the statement says."


def readings(verdict: Verdict) -> str:
    """How many ways of reading the claim lead where: "Of five ways to read it, four support it and one contradicts it."."""
    counted = Counter(reading.label for reading in verdict.readings)
    parts = [f"{t.counted(n)} {_READS[label][n > 1]}" for label, n in counted.items()]
    return f"Of {t.counted(sum(counted.values()))} ways to read it, {t.listed(parts)}."


def _lists_the_readings(verdict: Verdict, words: str) -> bool:
    """Whether the rationale only repeats what stands beside each reading."""
    names = [t.flat(reading.name) for reading in verdict.readings]
    rest = words
    for name, reading in zip(names, verdict.readings, strict=True):
        rest = rest.replace(f"{name}: {t.flat(reading.explanation)}", "")
    return len(names) > 2 and not rest.strip(" ;.")


def step(words: str, why: str) -> str:
    """One step of arithmetic; without the words before its colon when the rationale `why` says them already."""
    words = _HELD.sub(r", \1 ", _MINUS.sub("−", t.line(words, t.STEP)))
    found = _EXPLAINED.match(words)
    if found and found["what"] in why:
        words = found["sum"]
    return capital(_PERCENT.sub("%", words))


def conclusion(words: str, verdict: Verdict) -> str:
    """What the arithmetic shows, as a sentence; of sources that disagree it says that."""
    if verdict.label == "conflicting" and not verdict.readings:
        return "The sources disagree."
    return sentence(_HELD_ALONE.get(words, t.line(words, t.STEP)))


def missing(words: str) -> str:
    """What would have settled the claim, as a sentence."""
    return sentence(t.bounded(t.flat(words[:4000]), 600).replace(".”,", "”,"))


def capital(words: str) -> str:
    """The words beginning with a capital; a site's name (aiwiki.ai) stays as it is written."""
    first = words.split(" ", 1)[0]
    return words if "." in first[:-1] and first.islower() else words[:1].upper() + words[1:]


def sentence(words: str) -> str:
    """The words beginning with a capital and ending with a full stop."""
    if not words:
        return ""
    return capital(words) + ("" if words[-1] in ".!?…”" else ".")
