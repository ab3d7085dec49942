"""What the store's facts say of models and metrics, for reading benchmark tables."""

from __future__ import annotations

from pipeline.evidence.benchmarks import Known, KnownModel, known_names
from pipeline.evidence.catalogue import Catalogue
from pipeline.evidence.dates import read_date

_MODELS = """
SELECT subject, json_extract(fact, '$.developer') AS developer, country,
       json_extract(fact, '$.open_weights') AS open, json_extract(fact, '$.model_release_date') AS released
FROM passages WHERE fact IS NOT NULL AND superseded_from IS NULL
"""
_METRICS = """
SELECT json_extract(fact, '$.metric') AS metric, json_extract(fact, '$.unit') AS unit, count(*) AS n
FROM passages WHERE kind IN ('benchmark', 'leaderboard') AND fact IS NOT NULL GROUP BY 1, 2 ORDER BY n
"""


def names_of(catalogue: Catalogue) -> Known:
    """The models and metrics of the facts; where facts disagree on a model's field, the field is left open."""
    said: dict[str, dict[str, set[object]]] = {}
    for row in catalogue.query(_MODELS):
        fields = said.setdefault(
            row["subject"], {"developer": set(), "country": set(), "open": set(), "released": set()}
        )
        for name, values in fields.items():
            if row[name] not in (None, ""):
                values.add(row[name])
    models = [
        KnownModel(
            subject=subject,
            developer=str(_only(fields["developer"]) or ""),
            country=str(_only(fields["country"]) or ""),
            open_weights=None if (value := _only(fields["open"])) is None else bool(value),
            model_release_date=read_date(_only(fields["released"]))[0],
        )
        for subject, fields in said.items()
    ]
    metrics = {str(row["metric"]): str(row["unit"] or "") for row in catalogue.query(_METRICS)}
    return known_names(metrics, models)


def _only(values: set[object]) -> object:
    return next(iter(values)) if len(values) == 1 else None
