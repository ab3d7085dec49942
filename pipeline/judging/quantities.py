"""Numbers as people say and write them, with their unit, their bound and how exactly they are meant.

`find_quantities("about two point eight million GPU hours")` gives one Quantity: 2,800,000, unit "hours", approximate.
Number words are read by text2num; what a number measures, and how far off it may be, is decided here.
"""

from __future__ import annotations

import re
from typing import Literal

from pipeline.judging.digits import normalise_numbers
from pipeline.models import Frozen

Bound = Literal["exact", "about", "over", "at_least", "under", "at_most"]

SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9,
    "billions": 1e9, "t": 1e12, "tn": 1e12, "trillion": 1e12, "trillions": 1e12, "hundred": 1e2, "dozen": 12.0,
}  # fmt: skip
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY"}
_UNIT_WORDS: tuple[tuple[str, str, float], ...] = (
    # pattern, unit, factor to that unit
    (r"%|percent\b(?! point)|per cent\b(?! point)", "percent", 1.0),
    (r"percentage points?\b|percent points?\b|(?:elo |arena |rating )?points?\b|elo\b", "points", 1.0),
    (r"(?:u\.?s\.? )?dollars?\b|usd\b|bucks?\b", "USD", 1.0),
    (r"cents?\b", "USD", 0.01),
    (r"euros?\b|eur\b", "EUR", 1.0),
    (r"pounds?\b|gbp\b", "GBP", 1.0),
    (r"yuan\b|rmb\b|renminbi\b", "CNY", 1.0),
    (r"(?:nvidia )?(?:[ah]\d{2,3}s? )?gpu[- ]hours?\b|(?:[ah]\d{2,3} )hours?\b", "gpu_hours", 1.0),
    (r"(?:[\w-]+ ){0,2}(?:parameters?|params)\b", "parameters", 1.0),
    (r"(?:[\w-]+ )?(?:tokens?)\b(?! context)", "tokens", 1.0),
    (r"-?token(?:s)?(?: context| window)", "tokens", 1.0),
    (r"tb/s\b|terabytes? per second\b", "bytes/s", 1e12),
    (r"gb/s\b|gigabytes? per second\b", "bytes/s", 1e9),
    (r"gb\b|gigabytes?\b", "bytes", 1e9),
    (r"tb\b|terabytes?\b", "bytes", 1e12),
    (r"tflops\b|teraflops?\b", "flops", 1e12),
    (r"pflops\b|petaflops?\b", "flops", 1e15),
    (r"(?:business )?days?\b", "days", 1.0),
    (r"weeks?\b", "days", 7.0),
    (r"months?\b", "months", 1.0),
    (r"years?\b", "months", 12.0),
    (r"hours?\b|hrs?\b", "hours", 1.0),
    (r"minutes?\b", "hours", 1 / 60),
    (r"seconds?\b", "hours", 1 / 3600),
    (r"x\b|times\b|-?fold\b", "ratio", 1.0),
    (r"kilomet(?:er|re)s?\b|km\b", "metres", 1e3),
    (r"miles?\b", "metres", 1609.344),
    (r"met(?:er|re)s?\b", "metres", 1.0),
    (r"feet\b|foot\b|ft\b", "metres", 0.3048),
    (r"kilograms?\b|kg\b", "grams", 1e3),
    (r"milligrams?\b|mg\b", "grams", 1e-3),
    (r"grams?\b", "grams", 1.0),
)  # fmt: skip
_ABOUT = re.compile(
    r"(?:\babout|\baround|\broughly|\bapproximately|\bnearly|\balmost|\bsome|\bclose to|\blike|\bsomething like|\bcirca|~|≈"
    r"|\bin the order of|\bballpark|\bpretty much|\bestimated(?: at)?|\bsay)\s*(?:a |an |the )?[$€£¥]?$",
    re.I,
)
_OVER = re.compile(
    r"(?:\bover|\bmore than|\babove|\bexceed(?:s|ed|ing)?|\bgreater than|\bhigher than|\bpast|\bsurpass(?:es|ed|ing)?|\bpassed"
    r"|\bbeat(?:s|en|ing)?|\bclear(?:s|ed)|\btops|\bcrack(?:s|ed)?|\bbroken"
    r"|\bblown past|\bnorth of|\bupwards? of|\btopped|\bbeyond|\blarger than|\blonger than)\s*(?:a |an |the )?[$€£¥]?$",
    re.I,
)
_AT_LEAST = re.compile(
    r"(?:\bat least|\bno (?:less|fewer) than|\bminimum of|\breached|\bhit)\s*(?:a |an )?[$€£¥]?$", re.I
)
_UNDER = re.compile(
    r"(?:(?:\bfail(?:s|ed) to|(?:\bnot|n't)(?: even)?) (?:reach|hit|top|clear|make|crack)|\bf(?:alls?|ell) short of|\bmiss(?:es|ed)"
    r"|\bunder|\bless than|\bbelow|\bfewer than|\blower than|\bwithin|\bshort of|\bsmaller than|\bshorter than)"
    r"\s*(?:a |an |the )?[$€£¥]?$",
    re.I,
)
_AT_MOST = re.compile(r"(?:\bat most|\bno more than|\bup to|\bmaximum of|\bonly)\s*(?:a |an )?[$€£¥]?$", re.I)
_SCALE = r"(?:thousands?|millions?|billions?|trillions?|hundred|dozen|mn|bn|tn|k|m|b|t)"
_NUMBER = re.compile(
    rf"(?<![\w.-])(?P<sign>[-−](?=[$€£¥]?\d))?(?P<currency>[$€£¥])?\s?(?P<number>\d[\d,]*(?:\.\d+)?)"
    rf"(?:\s?(?P<half>and a half))?(?P<gap>[\s-]?)(?P<scale>{_SCALE})?(?:(?!\w)|(?=x\b))(?:-(?=[a-z%]))?",
    re.I,
)
_PLENTY = re.compile(r"\b(tens|dozens|hundreds|thousands) of (\w+)", re.I)
_PLENTY_VALUES = {"tens": 20.0, "dozens": 24.0, "hundreds": 200.0, "thousands": 2000.0}
_SOMETHING = re.compile(r"[ -]?something\b", re.I)
_FRACTIONS = {"half": 50.0, "third": 100 / 3, "3rd": 100 / 3, "quarter": 25.0, "fifth": 20.0, "5th": 20.0}
_FRACTION = re.compile(
    r"(?<!first )(?<!second )(?<!third )(?<!fourth )(?<!1st )(?<!2nd )(?<!3rd )(?<!4th )"  # "first quarter of" is a time
    r"\b(?:(one|two|three|a|an) )?(half|third|3rd|quarter|fifth|5th)s? of\b"
    r"(?! (?:the )?(?:top |\d|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b))"  # a place: "third of five"
    r"|\bhalf (?=the\b|its\b)",
    re.I,
)


class Quantity(Frozen):
    """One number in a text: value in its unit, the bound put on it, and where it stands (in the normalised text)."""

    value: float
    unit: str
    """"percent", "points", "USD", "months", "parameters", …; "" for a bare count."""
    bound: Bound = "exact"
    text: str = ""
    start: int = 0
    end: int = 0
    decimals: int = 0
    spread: float = 0.0
    """How far the wording itself leaves it open: 5 for "twenty-something"."""
    noun: str = ""
    """The word counted, for a bare count: "downloads"."""

    @property
    def tolerance(self) -> float:
        """How far from the value a figure may lie and still be what was meant, in the quantity's unit.

        A figure said exactly holds within its rounding (half of its last digit that is not zero, at most 3 percent of
        it); one said loosely within 6 percent, or one percentage point where it is a share.
        """
        if self.spread:
            return self.spread
        rounding = min(
            0.5 * _last_digit(self.value, self.decimals), max(abs(self.value) * 0.03, 0.5 * 10.0**-self.decimals)
        )
        if self.bound == "exact":
            return rounding
        if self.unit == "percent" and abs(self.value) > 15:
            return max(rounding, 1.0)
        return max(rounding, abs(self.value) * 0.06)

    def agrees(self, figure: float, *, figure_bound: Bound = "exact") -> bool:
        """Whether a figure in the same unit is what this quantity says."""
        slack = self.tolerance + abs(figure) * 1e-9
        if self.bound in ("over", "at_least"):
            return figure >= self.value - (slack if self.bound == "at_least" else abs(self.value) * 1e-9)
        if self.bound in ("under", "at_most"):
            return figure <= self.value + (slack if self.bound == "at_most" else abs(self.value) * 1e-9)
        if figure_bound in ("over", "at_least") and figure > self.value + slack:
            return False
        return abs(figure - self.value) <= slack


def find_quantities(text: str, *, normalise: bool = True) -> list[Quantity]:
    """The quantities of a text in order; years, model names and ordinals are not quantities."""
    text = normalise_numbers(text) if normalise else text
    found = [quantity for match in _NUMBER.finditer(text) if (quantity := _read(match, text)) is not None]
    found += [_plenty(match) for match in _PLENTY.finditer(text)]
    found += [_fraction(match) for match in _FRACTION.finditer(text)]
    return sorted(found, key=lambda quantity: quantity.start)


def _read(match: re.Match[str], text: str) -> Quantity | None:
    digits, scale_word = match["number"].rstrip(","), (match["scale"] or "").lower()
    if _is_name_or_date(match, text):
        return None
    value = float(digits.replace(",", "")) + (0.5 if match["half"] else 0.0)
    some = _SOMETHING.match(text, match.end())
    after = some.end() if some else match.end()
    value += 5.0 if some else 0.0
    rest = text[after:].lstrip(" -")
    skipped = len(text) - match.end() - len(rest)
    unit, factor, unit_length = _unit(rest)
    if scale_word in ("m", "b", "t", "k") and not unit and not match["currency"]:
        unit = "parameters" if scale_word in ("b", "t") and not match["gap"].strip() else ""
    factor *= SCALES.get(scale_word, SCALES.get(scale_word.rstrip("s"), 1.0)) if scale_word else 1.0
    decimals = len(digits.partition(".")[2]) + (1 if match["half"] else 0)
    if match["currency"]:
        unit = CURRENCIES[match["currency"]]
        if unit_length and re.match(r"cents?|dollars?|usd|bucks?", rest, re.I):
            factor = SCALES.get(scale_word, 1.0)
    noun = "" if unit else " ".join(re.findall(r"^[A-Za-z]+(?: [A-Za-z]+)?", rest)[:1]).lower()
    end = match.end() + (skipped + unit_length if unit_length else 0)
    return Quantity(
        value=(-value if match["sign"] else value) * factor,
        unit=unit,
        bound=_bound(text[: match.start()], rest[unit_length:]),
        text=text[match.start() : end].strip(),
        start=match.start(),
        end=end,
        decimals=decimals if factor == 1.0 else 0,
        spread=5.0 if some else 0.0,
        noun=noun,
    )


def _bound(before: str, after: str) -> Bound:
    before = re.sub(r"\b(?:the|a|an|its|their|total of)\s*$", "", before[-40:], flags=re.I)
    if re.match(r"\s*(?:or (?:more|higher|better|greater)|and up|plus\b|\+)", after, re.I):
        return "at_least"
    if re.match(r"\s*or (?:less|fewer|lower)", after, re.I):
        return "at_most"
    if re.search(r"\b(?:not|never|hasn't|haven't|doesn't|didn't)\b[^.;,]{0,25}$", before, re.I):
        before = re.sub(
            r"\b(?:more than|exceed(?:s|ed)?|over|above)\s*(?:a |an |about |the )?[$€£¥]?$",
            "at most ",
            before,
            flags=re.I,
        )
    for bound, pattern in _BOUNDS:
        if pattern.search(before):
            return bound
    return "exact"


_BOUNDS: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("at_least", _AT_LEAST),
    ("at_most", re.compile(_AT_MOST.pattern.replace(r"|\bonly", ""), re.I)),
    ("about", _ABOUT),
    ("over", _OVER),
    ("under", _UNDER),
)


def _unit(rest: str) -> tuple[str, float, int]:
    for pattern, unit, factor in _COMPILED_UNITS:
        match = pattern.match(rest)
        if match:
            return unit, factor, match.end()
    return "", 1.0, 0


_COMPILED_UNITS = tuple((re.compile(pattern, re.I), unit, factor) for pattern, unit, factor in _UNIT_WORDS)


def _is_name_or_date(match: re.Match[str], text: str) -> bool:
    """Whether the digits belong to a year, a date, an ordinal a rate or a name ("MATH 500", "Qwen 2.5")."""
    if re.search(r"\bper $", text[: match.start()]):
        return True
    if match["currency"] or (match["scale"] and match["gap"]):
        return False
    before, after, number = text[: match.start()], text[match.end() :], match["number"]
    if re.match(r"(?:st|nd|rd|th)\b|/\d|:\d|-\d|\.[A-Za-z]", after):
        return True
    if re.search(
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\.? $", before
    ):
        return True
    if re.match(r" (?:January|February|March|April|May|June|July|August|September|October|November|December)\b", after):
        return True
    plain = not match["scale"] and not _unit(after.lstrip(" -"))[0]
    if plain and re.fullmatch(r"(?:19|20)\d\d(?:[01]\d[0-3]\d)?", number):
        return True
    if re.fullmatch(r"(?:19|20)\d\d", number) and re.search(r"\b(?:in|since|of|by|until|during) $", before):
        return True
    return plain and bool(
        _NAMED_BEFORE.search(before)
        or (_CAPITAL_BEFORE.search(before) and re.match(r"(?: [a-z]|[,.]? |'s|\.?$)", after) and len(number) < 6)
    )


_NAMED_BEFORE = re.compile(
    r"\b(?:GPT|Claude|Opus|Sonnet|Haiku|Gemini|Gemma|Grok|Llama|Qwen|ERNIE|GLM|Kimi|Phi|Baichuan|Yi|MATH|AIME|Level|version|Apache|"
    r"Title|Section|Chapter|Figure|Table|Article|Top|Route|Covid|SARS-CoV)[- ]$|\b(?:top|number|no\.|episode) $",
    re.I,
)


_CAPITAL_BEFORE = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}[ -]$|[A-Z]\w+ [A-Z][a-z]{3,}[ -]$")
"""A bare number after a name ("Mistral Large 2", "Codestral 25.01") is part of it."""


def _plenty(match: re.Match[str]) -> Quantity:
    unit = _unit(match[2])[0]
    value = _PLENTY_VALUES[match[1].lower()]
    return Quantity(
        value=value, unit=unit, bound="at_least", text=match[0], start=match.start(), end=match.end(), noun=match[2]
    )


def _fraction(match: re.Match[str]) -> Quantity:
    count = {"one": 1, "a": 1, "an": 1, "two": 2, "three": 3}.get((match[1] or "one").lower(), 1)
    value = count * _FRACTIONS[(match[2] or "half").lower()]
    return Quantity(value=value, unit="percent", bound="about", text=match[0], start=match.start(), end=match.end())


def _last_digit(value: float, decimals: int) -> float:
    """The place value of the last digit that is not zero: 0.1 for 79.8, 10 for 120, 1e9 for 671 billion."""
    if decimals:
        return float(10.0**-decimals)
    whole, place = abs(round(value)), 1
    while whole and whole % 10 == 0 and place < 10**15:
        whole //= 10
        place *= 10
    return float(place)
