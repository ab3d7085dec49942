"""Sources with an address are fetched again: what changed becomes a new version, the old one stays for the as_of view."""

from __future__ import annotations

from datetime import timedelta

from prefect import flow, get_run_logger

from pipeline.evidence import AddResult, open_store
from pipeline.evidence.upkeep import refresh
from pipeline.settings import Settings


@flow(name="ingest evidence")
def ingest_evidence(settings: Settings, older_than_days: int = 7) -> AddResult:
    """What came of fetching every source again that was last fetched this many days ago; changes and failures are logged.

    Raises:
        StoreError: the store can't be opened.
    """
    logger = get_run_logger()
    with open_store(settings, create=False) as store:
        store.on_wait = logger.info
        result = refresh(store, older_than=timedelta(days=older_than_days))
    for source in result.changed:
        logger.info("changed: %s (version %d)", source.title, source.version)
    for failure in result.failed:
        logger.warning("%s: %s", failure.location, failure.reason)
    return result
