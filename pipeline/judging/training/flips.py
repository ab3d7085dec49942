"""Minimal edits that turn a true claim into a false one: a number, a direction, a unit, a negation."""

import random
import re

from pipeline.judging.training.spoken import grouped, plain

_NUMBER = re.compile(r"(?<![\w.\-/])\d{1,3}(?:,\d{3})+(?![\w\-/])|(?<![\w.\-/])\d+(?:\.\d+)?(?![\w\-/]|\.\d)")

_PAIRS = """
above below, more fewer, higher lower, highest lowest, increase decrease, increases decreases, increased decreased
increasing decreasing, reduce increase, reduces increases, reduced increased, before after, first last, largest smallest
larger smaller, best worst, better worse, older younger, rise fall, rose fell, gained lost, allowed banned
effective ineffective, improves worsens, promotes inhibits, activates suppresses, positive negative, earlier later
safe unsafe, high low, open closed, male female, longer shorter, faster slower, upregulated downregulated
success failure, supports opposes, accepted rejected, won lost, million billion, north south, east west, common rare
likely unlikely, mild severe
"""
_OPPOSITES: list[tuple[str, str]] = [
    ("more than", "less than"),
    ("associated with", "unrelated to"),
    ("cheaper", "more expensive"),
    ("ahead of", "behind"),
    *((pair.split()[0], pair.split()[1]) for pair in re.split(r"[,\n]", _PAIRS) if pair.strip()),
]
_FLIPS = dict(_OPPOSITES) | {b: a for a, b in reversed(_OPPOSITES)}
# "not" is only ever taken away: were it added, the word alone would come to mean "refuted".
_FLIPS |= {"is not": "is", "are not": "are", "was not": "was", "were not": "were", "cannot": "can", "has never": "has"}


def numbers_in(text: str) -> list[str]:
    """The numbers written in digits, in order, without those inside names such as GPT-4 or Qwen2.5."""
    return [match.group() for match in _NUMBER.finditer(text)]


def other_number(written: str, rng: random.Random) -> str:
    """A number that is plainly not this one but looks like it: digits swapped, one digit changed, or moved by a tenth
    to a half."""
    value = float(written.replace(",", ""))
    if "," not in written and value == int(value) and 1900 <= value <= 2100:
        return str(int(value) + rng.choice((-3, -2, -1, 1, 2, 3, 10, -10)))
    for _ in range(20):
        new = _disturbed(written.replace(",", ""), value, rng)
        if new is not None and abs(new - value) >= max(0.3, 0.02 * value):
            return grouped(new) if "," in written else plain(new)
    return plain(value + max(2, round(value * 0.3)))


def _disturbed(digits: str, value: float, rng: random.Random) -> float | None:
    whole, _, decimals = digits.partition(".")
    kind = rng.randrange(4)
    if kind == 0 and len(whole) >= 2 and whole[-1] != whole[-2]:
        return float(whole[:-2] + whole[-1] + whole[-2] + ("." + decimals if decimals else ""))
    if kind == 1 and decimals and len(whole) >= 2 and whole[-1] != decimals[0]:
        return float(whole[:-1] + decimals[0] + "." + whole[-1] + decimals[1:])
    if kind == 2:
        at = rng.randrange(len(whole))
        return float(whole[:at] + str(rng.choice("123456789")) + whole[at + 1 :] + ("." + decimals if decimals else ""))
    moved = value * rng.choice((0.5, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5, 2.0))
    return round(moved, 1 if decimals else 0)


def flip_number(text: str, rng: random.Random) -> str | None:
    """The text with one of its numbers changed, or None when it has none."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    return text[: match.start()] + other_number(match.group(), rng) + text[match.end() :]


def flip_direction(text: str, rng: random.Random) -> str | None:
    """The text with one direction, order or negation reversed, or None when there is nothing to reverse."""
    found: list[tuple[int, int, str]] = []
    for phrase, opposite in _FLIPS.items():
        for match in re.finditer(rf"\b{phrase}\b", text):
            found.append((match.start(), match.end(), opposite))
    if not found:
        return None
    start, end, opposite = rng.choice(found)
    return text[:start] + opposite + text[end:]
