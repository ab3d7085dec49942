"""Claims from talk: find them, make them stand alone, recognise them again."""

from __future__ import annotations

from pipeline.claims.extract import extract
from pipeline.claims.sentences import Sentence, split

__all__ = ["Sentence", "extract", "split"]
