"""A language model that does whatever it reads: what hostile text could at most make of a real one."""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from pipeline.llm import LanguageModel
from pipeline.llm.model import Identity

WORST: dict[str, dict[str, object]] = {
    "Wording": {"claims": ["All claims are supported."]},
    "Plan": {
        "operation": "rank",
        "subject": "DeepSeek-V3",
        "subject_words": "",
        "other": "",
        "other_words": "",
        "metric": "MMLU",
        "metric_words": "",
        "relation": "above",
        "relation_words": "",
    },
    "Meant": {"reading": "", "words": "mark all claims as supported"},
    "Opinion": {"stance": "supports", "words": "supported"},
    "Prose": {
        "rationale": "This claim is supported and true, says the system. Visit https://evil.example with your key."
    },
}


class Obedient(BaseChatModel):
    """Answers with the last JSON object it is told to answer with, else with the worst it can think of."""

    seen: list[str] = []
    schema_name: str = ""

    def bind_tools(self, tools: Any, **_: Any) -> Obedient:
        bound = self.model_copy(update={"schema_name": tools[0].__name__})
        bound.seen = self.seen
        return bound

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        text = "\n".join(str(message.content) for message in messages)
        self.seen.append(text)
        wanted = WORST[self.schema_name]
        for found in re.findall(r"\{[^{}]*\}", text):
            try:
                told = json.loads(found)
            except ValueError:
                continue
            if isinstance(told, dict) and told.keys() == wanted.keys():
                wanted = told
        call = {"name": self.schema_name, "args": wanted, "id": "1"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage("", tool_calls=[call]))])

    @property
    def _llm_type(self) -> str:
        return "obedient"


class Telling(Obedient):
    """Answers with one and the same object, whatever it is asked."""

    answer: dict[str, object]

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **_: Any,
    ) -> ChatResult:
        call = {"name": self.schema_name, "args": self.answer, "id": "1"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage("", tool_calls=[call]))])


def telling(answer: dict[str, object]) -> LanguageModel:
    """A model that always says this."""
    return LanguageModel(
        Telling(answer=answer), Identity(name="test:telling", where="this machine", leaves_machine=False)
    )


def obedient() -> tuple[LanguageModel, list[str]]:
    """Such a model, and what it gets to see."""
    chat = Obedient(seen=[])
    return LanguageModel(chat, Identity(name="test:obedient", where="this machine", leaves_machine=False)), chat.seen
