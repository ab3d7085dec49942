"""An episode verified with a language model, through the flow: what is said before, what the report holds, how limits end it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.llm_steps import notice
from flows.policies import Evidence, plan
from pipeline.llm import STEPS, LanguageModel, local, prompts, providers
from pipeline.llm.model import Identity
from pipeline.llm.prompts import load_prompt
from pipeline.media import open_source
from pipeline.models import Report
from pipeline.settings import Settings
from pipeline.weights import available
from tests.flows.conftest import Verify
from tests.llm.obedient import Obedient
from tests.llm.server import Asked, Reply, Script, serving

pytest.importorskip("langchain_openai", reason="the extra openai is not installed")
pytestmark = pytest.mark.xdist_group("prefect")

ALL = ",".join(STEPS)
TOLD = "DeepSeek says on 20 January 2025 that DeepSeek-R1 has the MIT licence, as stated."


def answer(asked: Asked) -> Reply:
    """What a model that means well says, by the fields that it is asked for."""
    text = asked.text
    for field, found in {
        "claims": {"claims": ["Nothing at all."]},
        "rationale": {"rationale": TOLD},
        "operation": dict.fromkeys(
            ("subject", "subject_words", "other", "other_words", "metric", "metric_words", "relation_words"), ""
        )
        | {"operation": "none", "relation": "none"},
        "reading": {"reading": "", "words": ""},
    }.items():
        if f"- {field}:" in text:
            return Reply(json.dumps(found))
    return Reply(json.dumps({"stance": "neutral", "words": ""}))


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    monkeypatch.setattr(providers, "RETRIES", 0)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with serving(Script(answer)) as found:
        yield found


def at(script: Script, settings: Settings, **changes: object) -> Settings:
    """The settings of a person who names this server, and a price."""
    chosen = {"llm": "openai:test", "llm_steps": ALL, "llm_base_url": script.address, "llm_price": "1,10", **changes}
    return settings.model_copy(update=chosen)


def report_of(verify: Verify, talk: Path, settings: Settings) -> tuple[Report, str]:
    """The report, and its page."""
    (outcome,), failures = verify(talk, using=settings)
    assert not failures
    return Report.model_validate_json(outcome.report_json.read_bytes()), outcome.report_html.read_text("utf-8")


def labels(report: Report) -> dict[str, str | None]:
    return {one.claim.statement: one.verdict.label if one.verdict else None for one in report.claims}


def test_the_report_says_what_the_model_did_and_the_verdicts_stay(
    verify: Verify, talk: Path, script: Script, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    classic, _ = report_of(verify, talk, settings)
    assert "language model" not in capfd.readouterr().err
    report, html = report_of(verify, talk, at(script, settings))
    said = capfd.readouterr().err
    assert "openai:test" in said
    assert script.asked
    assert labels(report) == labels(classic)
    use = report.provenance.llm
    assert use is not None
    assert use.steps["rationale"].asked >= 2
    assert use.calls == len(script.asked)
    assert use.cost == pytest.approx(use.tokens_in / 1e6 + use.tokens_out / 1e5)
    assert set(report.provenance.prompts) == set(use.steps)
    assert "Steps of the language model" in html
    told = [one.verdict for one in report.claims if one.verdict and one.verdict.rationale_by == "language model"]
    assert told
    assert {verdict.rationale for verdict in told} == {TOLD}
    assert "sk-secret" not in html + report.model_dump_json()


def test_what_leaves_this_machine_is_said_in_words() -> None:
    away = Identity(name="openai:gpt-5-mini", where="api.openai.com")
    line = notice(LanguageModel(Obedient(), away), ("claims", "rationale"))
    assert "api.openai.com is sent" in line
    assert all(STEPS[step] in line for step in ("claims", "rationale"))
    assert STEPS["stance"] not in line
    here = away.model_copy(update={"leaves_machine": False})
    assert "nothing is sent anywhere" in notice(LanguageModel(Obedient(), here), ("claims",))


@pytest.mark.parametrize(
    ("prompt", "redone"), [("claims", "claims"), ("plan", "verdicts"), ("rationale", "verdicts"), ("reading", "")]
)
def test_a_changed_prompt_redoes_what_it_went_into(
    talk: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, prompt: str, redone: str
) -> None:
    """`reading` is not among the steps here, so its prompt went into nothing."""
    using = settings.model_copy(update={"llm": "local", "llm_steps": "claims,plan,rationale"})
    opened = open_source(str(talk), published=date(2025, 7, 31), settings=settings)
    before = plan(opened, using, Evidence(generation="g"))
    changed = load_prompt(prompt).model_copy(update={"sha256": "0" * 64})
    monkeypatch.setattr(prompts, "load_prompt", lambda name: changed if name == prompt else load_prompt(name))
    after = plan(opened, using, Evidence(generation="g"))
    assert after.transcript == before.transcript
    assert (after.claims != before.claims) == (redone == "claims")
    assert (after.verdicts != before.verdicts) == bool(redone)


def test_a_limit_ends_the_asking_and_the_rules_do_the_rest(
    verify: Verify, talk: Path, script: Script, settings: Settings
) -> None:
    classic, _ = report_of(verify, talk, settings)
    report, html = report_of(verify, talk, at(script, settings, llm_max_tokens=100))
    assert script.asked == []
    assert labels(report) == labels(classic)
    assert any("limit of 100 tokens" in line for line in report.provenance.warnings)
    assert "the rest was done without a language model" in html


def test_a_model_that_is_gone_costs_a_warning_and_nothing_else(
    verify: Verify, talk: Path, script: Script, settings: Settings
) -> None:
    classic, _ = report_of(verify, talk, settings)
    script.replies = [Reply(status=503)]
    report, _ = report_of(verify, talk, at(script, settings))
    assert labels(report) == labels(classic)
    assert report.provenance.llm is not None
    assert report.provenance.llm.failures


def test_a_real_model_on_this_machine(
    verify: Verify, talk: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SmolLM2, offline, cut off after a few tokens: nothing usable comes of it, and the report is whole."""
    pytest.importorskip("xllamacpp", reason="the extra local-llm is not installed")
    if not available("smollm2-135m-instruct", settings.models_path):
        pytest.skip("smollm2-135m-instruct is not here")
    monkeypatch.setattr(local, "CONTEXT", 2048)
    monkeypatch.setattr(providers, "LONGEST_HERE", 8)
    classic, _ = report_of(verify, talk, settings)
    chosen = settings.model_copy(
        update={"llm": "local:smollm2-135m-instruct", "llm_steps": "rationale", "offline": True}
    )
    chosen = chosen.model_copy(update={"llm_max_tokens": 1800})
    report, html = report_of(verify, talk, chosen)
    assert labels(report) == labels(classic)
    use = report.provenance.llm
    assert use is not None
    assert use.calls > 0
    assert use.tokens_in + use.tokens_out <= 1800
    assert "limit of 1,800 tokens" in use.stopped
    assert "Nothing was sent anywhere." in html
