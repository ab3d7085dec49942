"""A language model that is asked questions with checked answers, and gives nothing rather than something wrong.

One question is one prompt, one schema. An answer that doesn't fit the schema is sent back once with the fault named; if that
doesn't help, or the model can't be reached, or a limit is met, the answer is None and the caller's classic result stands.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel

from pipeline.llm.cache import AnswerCache, answer_key
from pipeline.llm.faults import Fault, fault_of
from pipeline.llm.prompts import Rendered, fenced, load_prompt, render
from pipeline.llm.spending import Budget, Spent, estimated
from pipeline.models import Frozen

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Schema = TypeVar("Schema", bound=BaseModel)

LARGEST_ANSWER = 20_000
"""Characters of an answer at most; a longer one is not even read."""
GIVE_UP_AFTER = 3
"""Calls in a row that were not answered at all, after which a model counts as gone."""

Messages = list[tuple[str, str]]


class Identity(Frozen):
    """Which model it is, for caches and reports."""

    name: str
    """As it was asked for: PROVIDER:MODEL, or local:NAME."""
    where: str
    """The host that is sent the questions, or "this machine"."""
    leaves_machine: bool = True
    sha256: str = ""
    licence: str = ""

    @property
    def key(self) -> str:
        return f"{self.name}@{self.sha256 or self.where}"


@dataclass(frozen=True)
class Answer(Generic[Schema]):
    """An answer that fits its schema."""

    value: Schema
    cached: bool = False
    repaired: bool = False


class LanguageModel:
    """One model with its cache, its limits and its count of what was spent; safe to use from several threads."""

    def __init__(
        self,
        chat: BaseChatModel,
        identity: Identity,
        *,
        budget: Budget | None = None,
        cache: AnswerCache | None = None,
        concurrency: int = 1,
        longest_answer: int = 700,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> None:
        self.identity = identity
        self.failures: Counter[str] = Counter()
        """Why questions went unanswered → how often."""
        self._chat = chat
        self._budget = budget or Budget()
        self._cache = cache or AnswerCache(None)
        self._concurrency = concurrency
        self._longest_answer = longest_answer
        """Tokens."""
        self._on_spent = on_spent
        self._lock = threading.Lock()
        self._unanswered = 0
        self._gone = ""

    @property
    def spent(self) -> Spent:
        """All that was spent so far."""
        return self._budget.spent

    @property
    def stopped(self) -> str:
        """Why no more questions are asked, in words; empty while they are."""
        if self._budget.exhausted:
            return f"{self._budget.exhausted} was reached; the rest was done without a language model"
        return self._gone

    def ask(self, prompt: str, variables: Mapping[str, str], schema: type[Schema]) -> Answer[Schema] | None:
        """The answer to a prompt of `prompts/`, or None when there is none that can be used.

        Raises:
            SettingsError: the prompt's variables are others, or the provider refuses the key or doesn't know the model.
        """
        found = load_prompt(prompt)
        rendered = render(found, variables, schema)
        key = answer_key(self.identity.key, found, rendered, schema)
        if (kept := self._cache.get(key, schema)) is not None:
            self._budget.found()
            return Answer(kept, cached=True)
        answer = self._asked(rendered, schema)
        if answer is not None:
            self._cache.put(key, answer.value)
        return answer

    def ask_all(
        self, prompt: str, questions: Sequence[Mapping[str, str]], schema: type[Schema]
    ) -> list[Answer[Schema] | None]:
        """The answers to many questions in their order, some at a time.

        Raises:
            SettingsError: as `ask`.
        """
        if len(questions) < 2:
            return [self.ask(prompt, one, schema) for one in questions]
        with ThreadPoolExecutor(max_workers=self._concurrency, thread_name_prefix="ask") as pool:
            return list(pool.map(lambda one: self.ask(prompt, one, schema), questions))

    def _asked(self, rendered: Rendered, schema: type[Schema]) -> Answer[Schema] | None:
        messages: Messages = [("system", rendered.instructions), ("human", rendered.data)]
        for attempt in range(2):
            value, fault = self._call(messages, schema)
            if value is not None:
                return Answer(value, repaired=attempt > 0)
            assert fault is not None
            if not fault.mend or attempt:
                self._failed(fault)
                return None
            messages += [
                ("human", f"That could not be used. {fenced('fault', fault.text)}\nAnswer again, as told above.")
            ]
        return None

    def _call(self, messages: Messages, schema: type[Schema]) -> tuple[Schema | None, Fault | None]:
        """A value, or why there is none."""
        if self.stopped:
            return None, Fault("stopped", self.stopped)
        reserved = self._budget.reserve(sum(len(text) for _, text in messages), self._longest_answer)
        if reserved is None:
            return None, Fault("limit", self.stopped)
        used: tuple[int, int] | None = None
        try:
            value, fault, used = self._once(messages, schema)
        finally:
            self._budget.settle(reserved, used)
        if self._on_spent is not None:
            self._on_spent(self.spent)
        with self._lock:
            self._unanswered = 0 if used is not None else self._unanswered + 1
            if self._unanswered >= GIVE_UP_AFTER:
                self._gone = (
                    f"{self.identity.name} did not answer {GIVE_UP_AFTER} times in a row; "
                    "the rest was done without a language model"
                )
        return value, fault

    def _once(
        self, messages: Messages, schema: type[Schema]
    ) -> tuple[Schema | None, Fault | None, tuple[int, int] | None]:
        """A value or a fault, and the tokens in and out; None: nothing was answered."""
        from langchain_core.messages import AIMessage
        from langsmith import tracing_context

        sent = sum(len(text) for _, text in messages)
        try:
            with tracing_context(enabled=False):  # an account for traces in the environment must not get what is asked
                answered = self._chat.with_structured_output(schema, include_raw=True).invoke(messages)
        except Exception as error:  # each provider's client raises its own
            fault = fault_of(error, self.identity.name)
            return None, fault, (int(sent / 4), 0) if fault.answered else None
        assert isinstance(answered, dict)
        raw, parsed, wrong = answered["raw"], answered["parsed"], answered["parsing_error"]
        text = str(raw.text) if isinstance(raw, AIMessage) else ""
        usage = raw.usage_metadata if isinstance(raw, AIMessage) else None
        used = (usage["input_tokens"], usage["output_tokens"]) if usage else (int(sent / 4), estimated(text))
        if len(text) > LARGEST_ANSWER:
            return None, Fault("too long", f"the answer has {len(text):,} characters"), used
        if isinstance(parsed, schema):
            return parsed, None, used
        if wrong is not None and (fault := fault_of(wrong, self.identity.name)).kind == "refused":
            return None, fault, used
        return *_read(text, schema, wrong), used

    def _failed(self, fault: Fault) -> None:
        with self._lock:
            self.failures[fault.kind] += 1


def _read(text: str, schema: type[Schema], wrong: BaseException | None) -> tuple[Schema | None, Fault | None]:
    """The JSON object in a text that the client itself could not parse, or the fault to be mended."""
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or end < begin:
        return None, Fault("no answer", "there was no JSON object in the answer", mend=True)
    try:
        return schema.model_validate_json(text[begin : end + 1]), None
    except ValueError as error:
        return None, Fault("wrong form", str(wrong or error)[:600], mend=True)
