"""Check-worthiness: statements with numbers and records stand out from chatter, as written and as heard."""

import csv
import json
import shutil
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.claims.checkworthy import FOLDER, CheckworthyModel, load_checkworthy
from pipeline.claims.training.noise import bare
from pipeline.errors import WeightsError
from tests.benchmarks.claims import f1
from tests.conftest import SHARED

FLOORS = tomllib.loads((Path(__file__).parent.parent / "benchmarks" / "floors.toml").read_text("utf-8"))["claims"]
WORTH_CHECKING = [
    "Unemployment fell from 8.1 percent to 5.4 percent in the last four years.",
    "We lost 2.6 million manufacturing jobs under his administration.",
    "My opponent voted against the health care bill three times.",
    "Crime has gone up by 24 percent in our largest cities since 2015.",
]
CHATTER = [
    "Good evening, and thank you all for coming.",
    "I think that's a great question.",
    "Let me just finish, please.",
    "You know, we have to come together.",
]


def copy_of_weights(tmp_path: Path) -> Path:
    folder = tmp_path / "checkworthy"
    shutil.copytree(FOLDER, folder)
    return folder


@pytest.mark.parametrize("heard", [str, bare], ids=["as written", "without case or punctuation"])
def test_statements_of_fact_are_above_the_threshold_and_chatter_below(heard: Callable[[str], str]) -> None:
    model = load_checkworthy()
    assert all(score >= model.threshold for score in model.score([heard(text) for text in WORTH_CHECKING]))
    assert all(score < model.threshold for score in model.score([heard(text) for text in CHATTER]))


def test_a_score_does_not_depend_on_its_neighbours_or_its_place() -> None:
    model = load_checkworthy()
    together = model.score([*CHATTER, *WORTH_CHECKING, "Yes. " * 400])
    alone = [model.score([text])[0] for text in [*CHATTER, *WORTH_CHECKING]]
    # Dynamic int8 activations share one scale a batch, so the last digits move.
    assert together[:-1] == pytest.approx(alone, abs=0.12)


def test_the_number_of_cores_changes_no_score(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{text} Number {n}." for n in range(20) for text in (*WORTH_CHECKING, *CHATTER)]
    model = load_checkworthy()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    alone = model.score(texts)
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    assert model.score(texts) == alone


def test_blank_text_scores_zero_and_nothing_gives_nothing() -> None:
    model = load_checkworthy()
    assert model.score(["", "   "]) == [0.0, 0.0]
    assert model.score([]) == []


def test_a_very_long_sentence_costs_no_more_than_a_short_one() -> None:
    model = load_checkworthy()
    model.score(["warm up"])
    started = time.perf_counter()
    (score,) = model.score(["We spent 3 billion dollars on roads and " * 50_000])
    assert 0.0 < score <= 1.0
    assert time.perf_counter() - started < 1.0


def test_the_model_id_names_the_weights_that_were_loaded() -> None:
    sha256 = json.loads((FOLDER / "config.json").read_text())["sha256"]["model.onnx"]
    assert load_checkworthy().model_id == f"claimcast-checkworthy-minilm@{sha256[:12]}"


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_changed_file_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    folder = copy_of_weights(tmp_path)
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(WeightsError, match=name) as raised:
        CheckworthyModel(folder)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = copy_of_weights(tmp_path)
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=f"{name} is missing"):
        CheckworthyModel(folder)


def test_a_config_that_is_no_config_is_refused(tmp_path: Path) -> None:
    folder = copy_of_weights(tmp_path)
    (folder / "config.json").write_text('{"threshold": "high"}')
    with pytest.raises(WeightsError, match=r"config\.json can't be read"):
        CheckworthyModel(folder)


DEV_TEST = SHARED / "data" / "checkworthy" / "ct24_dev-test.tsv"


@pytest.mark.skipif(not DEV_TEST.exists(), reason="the labelled sentences are not here (../shared/data/checkworthy)")
@pytest.mark.parametrize("heard", [str, bare], ids=["as written", "without case or punctuation"])
def test_no_less_right_than_the_floor(heard: Callable[[str], str]) -> None:
    with DEV_TEST.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    model = load_checkworthy()
    said = [score >= model.threshold for score in model.score([heard(row["Text"]) for row in rows])]
    assert f1(said, [row["class_label"] == "Yes" for row in rows]) >= FLOORS["checkworthy_f1"]
