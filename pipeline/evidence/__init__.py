"""Evidence: dated, sourced passages and typed facts; stored, searched as of a day, compared."""

from pipeline.evidence.filters import Filters
from pipeline.evidence.gap import compute_gap, gap
from pipeline.evidence.gap_result import GapResult
from pipeline.evidence.listing import Order, countries, fact_rows, facts_in, passages_of
from pipeline.evidence.names import spoken_numbers
from pipeline.evidence.records import AddResult, StoreStats
from pipeline.evidence.store import Store, open_store

__all__ = [
    "AddResult",
    "Filters",
    "GapResult",
    "Order",
    "Store",
    "StoreStats",
    "compute_gap",
    "countries",
    "fact_rows",
    "facts_in",
    "gap",
    "open_store",
    "passages_of",
    "spoken_numbers",
]
