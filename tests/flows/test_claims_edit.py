"""An editor's list of claims: exported, corrected in a spreadsheet, read back."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from flows.claims_edit import ADDED, EDITED, edited, read_list
from flows.claims_file import COLUMNS, written_as_csv
from pipeline.errors import InputError
from pipeline.models import Claim, Doubt, Episode

TALK = Episode(id="talk", title="Talk", published=date(2025, 7, 31), source="t.vtt", content_sha256="0")
GUESS = Doubt(kind="referent", text="it is not certain what is meant")
FOUND = (
    Claim(
        id="a", statement="It has 3 parts.", claim="R1 has 3 parts.", as_of=TALK.published, start=1.0, doubts=(GUESS,)
    ),
    Claim(id="b", statement="=1+1 is 2.", claim="=1+1 is 2.", as_of=TALK.published, start=5.0),
)


def listed(**changes: dict[str, str]) -> str:
    """The list of `FOUND` with cells of some rows changed; a row that is changed to {} is dropped, a new id is added."""
    rows: dict[str, dict[str, object]] = {
        claim.id: {**claim.model_dump(mode="json", include=set(COLUMNS)), "episode_id": TALK.id} for claim in FOUND
    }
    for id_, cells in changes.items():
        rows[id_] = {**rows.get(id_, {}), **cells} if cells else {}
    return written_as_csv([row for row in rows.values() if row])


def test_an_untouched_list_changes_nothing() -> None:
    assert edited(FOUND, listed(), TALK) == FOUND


def test_a_corrected_text_is_judged_and_says_whose_it_is() -> None:
    first, second = edited(FOUND, listed(a={"claim": "R1 has three parts."}), TALK)
    assert (first.claim, first.statement, first.reasons) == ("R1 has three parts.", "It has 3 parts.", (EDITED,))
    assert first.doubts == ()
    assert second == FOUND[1]


def test_a_dropped_row_is_a_dropped_claim() -> None:
    assert [claim.id for claim in edited(FOUND, listed(a={}), TALK)] == ["b"]


def test_an_added_row_is_a_claim_at_its_time() -> None:
    first, added, last = edited(FOUND, listed(new={"claim": "Kimi K2 is open.", "start": "3", "speaker": "Ada"}), TALK)
    assert (first.id, last.id) == ("a", "b")
    assert (added.claim, added.statement, added.speaker, added.start) == (
        "Kimi K2 is open.",
        "Kimi K2 is open.",
        "Ada",
        3.0,
    )
    assert (added.reasons, added.as_of) == ((ADDED,), TALK.published)


def test_a_claim_can_be_set_apart() -> None:
    first, _ = edited(FOUND, listed(a={"checkable": "false"}), TALK)
    assert (first.checkable, first.not_checkable) == (False, "opinion")


def test_rows_of_another_episode_are_left_alone() -> None:
    text = listed(other={"claim": "Elsewhere.", "episode_id": "another"})
    assert edited(FOUND, text, TALK) == FOUND


def test_a_list_of_other_episodes_only_is_a_mistake() -> None:
    with pytest.raises(InputError, match="no claim of another"):
        edited(FOUND, listed(), TALK.model_copy(update={"id": "another"}))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"a": {"id": "zz"}}, "line 2 of the claims: zz is no claim of this episode"),
        ({"a": {"id": "b"}}, "claim b is there twice"),
        ({"b": {"claim": " "}}, "line 3 of the claims: a claim has 1 to 2,000 characters"),
        ({"new": {"claim": "So.", "start": "later"}}, "start is 'later'"),
        ({"new": {"claim": "So.", "as_of": "July"}}, "as_of is 'July'"),
        ({"a": {"checkable": "perhaps"}}, "write true or false"),
    ],
)
def test_a_wrong_row_is_named(changes: dict[str, dict[str, str]], complaint: str) -> None:
    with pytest.raises(InputError, match=complaint):
        edited(FOUND, listed(**changes), TALK)


def test_a_spreadsheet_s_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(b"\xef\xbb\xbf" + listed().encode())
    assert next(csv.reader(io.StringIO(read_list(path)))) == list(COLUMNS)


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("day,note\n1,2\n")
    with pytest.raises(InputError, match="has no column claim"):
        read_list(path)
