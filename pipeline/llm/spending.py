"""What a run has spent on a language model, and what it may spend."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

from pipeline.errors import SettingsError
from pipeline.settings import Settings

_CHARACTERS_A_TOKEN = 2.5
"""Fewer than text has (about four in English), so that an estimate is rather too high."""


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    tokens_in: float
    tokens_out: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """US dollars for these tokens."""
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1e6


@dataclass(frozen=True)
class Spent:
    """Calls that were answered, answers that were there already, tokens both ways, US dollars (None: no price known)."""

    calls: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    def since(self, before: Spent) -> Spent:
        """What was spent after `before`."""
        cost = None if self.cost is None else self.cost - (before.cost or 0.0)
        return Spent(
            self.calls - before.calls,
            self.cached - before.cached,
            self.tokens_in - before.tokens_in,
            self.tokens_out - before.tokens_out,
            cost,
        )


def price_of(settings: Settings, *, free: bool) -> Price | None:
    """The price that the settings give; nothing for a model on this machine; None when it isn't known.

    Raises:
        SettingsError: it can't be read, or a cost limit is set and there is no price to reckon with.
    """
    if settings.llm_price is None:
        if settings.llm_max_cost is not None and not free:
            raise SettingsError(
                f"a cost limit needs the price of {settings.llm}; set CLAIMCAST_LLM_PRICE=IN,OUT (dollars a million tokens)"
            )
        return Price(0.0, 0.0) if free else None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*", settings.llm_price)
    if match is None:
        raise SettingsError(f"CLAIMCAST_LLM_PRICE is {settings.llm_price!r}; give two numbers, as 0.25,2")
    return Price(float(match[1]), float(match[2]))


class Budget:
    """Counts what is spent, and refuses a call that could lead over a limit; safe to use from several threads."""

    def __init__(
        self, price: Price | None = None, *, max_tokens: int | None = None, max_cost: float | None = None
    ) -> None:
        self._price, self._max_tokens, self._max_cost = price, max_tokens, max_cost
        self._lock = threading.Condition()
        self._calls = self._cached = self._in = self._out = 0
        self._reserved: tuple[int, int] = (0, 0)
        self.exhausted = ""
        """Which limit stopped it, in words; empty while it goes on."""

    @property
    def spent(self) -> Spent:
        """All so far."""
        with self._lock:
            cost = self._price.of(self._in, self._out) if self._price else None
            return Spent(self._calls, self._cached, self._in, self._out, cost)

    def reserve(self, characters: int, longest_answer: int) -> tuple[int, int] | None:
        """Tokens set aside for a call of this many characters and an answer of this many tokens; None: a limit would be
        passed, and every later call is refused too. Waits for calls under way that may leave some of theirs."""
        wanted = int(characters / _CHARACTERS_A_TOKEN) + 16, longest_answer
        with self._lock:
            while (passed := self._passed(wanted)) and self._reserved != (0, 0) and not self.exhausted:
                self._lock.wait()
            self.exhausted = self.exhausted or passed
            if self.exhausted:
                return None
            self._reserved = (self._reserved[0] + wanted[0], self._reserved[1] + wanted[1])
        return wanted

    def _passed(self, wanted: tuple[int, int]) -> str:
        """Which limit a call would pass if it and all calls under way took what is set aside for them."""
        tokens_in, tokens_out = (
            spent + reserved + more
            for spent, reserved, more in zip((self._in, self._out), self._reserved, wanted, strict=True)
        )
        if self._max_tokens is not None and tokens_in + tokens_out > self._max_tokens:
            return f"the limit of {self._max_tokens:,} tokens"
        if self._max_cost is not None and self._price and self._price.of(tokens_in, tokens_out) > self._max_cost:
            return f"the limit of ${self._max_cost:g}"
        return ""

    def settle(self, reserved: tuple[int, int], used: tuple[int, int] | None) -> None:
        """Give back what was set aside and count what was used; None: the call was not answered."""
        with self._lock:
            self._reserved = (self._reserved[0] - reserved[0], self._reserved[1] - reserved[1])
            if used is not None:
                self._calls += 1
                self._in += used[0]
                self._out += used[1]
            self._lock.notify_all()

    def found(self) -> None:
        """Count an answer that was in the cache."""
        with self._lock:
            self._cached += 1


def estimated(text: str) -> int:
    """Tokens of a text, when a server doesn't say."""
    return int(len(text) / _CHARACTERS_A_TOKEN) + 1
