"""Answers on disk, by all that they depend on: the model, the prompt's hash, the schema, the words that were sent."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.files import write_whole
from pipeline.llm.prompts import Prompt, Rendered

Schema = TypeVar("Schema", bound=BaseModel)


class AnswerCache:
    """A folder of answers, one JSON file each; a file that can't be read counts as absent."""

    def __init__(self, folder: Path | None) -> None:
        """`folder` None: nothing is kept."""
        self._folder = folder

    def get(self, key: str, schema: type[Schema]) -> Schema | None:
        """The answer kept under a key, checked against the schema again; None when there is none."""
        if self._folder is None:
            return None
        try:
            return schema.model_validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, key: str, answer: BaseModel) -> None:
        """Keep an answer.

        Raises:
            ClaimcastError: the disk is full or the folder can't be written.
        """
        if self._folder is not None:
            write_whole(self._path(key), answer.model_dump_json())

    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / key[:2] / f"{key}.json"


def answer_key(model: str, prompt: Prompt, rendered: Rendered, schema: type[BaseModel]) -> str:
    """The SHA-256 of all that an answer depends on."""
    parts = [model, prompt.sha256, schema.model_json_schema(), rendered.instructions, rendered.data]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
