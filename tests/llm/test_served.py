"""A real model behind a real server on loopback: llama.cpp's, which speaks OpenAI's protocol, with SmolLM2 135M.

The model is far too small to be right. What counts is that whatever it says comes back counted, checked, or as nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from pipeline.errors import SettingsError, WeightsError
from pipeline.llm import LanguageModel, load_llm, local, providers
from pipeline.models import Stance
from pipeline.settings import Settings
from pipeline.weights import WEIGHTS, available, locate
from prompts.schemas import Opinion

pytest.importorskip("xllamacpp", reason="the extra local-llm is not installed")
pytest.importorskip("langchain_openai", reason="the extra openai is not installed")
pytestmark = pytest.mark.xdist_group("served")

NAME = "smollm2-135m-instruct"
QUESTION = {"claim": "R1 is MIT licensed.", "passage": "DeepSeek released R1 under the MIT licence."}


class Choice(BaseModel):
    """An answer of one word, so that it is short."""

    stance: Stance


class Served(NamedTuple):
    """A running server: its address and the key it asks for."""

    address: str
    key: str


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """A data home in which the packaged model can be put together."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "models").symlink_to(models)
    if not available(NAME, folder / "models"):
        pytest.skip(f"{NAME} is not here; {WEIGHTS[NAME].install}")
    return folder


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[Served]:
    """The server, with a short context, started once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "CONTEXT", 1024)
        local.serving.cache_clear()
        server, key = local.serving(locate(NAME, home / "models") / "model.gguf")
        yield Served(f"{server.listening_address}/v1", key)


@pytest.fixture
def asked(served: Served, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LanguageModel:
    """The model as `--llm local:NAME` gives it, with answers of 32 tokens at most and no answers from before."""
    monkeypatch.setattr(providers, "LONGEST_HERE", 32)
    (tmp_path / "models").symlink_to(home / "models")
    found = load_llm(Settings(home=tmp_path, llm=f"local:{NAME}", offline=True))
    assert found is not None
    return found


def through_openai(
    served: Served, home: Path, key: str, monkeypatch: pytest.MonkeyPatch, longest: int = 32
) -> LanguageModel:
    """The model as a person gets it who names the server's address."""
    monkeypatch.setattr(providers, "LONGEST", longest)
    monkeypatch.setattr(providers, "RETRIES", 0)
    monkeypatch.setenv("OPENAI_API_KEY", key)
    found = load_llm(Settings(home=home, llm="openai:any", llm_base_url=served.address, offline=True, llm_rate=6000))
    assert found is not None
    return found


def test_an_answer_fits_its_schema_and_is_counted_and_kept(asked: LanguageModel) -> None:
    assert asked.identity.sha256 == WEIGHTS[NAME].sha256
    assert not asked.identity.leaves_machine
    answer = asked.ask("stance", QUESTION, Choice)
    assert answer is not None
    assert answer.value.stance in ("supports", "refutes", "neutral")
    assert asked.spent.calls == 1
    assert asked.spent.tokens_in > 100
    assert 0 < asked.spent.tokens_out <= 32
    again = asked.ask("stance", QUESTION, Choice)
    assert again is not None
    assert again.cached
    assert (asked.spent.calls, asked.spent.cached) == (1, 1)


def test_an_answer_that_does_not_end_is_asked_for_once_more_and_dropped(
    served: Served, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = through_openai(served, home, served.key, monkeypatch, longest=3)
    assert model.ask("stance", QUESTION, Opinion) is None
    assert model.failures == {"cut short": 1}
    assert model.spent.calls == 2


def test_a_question_beyond_the_context_is_let_go(asked: LanguageModel) -> None:
    long = QUESTION | {"passage": "DeepSeek released R1 under the MIT licence. " * 130}
    assert asked.ask("stance", long, Choice) is None
    assert sum(asked.failures.values()) == 1


def test_the_same_server_by_its_address(served: Served, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = through_openai(served, home, served.key, monkeypatch)
    answers = model.ask_all("stance", [QUESTION | {"claim": f"R{n} is MIT licensed."} for n in range(3)], Choice)
    assert all(answers)
    assert model.spent.calls == 3


def test_a_wrong_key_is_one_line(served: Served, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = through_openai(served, home, "wrong", monkeypatch)
    with pytest.raises(SettingsError, match="key is refused"):
        model.ask("stance", QUESTION | {"claim": "R9 is MIT licensed."}, Choice)


def test_a_file_that_is_no_model_is_one_line(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(WeightsError, match=r"bad\.gguf can't be loaded"):
        load_llm(Settings(home=home, llm=f"local:{bad}"))
