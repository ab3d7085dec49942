"""Files of an earlier layout, brought to today's as they are read.

Every JSON file of the data home carries `schema_version`. It grows by one whenever a file's fields change, also when one is
merely added: a claimcast that does not know the field then says so, instead of finding fault with the file. Each step here
takes what one version wrote to what the next one reads; a file is changed on disk only when it is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.errors import SchemaError

SCHEMA_VERSION = 2
"""What is written now. 2: a doubt may say when the word was said (`Doubt.at`)."""

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: dict[int, dict[str, Step]] = {2: {}}
"""Version → type's name → what turns its fields as the version before wrote them into this version's. A type that is not
named here only gained fields that may be missing."""


def upgraded(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a type, of whatever earlier version, as today's; without a version they count as today's.

    Raises:
        SchemaError: a later claimcast wrote them.
    """
    found = dict(fields)
    version = found.get("schema_version", SCHEMA_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return found  # the type itself says what is wrong with it
    if version > SCHEMA_VERSION:
        raise SchemaError(
            f"{kind.lower()} has layout {version}, and this claimcast reads up to {SCHEMA_VERSION}: "
            "a later one wrote it; upgrade claimcast"
        )
    for step in range(version + 1, SCHEMA_VERSION + 1):
        if change := STEPS[step].get(kind):
            found = change(found)
        found["schema_version"] = step
    return found
