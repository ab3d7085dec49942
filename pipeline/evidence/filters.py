"""Which passages may be looked at: one place that turns dates and names into a condition on the catalogue."""

from __future__ import annotations

from datetime import date

from pipeline.evidence.dates import to_number
from pipeline.models import Frozen, Rank


class Filters(Frozen):
    """Conditions a passage has to meet; what is None is not asked for.

    With `as_of` only passages known on that day are seen: dated on or before it, and not superseded by then. Without it
    the newest version of everything is seen, dated or not.
    """

    as_of: date | None = None
    since: date | None = None
    """Known on or after this day."""
    until: date | None = None
    """Known on or before this day; unlike `as_of` it looks at the newest versions."""
    kind: str | None = None
    publisher: str | None = None
    country: str | None = None
    subject: str | None = None
    rank: Rank | None = None
    source_id: str | None = None

    def condition(self) -> tuple[str, list[object]]:
        """An SQL condition on `passages p`, and its values."""
        parts: list[str] = []
        values: list[object] = []
        if self.as_of is None:
            parts.append("p.superseded_from IS NULL")
        else:
            parts.append("p.known_from <= ? AND (p.superseded_from IS NULL OR p.superseded_from > ?)")
            values += [to_number(self.as_of)] * 2
        for sign, day in ((">=", self.since), ("<=", self.until)):
            if day is not None:
                parts.append(f"p.known_from {sign} ?")
                values.append(to_number(day))
        for column in ("kind", "publisher", "country", "subject", "rank", "source_id"):
            value = getattr(self, column)
            if value is not None:
                parts.append(f"p.{column} = ? COLLATE NOCASE")
                values.append(value)
        return " AND ".join(f"({part})" for part in parts), values

    @property
    def narrow(self) -> bool:
        """Whether more is asked for than the date."""
        return any(getattr(self, name) is not None for name in Filters.model_fields if name not in ("as_of",))
