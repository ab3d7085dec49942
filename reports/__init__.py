"""Reports: one self-contained page an episode, what lies beside it, and an index of all of them."""

from __future__ import annotations

from reports.index import is_listed, write_index
from reports.render import render

__all__ = ["is_listed", "render", "write_index"]
