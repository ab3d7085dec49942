"""A short talk to verify, and the flow run in this process against Prefect's test server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from flows.outcome import Outcome
from flows.policies import Order
from flows.run import verify_all
from pipeline.errors import ClaimcastError
from pipeline.settings import Settings

TALK = """\
**Ann:** Welcome back. DeepSeek-R1 was released in January 2025 under the MIT licence.

**Bob:** Yes, and it was built by DeepSeek, a company from China.

**Ann:** I think open models are simply more fun.

**Bob:** DeepSeek-V3 has 671 billion parameters.

**Ann:** And Qwen 3 was released in April 2025 by Alibaba.

**Bob:** Next year there will surely be an even bigger one.
"""
DAY = date(2025, 7, 31)

Verify = Callable[..., tuple[list[Outcome], dict[str, ClaimcastError]]]


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    """Six lines of two speakers, as a Markdown transcript."""
    path = tmp_path / "talk.md"
    path.write_text(TALK, encoding="utf-8")
    return path


@pytest.fixture
def verify(settings: Settings, prefect_server: None) -> Verify:
    """`verify(path, …)`: outcomes and failures of verifying these sources as published on 31 July 2025."""

    def run(
        *sources: Path, published: date = DAY, force: bool = False, using: Settings = settings
    ) -> tuple[list[Outcome], dict[str, ClaimcastError]]:
        orders = [Order(source=str(source), published=published, force=force) for source in sources]
        return verify_all(orders, using, quiet=True)

    return run


def claimcast(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """What the command line did, run as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=400,
        env={**os.environ, **environment},
        check=False,
    )
