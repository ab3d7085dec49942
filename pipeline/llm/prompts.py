"""Prompts as files: `prompts/NAME.md` with a version, the variables it takes, instructions, and data that is fenced.

Only text of ours becomes an instruction. What comes from outside goes into the second message, bounded, without characters
that can't be seen, each piece between two marks that hold a hash of it: a text can't contain the mark that ends it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel

from pipeline.errors import SettingsError
from pipeline.models import Frozen

LONGEST = 6000
"""Characters of one variable that are shown to a model."""
_HEADER = re.compile(r"\Aversion: (?P<version>\d+)\nvariables: (?P<variables>[a-z_, ]+)\n\n", re.ASCII)
_SLOT = re.compile(r"\{\{ ?([a-z_]+) ?\}\}")
_SPLIT = "\n## Data\n"
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Unicode categories without a visible form: control, format (bidi marks, zero width, tags), private, unassigned."""


class Prompt(Frozen):
    """A prompt as it lies in its file."""

    name: str
    version: int
    variables: tuple[str, ...]
    instructions: str
    data: str
    sha256: str

    @property
    def id(self) -> str:
        """Version and hash, as a report records them."""
        return f"v{self.version} {self.sha256[:16]}"


class Rendered(Frozen):
    """The two messages of one request."""

    instructions: str
    data: str


@cache
def load_prompt(name: str) -> Prompt:
    """The prompt called `name`.

    Raises:
        SettingsError: there is no such file, or its variables and its slots are not the same.
    """
    try:
        text = (files("prompts") / f"{name}.md").read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError) as error:
        raise SettingsError(f"prompt {name} is missing ({error}); reinstall claimcast") from error
    return parse_prompt(name, text)


def parse_prompt(name: str, text: str) -> Prompt:
    """A prompt from the text of its file.

    Raises:
        SettingsError: no header, no data section, a variable in the instructions, or one that is declared and not used
            (or the other way round).
    """
    header = _HEADER.match(text)
    if header is None or _SPLIT not in text:
        raise SettingsError(f"prompts/{name}.md needs 'version:', 'variables:', a blank line and a '## Data' section")
    instructions, data = text[header.end() :].split(_SPLIT, 1)
    declared = tuple(part.strip() for part in header["variables"].split(",") if part.strip())
    if slots := set(_SLOT.findall(instructions)):
        raise SettingsError(f"prompts/{name}.md has {', '.join(sorted(slots))} in its instructions; data goes below")
    if set(_SLOT.findall(data)) != set(declared):
        raise SettingsError(f"prompts/{name}.md declares {', '.join(declared)} and uses other variables")
    return Prompt(
        name=name,
        version=int(header["version"]),
        variables=declared,
        instructions=instructions.strip(),
        data=data.strip(),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def render(prompt: Prompt, variables: Mapping[str, str], schema: type[BaseModel]) -> Rendered:
    """The prompt's two messages, every variable fenced; the answer's fields are told from the schema, so that the labels
    in prompt and schema are the same.

    Raises:
        SettingsError: a variable is missing, or one is given that the prompt doesn't take.
    """
    if given := set(variables) ^ set(prompt.variables):
        raise SettingsError(f"prompts/{prompt.name}.md takes {', '.join(prompt.variables)}; wrong: {sorted(given)}")
    data = _SLOT.sub(lambda slot: fenced(slot[1], variables[slot[1]]), prompt.data)
    return Rendered(instructions=f"{prompt.instructions}\n\n{_told(schema)}", data=data)


def fenced(name: str, text: str) -> str:
    """A piece of data between marks that it can't contain."""
    shown = visible(text)[:LONGEST]
    mark = hashlib.sha256(f"{name}\0{shown}".encode()).hexdigest()[:16]
    return f"<data {name} {mark}>\n{shown}\n</data {mark}>"


def visible(text: str) -> str:
    """The text without characters that have no form of their own; lines stay."""
    return "".join(
        character
        for character in unicodedata.normalize("NFC", text.replace("\t", " "))
        if character == "\n" or unicodedata.category(character) not in _UNSEEN
    )


def _told(schema: type[BaseModel]) -> str:
    """The fields of the answer in words, from the schema."""
    lines = ["Answer with one JSON object and nothing else:"]
    for name, field in schema.model_json_schema()["properties"].items():
        choices = " or ".join(f'"{choice}"' for choice in field.get("enum", ()))
        lines.append(f"- {name}: {choices or field.get('type', 'text')}. {field.get('description', '')}".rstrip())
    return "\n".join(lines)
