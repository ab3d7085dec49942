"""What the README says is so: its generated parts, and the files it points at."""

import re

from tests.reference import README, commands, configuration, written


def test_generated_parts_are_up_to_date() -> None:
    text = README.read_text("utf-8")
    assert written(text) == text, "run: python -m tests.reference"


def test_every_setting_and_command_is_there() -> None:
    assert "CLAIMCAST_HOME" in configuration()
    assert "claimcast verify SOURCE..." in commands()
    assert "claimcast doctor" in commands()


def test_files_it_points_at_exist() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README.read_text("utf-8")):
        assert (README.parent / target).exists(), target
