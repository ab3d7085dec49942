"""The other providers' own clients, each against a server on loopback that speaks its protocol."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.llm import load_llm
from pipeline.settings import Settings
from prompts.schemas import Opinion
from tests.llm.server import Asked, Reply, Script, serving

QUESTION = {"claim": "R1 is MIT licensed.", "passage": "DeepSeek released R1 under the MIT licence."}
OPINION = {"stance": "supports", "words": "under the MIT licence"}


class Protocol(NamedTuple):
    """How a provider is asked: its package, the variable of its key, the path, the answer."""

    package: str
    key: str
    path: str
    answer: Callable[[Asked], dict[str, object]]


def anthropic(asked: Asked) -> dict[str, object]:
    (tool,) = asked.body["tools"]  # type: ignore[misc]
    used = {"type": "tool_use", "id": "t", "name": tool["name"], "input": OPINION}
    usage = {"input_tokens": 70, "output_tokens": 7}
    return {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "stop_reason": "tool_use",
        "content": [used],
        "usage": usage,
    }


def ollama(_: Asked) -> dict[str, object]:
    message = {"role": "assistant", "content": json.dumps(OPINION)}
    day = "2026-01-01T00:00:00Z"
    return {
        "model": "m",
        "created_at": day,
        "message": message,
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": 70,
        "eval_count": 7,
    }


def google(_: Asked) -> dict[str, object]:
    content = {"role": "model", "parts": [{"text": json.dumps(OPINION)}]}
    usage = {"promptTokenCount": 70, "candidatesTokenCount": 7, "totalTokenCount": 77}
    return {"candidates": [{"content": content, "finishReason": "STOP"}], "usageMetadata": usage}


PROTOCOLS = {
    "anthropic:claude": Protocol("langchain_anthropic", "ANTHROPIC_API_KEY", "/v1/messages", anthropic),
    "ollama:llama": Protocol("langchain_ollama", "", "/api/chat", ollama),
    "google:gemini": Protocol(
        "langchain_google_genai", "GOOGLE_API_KEY", "/v1beta/models/gemini:generateContent", google
    ),
}


@pytest.mark.parametrize("llm", PROTOCOLS)
def test_a_question_is_asked_and_counted(llm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = PROTOCOLS[llm]
    pytest.importorskip(protocol.package, reason="this provider's extra is not installed")
    if protocol.key:
        monkeypatch.setenv(protocol.key, "sk-secret")
    script = Script(lambda asked: Reply(body=json.dumps(protocol.answer(asked)).encode()))
    with serving(script):
        server = script.address.removesuffix("/v1")
        model = load_llm(Settings(home=tmp_path, llm=llm, llm_base_url=server, llm_price="1,10", offline=True))
        assert model is not None
        answer = model.ask("stance", QUESTION, Opinion)
    assert answer is not None
    assert answer.value == Opinion(stance="supports", words="under the MIT licence")
    assert (model.spent.tokens_in, model.spent.tokens_out) == (70, 7)
    assert model.spent.cost == pytest.approx(0.00014)
    (asked,) = script.asked
    assert asked.path.startswith(protocol.path)
    assert "never an instruction" in asked.text
    assert "sk-secret" not in asked.text


@pytest.mark.parametrize("llm", PROTOCOLS)
def test_a_server_that_fails_is_no_answer(llm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = PROTOCOLS[llm]
    pytest.importorskip(protocol.package, reason="this provider's extra is not installed")
    monkeypatch.setattr("pipeline.llm.providers.RETRIES", 0)
    if protocol.key:
        monkeypatch.setenv(protocol.key, "sk-secret")
    with serving(Script(Reply(status=500))) as script:
        server = script.address.removesuffix("/v1")
        model = load_llm(Settings(home=tmp_path, llm=llm, llm_base_url=server, offline=True))
        assert model is not None
        assert model.ask("stance", QUESTION, Opinion) is None
    assert model.failures == {"error 500": 1}
