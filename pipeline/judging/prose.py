"""Rationales in a language model's words, where those say nothing that the computed rationale and its quotations don't.

`fault` is the gate: numbers, names, dates and quotations must stand in the material, words that judge must fit the verdict,
nearly all other telling words must come from the material too. `left_out` keeps the figures that decided in. What fails is
dropped; the computed rationale stays.
"""

# ruff: noqa: SIM905 (word lists are read as words)

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.judging.digits import normalise_numbers
from pipeline.judging.view import spoken_day
from pipeline.llm.prompts import visible
from pipeline.models import CheckedClaim, Label, LlmStep, Verdict

if TYPE_CHECKING:
    from pipeline.llm import LanguageModel

LONGEST = 110
"""Words of a rationale."""
STRANGE = 0.2
"""Share of the telling words that may stand in none of the material."""
SHOWN = 4
"""Quotations that are shown."""

VERDICT: dict[Label, str] = {
    "supported": "supported: dated evidence says the same",
    "refuted": "refuted: dated evidence says otherwise",
    "conflicting": "conflicting: good evidence on both sides",
    "not_enough_evidence": "not enough evidence: nothing dated before the statement settles it",
}
_FOR = (
    "support supports supported supporting confirm confirms confirmed true correct right accurate proves proven agrees"
)
_AGAINST = "refute refutes refuted contradict contradicts contradicted contradicting false wrong incorrect untrue disproves debunked lie"
_OPEN = "conflicting unclear uncertain unknown unverified unproven inconclusive disputed"
_WRONG: dict[Label, frozenset[str]] = {
    "supported": frozenset(f"{_AGAINST} {_OPEN}".split()),
    "refuted": frozenset(f"{_FOR} {_OPEN}".split()),
    "conflicting": frozenset("true false proves proven disproves debunked lie wrong correct".split()),
    "not_enough_evidence": frozenset(f"{_FOR} {_AGAINST}".split()),
}
_NEGATION = frozenset("not no never none neither nor without cannot hardly n't".split())
_AMOUNTS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve hundred thousand million billion trillion half third quarter double
    doubled twice triple times dozen percent most all every majority first second last""".split()
)
_PLAIN = frozenset(
    """a an the of in on at by to for from and or but so is are was were be been being has have had do does did it its this that these
    those with as than which who whose what when where while there their they them he she his her also both same such only between
    about into over under after before since until because however therefore thus whereas although though according based
    says say said states stated shows show shown reports reported lists listed gives given records recorded dated known source sources
    evidence statement claim passage quotation day time result value number figure means matches match differs differ than rather can
    could would may""".split()
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_QUOTED = re.compile(r"[“\"]([^“”\"]{3,})[”\"]")
_MARKUP = re.compile(r"https?:|www\.|[<>{}\[\]*_`#|\\]|\b\w+\.(?:com|org|net|io|ai|dev)\b", re.I)
_MONTHS = "january february march april may june july august september october november december".split()


def retold(checked: Sequence[CheckedClaim], model: LanguageModel) -> tuple[tuple[CheckedClaim, ...], LlmStep]:
    """The claims, their rationales as the model tells them where that passes the gate, and how it did.

    Raises:
        SettingsError: the provider refuses the key or the model.
    """
    from prompts.schemas import Prose

    decided = [(i, verdict) for i, one in enumerate(checked) if (verdict := _worth_telling(one)) is not None]
    material = [_material(checked[i].claim.claim, verdict) for i, verdict in decided]
    answers = model.ask_all("rationale", material, Prose)
    found = list(checked)
    used = refused = 0
    for (i, verdict), shown, answer in zip(decided, material, answers, strict=True):
        if answer is None:
            continue
        text = " ".join(visible(answer.value.rationale).split())
        if fault(text, verdict.label, shown) or left_out(text, verdict):
            refused += 1
            continue
        used += 1
        found[i] = _told(checked[i], verdict, text)
    failed = sum(answer is None for answer in answers)
    return tuple(found), LlmStep(asked=len(decided), used=used, refused=refused, failed=failed)


def fault(text: str, label: Label, material: dict[str, str]) -> str:
    """Why a rationale can't be used, in words; empty when it can."""
    words, known = _words(text), set(_words(" ".join(value for name, value in material.items() if name != "verdict")))
    everything = " ".join(value for name, value in material.items() if name != "verdict")
    if not 6 <= len(words) <= LONGEST:
        return "too short or too long"
    if _MARKUP.search(text) or "?" in text or "!" in text:
        return "markup, an address, a question or a cry"
    if strange := [
        word for word in words if (word[0].isdigit() or word in _AMOUNTS or word in _MONTHS) and word not in known
    ]:
        return f"the number or date {strange[0]} stands nowhere"
    if figures := _figures(text) - _figures(everything):
        return f"{min(figures)} stands nowhere as it is written"
    if name := _unknown_name(text, known):
        return f"the name {name} stands nowhere"
    if lost := [quote for quote in _QUOTED.findall(text) if quote.strip(" .,") not in everything]:
        return f"“{lost[0]}” is no quotation"
    if judged := _WRONG[label] & set(words):
        return f"“{min(judged)}” does not fit the verdict"
    if (negated := _NEGATION & set(words)) and not negated <= known:
        return f"“{min(negated)}” turns the sense"
    telling = [word for word in words if word not in _PLAIN and word not in _fitting(label)]
    foreign = [word for word in telling if word not in known and _stem(word) not in {_stem(one) for one in known}]
    if len(foreign) > STRANGE * max(5, len(telling)):
        return f"too much stands nowhere: {', '.join(foreign[:4])}"
    return ""


def left_out(text: str, verdict: Verdict) -> str:
    """A figure that the computed rationale shows as having decided, and that a text does not; empty when all are there."""
    operands = verdict.derivation.operands if verdict.derivation else ()
    shown, told = set(_words(verdict.rationale)), set(_words(text))
    figures = [f"{one.value:g}" for one in operands if not isinstance(one.value, str)]
    return next((figure for figure in figures if figure in shown and figure not in told), "")


def _worth_telling(checked: CheckedClaim) -> Verdict | None:
    verdict = checked.verdict
    if verdict is None or verdict.label == "not_enough_evidence" or not verdict.citations:
        return None
    return verdict


def _material(claim: str, verdict: Verdict) -> dict[str, str]:
    """What the prompt is given, and all that its answer may hold."""
    quotes = [
        f"{one.passage.publisher or one.passage.title or 'A source'}, {spoken_day(one.passage.known_from)}, "
        f"{one.stance}: “{one.quote[:400]}”"
        for one in (*verdict.citations, *verdict.against)[:SHOWN]
    ]
    steps = verdict.derivation.steps if verdict.derivation else ()
    return {
        "claim": claim,
        "verdict": VERDICT[verdict.label],
        "reasoning": "\n".join((verdict.rationale, *steps)),
        "evidence": "\n".join(quotes),
    }


def _told(checked: CheckedClaim, verdict: Verdict, text: str) -> CheckedClaim:
    update = {"rationale": text, "rationale_by": "language model"}
    today = checked.verdict_today
    if today is not None and (today.rationale, today.label) == (verdict.rationale, verdict.label):
        today = today.model_copy(update=update)
    return checked.model_copy(update={"verdict": verdict.model_copy(update=update), "verdict_today": today})


def _words(text: str) -> list[str]:
    """Words in small letters, numbers in digits; "isn't" is "is" and "n't"."""
    found: list[str] = []
    for raw in _WORD.findall(normalise_numbers(text)):
        word = raw.lower().replace("’", "'")
        base, short, _ = word.partition("n't")
        found += [base, "n't"] if short else [word.removesuffix("'s").replace(",", "")]
    return [word for word in found if word]


def _figures(text: str) -> set[str]:
    """Everything with a digit in it, as a whole: the 3 of "DeepSeek-V3" makes no "3 times" known."""
    return {
        word.lower().removesuffix("'s").replace(",", "")
        for raw in normalise_numbers(text.replace("’", "'")).split()
        if re.search(r"\d", word := raw.strip(".,;:!?()[]“”\"'%"))
    }


def _unknown_name(text: str, known: set[str]) -> str:
    """A word with a capital that is neither in the material nor a plain word that opens a sentence."""
    for match in re.finditer(r"[^\W\d_]\w*", text):
        word = match.group()
        if set(_words(word)) <= known or not any(letter.isupper() for letter in word):
            continue
        opens = match.start() == 0 or bool(re.search(r"[.!?][”\"’)]*\s+[“\"(]*$", text[: match.start()]))
        if not (opens and word.lower() in _PLAIN):
            return word
    return ""


def _fitting(label: Label) -> frozenset[str]:
    """Words that judge as the verdict does."""
    fitting = {
        "supported": _FOR,
        "refuted": _AGAINST,
        "conflicting": f"{_FOR} {_AGAINST} {_OPEN} sides disagree",
        "not_enough_evidence": _OPEN,
    }
    return frozenset(fitting[label].split())


def _stem(word: str) -> str:
    return re.sub(r"(?:ies|es|s|ed|ing|ly)$", "", word) if len(word) > 4 else word
