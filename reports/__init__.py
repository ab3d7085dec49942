"""Reports: one self-contained page an episode, what lies beside it, and an index of all of them."""

from reports.render import render

__all__ = ["render"]
