"""Imports point down only: flows → reports → stages → llm, weights, settings → models, errors, files."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STAGES = ("media", "speech", "claims", "evidence", "judging")
FLOOR = {"flows": 5, "reports": 4, **{f"pipeline.{stage}": 3 for stage in STAGES}, "seeds": 0, "prompts": 0}
COMMON = 2
"""The floor of pipeline/sound.py, weights.py, settings.py, llm.py: what all stages stand on."""
GROUND = {"pipeline.errors": 0, "pipeline.migrations": 0.5, "pipeline.models": 1, "pipeline.files": 1}
MAY_READ = {("pipeline.judging", "pipeline.evidence")}
FILES = sorted(
    path
    for folder in ("pipeline", "flows", "reports")
    for path in (ROOT / folder).rglob("*.py")
    if "training" not in path.parts
)


def room(module: str) -> str:
    """pipeline.claims.extract → pipeline.claims; flows.cli → flows; pipeline.models → pipeline.models."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "pipeline" else parts[0]


def floor(name: str) -> float:
    return GROUND.get(name, FLOOR.get(name, COMMON))


def imported(path: Path) -> list[tuple[int, str]]:
    """Every module of ours that a file imports, at its top or inside a function, with the line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package.split(".")[: len(package.split(".")) - node.level + 1], base]).rstrip(".")
            found += [
                (node.lineno, f"{base}.{alias.name}" if base in ("pipeline", "") else base) for alias in node.names
            ]
    return [(line, name) for line, name in found if name.split(".")[0] in ("pipeline", "flows", "reports", "tests")]


def faults(path: Path) -> list[str]:
    own = room(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    found = []
    for line, module in imported(path):
        other = room(module)
        allowed = (
            other == own
            or (own, other) in MAY_READ
            or floor(other) < floor(own)
            or floor(own) == COMMON == floor(other)
        )
        if other == "tests" or not allowed:
            found.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    return found


def test_imports_point_down() -> None:
    assert [fault for path in FILES for fault in faults(path)] == []


@pytest.mark.parametrize(
    ("where", "line"),
    [
        ("pipeline/claims/bad.py", "from pipeline.evidence import open_store"),
        ("pipeline/media/bad.py", "import flows.cli"),
        ("pipeline/evidence/bad.py", "def late():\n    from reports import render"),
        ("pipeline/settings.py", "from pipeline.media import open_source"),
        ("reports/bad.py", "from tests.reports import sample"),
    ],
)
def test_an_import_that_points_up_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, line: str
) -> None:
    monkeypatch.setattr("tests.test_imports.ROOT", tmp_path)
    path = tmp_path / where
    path.parent.mkdir(parents=True)
    path.write_text(line)
    assert len(faults(path)) == 1


def test_judging_may_read_evidence() -> None:
    assert ("pipeline.judging", "pipeline.evidence") in MAY_READ
    assert floor("pipeline.judging") > floor("pipeline.settings") > floor("pipeline.models")


def test_stages_know_neither_prefect_nor_the_terminal() -> None:
    for path in FILES:
        if path.relative_to(ROOT).parts[0] == "pipeline":
            text = path.read_text(encoding="utf-8")
            names = {name.split(".")[0] for name in _top_level_names(text)}
            assert not names & {"prefect", "rich", "typer", "jinja2"}, path
            assert "print(" not in [node.func.id + "(" for node in ast.walk(ast.parse(text)) if _is_name_call(node)], (
                path
            )


def _top_level_names(text: str) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


def _is_name_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
