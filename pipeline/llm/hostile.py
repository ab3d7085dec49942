"""Words that are meant for a language model, not for a listener or a reader."""

from __future__ import annotations

import re

_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget) (?:\w+ ){0,3}(?:above|previous|earlier|instructions?|rules?|prompt)"
    r"|\b(?:system|assistant|developer|user) ?:|<\W*(?:data|system|im_|tool)|\bmark (?:\w+ ){0,3}(?:as )?(?:supported|refuted|true)"
    r"|\blanguage model\b.{0,40}\bmust\b|\btool_calls?\b|\{\s*\"",
    re.I,
)


def is_to_a_machine(text: str) -> bool:
    """Whether a text speaks to a language model rather than to people; such text is not shown and fills nothing."""
    return bool(_TO_A_MACHINE.search(text))
