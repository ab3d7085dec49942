"""Benchmark tables become typed facts, cell by cell; a cell that can't be read for certain stays part of its row.

Three shapes are read: models down and benchmarks across, benchmarks down and models across, and one score a row with a
column for each. A benchmark is one that the store has facts on or that `BENCHMARKS` names; developer, country and open
weights come from the table or from what the store knows of exactly this model, never from the look of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from pipeline.evidence.chunking import row_passages
from pipeline.evidence.dates import read_date
from pipeline.evidence.documents import Document, Table
from pipeline.evidence.records import FactDraft, PassageDraft
from pipeline.models import Frozen, Rank

MODEL_HEADS = frozenset({"model", "models", "model name", "system", "llm", "name"})
BENCHMARK_HEADS = frozenset({"benchmark", "benchmarks", "benchmark (metric)", "benchmark / metric", "dataset", "task"})
METRIC_HEADS = frozenset({"metric", "benchmark", "dataset"})
VALUE_HEADS = frozenset({"score", "value", "result", "accuracy", "rating", "elo"})
SETTING_HEADS = frozenset({"setting", "metric", "shots", "# shots", "mode", "protocol"})
OTHER_HEADS = frozenset({"category", "type", "notes", "note", "rank", "source", "architecture", "language", ""})
BENCHMARKS = {
    "AIME 2024": "percent",
    "AIME 2025": "percent",
    "Aider Polyglot": "percent",
    "ARC-AGI": "percent",
    "BBH": "percent",
    "BrowseComp": "percent",
    "C-Eval": "percent",
    "Chatbot Arena Elo": "Elo",
    "Codeforces rating": "rating",
    "DROP": "percent",
    "GPQA": "percent",
    "GPQA-Diamond": "percent",
    "GSM8K": "percent",
    "HellaSwag": "percent",
    "HumanEval": "percent",
    "Humanity's Last Exam": "percent",
    "IFEval": "percent",
    "LiveBench": "percent",
    "LiveCodeBench": "percent",
    "MATH": "percent",
    "MATH-500": "percent",
    "MBPP": "percent",
    "MMLU": "percent",
    "MMLU-Pro": "percent",
    "MMMU": "percent",
    "SWE-bench Verified": "percent",
    "SimpleQA": "percent",
    "Terminal-Bench": "percent",
}
_NUMBER = re.compile(r"^(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*(%?)$")
_DECORATION = re.compile(r"\*\*|__|[*_`†‡]|\[\^?[^\]]*\]|<[^>]*>")
_SETTING = re.compile(r"^(.*?)\s*\(([^()]+)\)$")


class KnownModel(Frozen):
    """What the store knows of one model."""

    subject: str
    developer: str = ""
    country: str = ""
    open_weights: bool | None = None
    model_release_date: date | None = None


class Known(Frozen):
    """Names the store has facts on: metrics with their units, and models."""

    metrics: dict[str, str] = {}
    models: dict[str, KnownModel] = {}

    def metric(self, text: str) -> tuple[str, str, str] | None:
        """(metric, setting, unit) of a table's heading; None when it is no benchmark that is known."""
        setting = ""
        plain = _plain(text)
        for _ in range(2):
            for names in (self.metrics, BENCHMARKS):
                for name, unit in names.items():
                    if fold_name(name) == fold_name(plain):
                        return name, setting, unit
            match = _SETTING.match(plain)
            if match is None:
                return None
            plain, setting = match.group(1), match.group(2)
        return None

    def model(self, text: str) -> KnownModel | None:
        """What is known of exactly this model."""
        return self.models.get(fold_name(_plain(text)))


class _Cell(Frozen):
    subject: str
    metric: str
    setting: str
    unit: str
    written: str
    number: float
    place: str
    extra: dict[str, str] = {}


def read_table(document: Document, table: Table, number: int, known: Known) -> list[PassageDraft]:
    """Facts for the cells that can be read as such, and the rows that hold none as plain passages."""
    by_row: dict[int, list[_Cell]] = {}
    for row, cell in _cells(table, number, known):
        by_row.setdefault(row, []).append(cell)
    passages: list[PassageDraft] = []
    for row, passage in _rows(document, table, number):
        found = by_row.get(row, [])
        passages.extend(_fact(document, table, cell, known) for cell in found)
        if not found:
            passages.append(passage)
    return passages


def fold_name(text: str) -> str:
    """A name without case, spaces and hyphens: "GPQA Diamond" and "GPQA-diamond" are one."""
    return re.sub(r"[\s\-_–—/]+", "", text.casefold())


def _rows(document: Document, table: Table, number: int) -> Iterator[tuple[int, PassageDraft]]:
    for passage in row_passages(document, table, number):
        yield int(passage.location.rsplit(" ", 1)[1]) - 1, passage


def _cells(table: Table, number: int, known: Known) -> Iterator[tuple[int, _Cell]]:
    heads = [_plain(head).casefold() for head in table.header]
    place = table.location or f"table {number}"
    model = next((index for index, head in enumerate(heads) if head in MODEL_HEADS), None)
    metric = next((index for index, head in enumerate(heads) if head in METRIC_HEADS), None)
    value = next((index for index, head in enumerate(heads) if head in VALUE_HEADS), None)
    if model is not None and metric is not None and value is not None:
        yield from _one_a_row(table, (model, metric, value), known, place)
    elif model is not None:
        yield from _models_down(table, model, known, place)
    else:
        down = next((index for index, head in enumerate(heads) if head in BENCHMARK_HEADS), None)
        if down is not None:
            yield from _benchmarks_down(table, down, known, place)


def _one_a_row(table: Table, columns: tuple[int, int, int], known: Known, place: str) -> Iterator[tuple[int, _Cell]]:
    model, metric, value = columns
    for index, row in enumerate(table.rows):
        named = known.metric(_at(row, metric))
        read = _number(_at(row, value))
        subject = _plain(_at(row, model))
        if named and read and subject:
            extra = {
                _plain(head).casefold(): _plain(_at(row, column))
                for column, head in enumerate(table.header)
                if column not in columns
            }
            name, setting, unit = named
            yield (
                index,
                _Cell(
                    subject=subject,
                    metric=name,
                    setting=setting or extra.get("setting", ""),
                    unit=extra.get("unit") or unit,
                    written=_at(row, value).strip(),
                    number=read[0],
                    place=f"{place}, row {index + 1}, column {table.header[value]}",
                    extra=extra,
                ),
            )


def _models_down(table: Table, model: int, known: Known, place: str) -> Iterator[tuple[int, _Cell]]:
    columns = {
        index: named
        for index, head in enumerate(table.header)
        if index != model and (named := known.metric(head)) is not None
    }
    for index, row in enumerate(table.rows):
        subject = _plain(_at(row, model))
        extra = {
            _plain(head).casefold(): _plain(_at(row, column))
            for column, head in enumerate(table.header)
            if column not in columns and column != model
        }
        for column, (name, setting, unit) in columns.items():
            read = _number(_at(row, column))
            if subject and read:
                yield (
                    index,
                    _Cell(
                        subject=subject,
                        metric=name,
                        setting=setting,
                        unit=unit,
                        written=_at(row, column).strip(),
                        number=read[0],
                        place=f"{place}, row {subject}, column {table.header[column]}",
                        extra=extra,
                    ),
                )


def _benchmarks_down(table: Table, down: int, known: Known, place: str) -> Iterator[tuple[int, _Cell]]:
    settings = [index for index, head in enumerate(table.header) if _plain(head).casefold() in SETTING_HEADS]
    skip = {down, *settings} | {
        index for index, head in enumerate(table.header) if _plain(head).casefold() in OTHER_HEADS
    }
    for index, row in enumerate(table.rows):
        named = known.metric(_at(row, down))
        if named is None:
            continue
        name, setting, unit = named
        beside = next((_plain(_at(row, column)) for column in settings if column != down and _at(row, column)), "")
        for column, head in enumerate(table.header):
            read = _number(_at(row, column))
            if column not in skip and read and known.model(head):
                yield (
                    index,
                    _Cell(
                        subject=_plain(head),
                        metric=name,
                        setting="; ".join(part for part in (setting, beside) if part),
                        unit=unit,
                        written=_at(row, column).strip(),
                        number=read[0],
                        place=f"{place}, row {_plain(_at(row, down))}, column {_plain(head)}",
                    ),
                )


def _fact(document: Document, table: Table, cell: _Cell, known: Known) -> PassageDraft:
    model = known.model(cell.subject) or KnownModel(subject=cell.subject)
    developer = cell.extra.get("developer") or cell.extra.get("organization") or model.developer
    said = read_date(cell.extra.get("date"))[0] or document.published
    own = bool(developer) and developer.casefold() == document.publisher.casefold()
    rank: Rank | None = "self_reported" if own else None
    setting = f" ({cell.setting})" if cell.setting else ""
    return PassageDraft(
        text=f"{cell.subject}: {_plain(cell.written)} on {cell.metric}{setting}",
        context=f"{document.title} | {' > '.join(table.path)}" if table.path else document.title,
        location=cell.place,
        known_from=said,
        rank=rank,
        fact=FactDraft(
            kind="leaderboard" if cell.unit == "Elo" else "benchmark",
            subject=cell.subject,
            metric=cell.metric,
            value=cell.number,
            unit=cell.unit,
            setting=cell.setting,
            date=said,
            developer=developer,
            country=cell.extra.get("country") or model.country,
            open_weights=_truth(cell.extra.get("open weights") or cell.extra.get("open"), model.open_weights),
            self_reported=own or None,
            reported_by=document.publisher,
            model_release_date=read_date(cell.extra.get("release date"))[0] or model.model_release_date,
        ),
    )


def _number(text: str) -> tuple[float, str] | None:
    match = _NUMBER.match(_plain(text))
    return (float(match.group(1).replace(",", "")), match.group(2)) if match else None


def _plain(text: str) -> str:
    return _DECORATION.sub("", text).replace("\xa0", " ").strip()


def _at(row: tuple[str, ...], column: int) -> str:
    return row[column] if column < len(row) else ""


def _truth(text: str | None, otherwise: bool | None) -> bool | None:
    return {"yes": True, "true": True, "open": True, "no": False, "false": False}.get(
        (text or "").casefold(), otherwise
    )


def known_names(metrics: Mapping[str, str], models: list[KnownModel]) -> Known:
    """What a store's facts say of metrics and models."""
    return Known(metrics=dict(metrics), models={fold_name(model.subject): model for model in models})
