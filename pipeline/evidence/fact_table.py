"""The typed facts of a catalogue: which there are, the names in them, and how they are sorted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain, zip_longest

from pipeline.evidence import rows
from pipeline.evidence.catalogue import Catalogue
from pipeline.evidence.dates import to_number
from pipeline.evidence.filters import Filters
from pipeline.models import Fact


def select(
    catalogue: Catalogue,
    *,
    subject: str | None = None,
    metric: str | None = None,
    kind: str | None = None,
    country: str | None = None,
    open_weights: bool | None = None,
    as_of: date | None = None,
    sort: str | None = None,
) -> list[Fact]:
    """Facts that meet every condition, case ignored; sorted by a field ("-value" descending), else by date."""
    wanted = {"subject": subject, "metric": metric, "kind": kind, "country": country}
    condition, values = meeting(wanted, as_of)
    if open_weights is not None:
        condition += " AND f.open_weights = ?"
        values.append(open_weights)
    sql = f"{rows.PASSAGE} JOIN facts f ON f.row = p.row WHERE {condition} ORDER BY f.day, p.row"
    found = [fact for row in catalogue.query(sql, values) if (fact := rows.to_fact(row)) is not None]
    return ordered(found, sort) if sort else found


def meeting(wanted: Mapping[str, str | None], as_of: date | None) -> tuple[str, list[object]]:
    """An SQL condition on `passages p` and `facts f`, and its values; `wanted` names columns, None asks for nothing."""
    condition, values = Filters(as_of=as_of).condition()
    for column, value in wanted.items():
        if value is not None:
            condition += f" AND f.{column} = ? COLLATE NOCASE"
            values.append(value)
    return condition, values


def subjects(catalogue: Catalogue) -> list[str]:
    """The names that facts are about, most frequent first."""
    return _counted(catalogue, "SELECT subject AS name FROM facts")


def metrics(catalogue: Catalogue) -> list[str]:
    """The metrics that facts have, most frequent first."""
    return _counted(catalogue, "SELECT metric AS name FROM facts")


def developers(catalogue: Catalogue) -> list[str]:
    """The makers that facts name, most frequent first."""
    return _counted(catalogue, "SELECT json_extract(fact, '$.developer') AS name FROM passages WHERE fact IS NOT NULL")


def proper_names(catalogue: Catalogue) -> list[str]:
    """Names that may be spoken (subjects, their makers, metrics written as names), the most frequent of each first."""
    named = [metric for metric in metrics(catalogue) if all(word[0] != word[0].lower() for word in metric.split())]
    about = subjects(catalogue)
    merged = chain.from_iterable(zip_longest(about[::2], about[1::2], developers(catalogue), named))
    return list(dict.fromkeys(name for name in merged if name))


def ordered(facts: list[Fact], sort: str) -> list[Fact]:
    """Facts by a field, those without it last."""
    name = sort.lstrip("-")

    def value(fact: Fact) -> object:
        return fact.number if name == "value" else getattr(fact, name, None)

    def key(fact: Fact) -> tuple[float, str]:
        found = value(fact)
        if isinstance(found, date):
            return float(to_number(found) or 0), ""
        return (float(found), "") if isinstance(found, int | float) else (0.0, str(found).casefold())

    with_it = [fact for fact in facts if value(fact) is not None]
    without = [fact for fact in facts if value(fact) is None]
    return sorted(with_it, key=key, reverse=sort.startswith("-")) + without


def _counted(catalogue: Catalogue, names: str) -> list[str]:
    sql = f"SELECT name, count(*) AS n FROM ({names}) WHERE name != '' GROUP BY name ORDER BY n DESC, name"
    return [str(row["name"]) for row in catalogue.query(sql)]
