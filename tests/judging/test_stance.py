"""Stance: what a passage says of a claim, told apart by number, direction and name; bounded, checked, replaceable."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import WeightsError
from pipeline.judging.blending import blended
from pipeline.judging.stance import FOLDER, PackagedStance, combined, load_stance, stance_columns
from pipeline.judging.windows import WINDOW, most_relevant, sentences, windows_of
from pipeline.models import StanceScores

MMLU = "DeepSeek-V3 scored 88.5% on MMLU (EM), according to the comparison table published by DeepSeek (2024-12-26)."


def stance(passage: str, claim: str) -> StanceScores:
    return load_stance().score([(passage, claim)])[0]


@pytest.mark.parametrize(
    ("passage", "true_claim", "false_claim"),
    [
        pytest.param(
            MMLU, "DeepSeek-V3 scored 88.5% on MMLU.", "DeepSeek-V3 scored 85.8% on MMLU.", id="digits swapped"
        ),
        pytest.param(
            "Meta released Llama 3 (8B and 70B) on April 18, 2024.",
            "Meta released Llama 3 in April 2024.",
            "Meta released Llama 3 in April 2022.",
            id="year",
        ),
        pytest.param(
            "The restaurant was founded by two brothers from Naples.",
            "Two brothers founded the restaurant.",
            "The restaurant was founded by a woman from Paris.",
            id="who",
        ),
        pytest.param(
            "Sales in Europe rose above those in Asia for the first time.",
            "Sales in Europe are above those in Asia.",
            "Sales in Europe are below those in Asia.",
            id="above and below",
        ),
        pytest.param(
            "The central bank raised interest rates by a quarter point in March.",
            "The central bank raises interest rates.",
            "The central bank lowers interest rates.",
            id="raises and lowers",
        ),
    ],
)
def test_a_true_claim_is_supported_more_and_refuted_less_than_its_false_twin(
    passage: str, true_claim: str, false_claim: str
) -> None:
    true, false = stance(passage, true_claim), stance(passage, false_claim)
    assert true.label == "supports"
    assert true.supports > false.supports
    assert true.refutes < false.refutes


def test_another_models_score_supports_nothing() -> None:
    assert (
        stance(MMLU, "Qwen2.5 scored 88.5% on MMLU.").supports
        < stance(MMLU, "DeepSeek-V3 scored 88.5% on MMLU.").supports
    )


def test_evidence_about_something_else_is_neutral() -> None:
    passage = "The cathedral of Cologne is visited by six million people a year."
    claim = "Llama 3 has 70 billion parameters."
    assert blended(claim, passage, stance(passage, claim)).label == "neutral"


@pytest.mark.parametrize(
    ("passage", "claim"), [("", "Llama 3 is open."), ("  \n ", "Llama 3 is open."), (MMLU, ""), ("", "")]
)
def test_no_evidence_or_no_claim_is_neutral_for_certain(passage: str, claim: str) -> None:
    assert stance(passage, claim) == StanceScores(supports=0.0, refutes=0.0, neutral=1.0)


def test_scores_are_probabilities_in_the_order_asked() -> None:
    claims = ["DeepSeek-V3 scored 88.5% on MMLU.", "", "DeepSeek-V3 scored 12% on MMLU. " + "Really. " * 40]
    together = load_stance().score([(MMLU, claim) for claim in claims])
    for scores, claim in zip(together, claims, strict=True):
        assert scores.supports + scores.refutes + scores.neutral == pytest.approx(1.0)
        # Dynamic int8 activations share one scale a batch, so neighbours move the last digits.
        assert scores.supports == pytest.approx(stance(MMLU, claim).supports, abs=0.15)
    assert load_stance().score([]) == []


def test_a_sentence_deep_in_a_long_document_is_found() -> None:
    filler = " ".join(
        f"The committee met on day {i} and talked about roads, schools and the weather." for i in range(60)
    )
    inside = f"{filler} Meta released Llama 3 (8B and 70B) on April 18, 2024. {filler}"
    assert stance(inside, "Meta released Llama 3 in April 2024.").label == "supports"
    claim = "Meta released Llama 3 in April 2024."
    assert blended(claim, filler, stance(filler, claim)).label == "neutral"


def test_ten_thousand_words_of_evidence_take_a_bounded_time() -> None:
    load_stance()
    long = "Prices rose again in the second quarter, analysts said. " * 1250
    started = time.perf_counter()
    scores = stance(long, "Prices rose in the second quarter.")
    assert time.perf_counter() - started < 30
    assert scores.supports > scores.refutes


def test_a_wall_of_text_without_sentences_is_read_in_part() -> None:
    started = time.perf_counter()
    stance("x1 " * 20_000 + "9" * 50_000, "word " * 5_000)
    assert time.perf_counter() - started < 30


def test_windows_are_few_short_and_hold_the_relevant_sentence() -> None:
    filler = " ".join(f"Sentence number {i} is about gardening in spring." for i in range(200))
    windows = windows_of(
        f"{filler} The licence of Kimi K2 is a modified MIT licence.", "Kimi K2 is under the MIT licence."
    )
    assert 1 < len(windows) <= 6
    assert all(len(window.split()) <= 2 * WINDOW for window in windows)
    assert "modified MIT licence" in windows[0]


def test_relevant_sentences_keep_their_order_and_titles_stay_with_what_follows() -> None:
    text = "Orson Welles. He directed a film about a newspaper owner in 1941. It rained all week in Rome and in Milan."
    assert sentences(text)[0] == "Orson Welles. He directed a film about a newspaper owner in 1941."
    assert most_relevant(text * 3, "It rained in Rome.", 12).startswith("It rained all week in Rome")


def test_a_passage_counts_by_its_strongest_windows() -> None:
    merged = combined([(0.1, 0.1, 0.8), (0.9, 0.05, 0.05), (0.1, 0.2, 0.7)])
    assert merged.label == "supports"
    assert merged.supports + merged.refutes + merged.neutral == pytest.approx(1.0)
    assert combined([(0.1, 0.1, 0.8)]) == StanceScores(supports=0.1, refutes=0.1, neutral=0.8)


def test_the_model_id_names_the_weights_that_were_loaded() -> None:
    sha256 = json.loads((FOLDER / "config.json").read_text())["sha256"]["model.onnx"]
    assert load_stance("packaged").model_id.endswith(f"@{sha256[:12]}")


def test_importing_the_module_loads_no_heavy_library() -> None:
    code = "import sys, pipeline.judging.stance; print([m for m in ('torch', 'onnxruntime', 'transformers') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# --- files that are not what they should be --------------------------------------------------------------------------


def linked_weights(tmp_path: Path) -> Path:
    """A folder like the shipped one; the large file is a link, so that copying takes no time."""
    folder = tmp_path / "stance"
    folder.mkdir()
    shutil.copy(FOLDER / "config.json", folder)
    shutil.copy(FOLDER / "tokenizer.json", folder)
    (folder / "model.onnx").symlink_to(FOLDER / "model.onnx")
    return folder


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_with_another_hash_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    folder = linked_weights(tmp_path)
    (folder / name).unlink()
    (folder / name).write_bytes(b"not the file that was shipped")
    with pytest.raises(WeightsError, match=name) as raised:
        PackagedStance(folder)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    folder = linked_weights(tmp_path)
    (folder / name).unlink()
    with pytest.raises(WeightsError, match=f"{name} is missing"):
        PackagedStance(folder)


# --- other cross-encoders --------------------------------------------------------------------------------------------


def tiny_cross_encoder(folder: Path, labels: dict[int, str]) -> str:
    """A real, untrained two-layer cross-encoder on disk, with these label names."""
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(FOLDER / "tokenizer.json"), pad_token="<pad>", cls_token="<s>", sep_token="</s>"
    )
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        id2label=labels,
        label2id={label: index for index, label in labels.items()},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return str(folder)


def test_a_named_cross_encoder_is_used_with_its_own_label_order(tmp_path: Path) -> None:
    import torch

    name = tiny_cross_encoder(tmp_path, {0: "CONTRADICTION", 1: "ENTAILMENT", 2: "NEUTRAL"})
    model = load_stance(name)
    encoder = model._encoder.model  # type: ignore[attr-defined]
    with torch.no_grad():
        encoder.model.classifier.bias.copy_(torch.tensor([-9.0, 9.0, -9.0])) if hasattr(
            encoder, "model"
        ) else encoder.classifier.bias.copy_(torch.tensor([-9.0, 9.0, -9.0]))
    (scores,) = model.score([(MMLU, "DeepSeek-V3 scored 88.5% on MMLU.")])
    assert scores.supports > 0.99
    assert model.model_id == name


def test_labels_map_by_name_wherever_they_stand() -> None:
    assert stance_columns("m", {0: "entailment", 1: "neutral", 2: "contradiction"}) == ([0], [2], [1])
    assert stance_columns("m", {0: "SUPPORTS", 1: "REFUTES", 2: "NOT ENOUGH INFO"}) == ([0], [1], [2])
    assert stance_columns("m", {0: "entailment", 1: "not_entailment"}) == ([0], [], [1])


@pytest.mark.parametrize("labels", [{0: "LABEL_0"}, {0: "positive", 1: "negative"}, {0: "neutral", 1: "contradiction"}])
def test_labels_that_say_nothing_of_inference_are_refused(labels: dict[int, str]) -> None:
    with pytest.raises(WeightsError, match="stance model m has"):
        stance_columns("m", labels)


def test_a_name_that_leads_nowhere_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="can't be loaded") as raised:
        load_stance(str(tmp_path / "nothing-here"))
    assert "\n" not in str(raised.value)
