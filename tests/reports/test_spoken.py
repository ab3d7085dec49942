from datetime import date

from pipeline.models import Chapter, Claim, Segment, Transcript, Word
from reports.spoken import paragraphs, positions, surroundings, with_chapters


def claim(statement: str, *segment_ids: int, name: str = "c1") -> Claim:
    return Claim(id=name, statement=statement, claim=statement, segment_ids=segment_ids, as_of=date(2025, 7, 31))


def transcript(*texts: str, speaker: str = "Mara") -> Transcript:
    return Transcript(segments=tuple(Segment(id=i, text=x, speaker=speaker) for i, x in enumerate(texts)))


def marked(spoken: Transcript, *claims: Claim) -> list[tuple[str, str]]:
    return [(piece.claim, piece.text) for p in paragraphs(spoken, claims) for piece in p.pieces if piece.claim]


def test_a_statement_is_marked_where_it_was_said() -> None:
    assert marked(transcript("Well. It was five. Yes."), claim("It was five.", 0)) == [("c1", "It was five.")]


def test_a_statement_across_two_segments_is_found() -> None:
    assert marked(transcript("It was", "five of them."), claim("It was five of them.", 0, 1)) == [
        ("c1", "It was five of them.")
    ]


def test_the_second_of_two_equal_statements_is_marked_second() -> None:
    spoken = transcript("It was five.", "No.", "It was five.")
    pieces = [piece.text for p in paragraphs(spoken, [claim("It was five.", 2)]) for piece in p.pieces]
    assert pieces == ["It was five. No. ", "It was five."]


def test_overlapping_statements_share_the_text_between_them() -> None:
    spoken = transcript("A costs ten and B costs twenty.")
    both = (claim("A costs ten and B costs twenty.", 0), claim("B costs twenty.", 0, name="c2"))
    page = paragraphs(spoken, both)
    assert page[0].also == ("c2",)
    assert "".join(piece.text for piece in page[0].pieces) == "A costs ten and B costs twenty."


def test_words_that_were_not_found_again_still_lead_to_their_claim() -> None:
    assert paragraphs(transcript("Something else."), [claim("Not in the text.", 0)])[0].also == ("c1",)


def test_words_heard_with_doubt_are_pointed_out() -> None:
    words = (Word(text=" Quinn", start=0, end=1, probability=0.3), Word(text=" won.", start=1, end=2, probability=0.9))
    spoken = Transcript(segments=(Segment(id=0, text="Quinn won.", words=words),))
    assert [(piece.text, piece.unsure) for piece in paragraphs(spoken, [])[0].pieces] == [
        ("Quinn", True),
        (" won.", False),
    ]


def test_nothing_of_the_transcript_is_lost() -> None:
    texts = [f"Sentence number {n} goes here." for n in range(200)]
    page = paragraphs(transcript(*texts), [claim("Sentence number 77 goes here.", 77)])
    assert " ".join("".join(piece.text for piece in p.pieces) for p in page) == " ".join(texts)
    assert len(page) > 5


def test_the_surroundings_are_the_same_speakers() -> None:
    segments = (
        Segment(id=0, text="Not mine.", speaker="Tom"),
        Segment(id=1, text="First.", speaker="Mara"),
        Segment(id=2, text="It was five.", speaker="Mara"),
        Segment(id=3, text="Not mine either.", speaker="Tom"),
    )
    spoken = Transcript(segments=segments)
    around = surroundings(claim("It was five.", 2), spoken, positions(spoken))
    assert (around.before, around.statement, around.after) == ("First.", "It was five.", "")


def test_a_voice_gets_the_name_that_its_claims_have() -> None:
    spoken = transcript("It was five.", "And then six.", speaker="Speaker 1")
    page = paragraphs(spoken, [claim("It was five.", 0).model_copy(update={"speaker": "Ada"})])
    assert page[0].speaker == "Ada"
    assert paragraphs(spoken, [claim("It was five.", 0)])[0].speaker == "Speaker 1"


def test_chapters_are_named_where_they_begin() -> None:
    segments = tuple(
        Segment(id=n, text=f"Words {n}.", start=60.0 * n, end=60.0 * n + 50, speaker=f"S{n % 2}") for n in range(4)
    )
    found = with_chapters(
        paragraphs(Transcript(segments=segments), []),
        [
            Chapter(start=0, title="Hello"),
            Chapter(start=61.5, title="A <b>bold</b> one"),
            Chapter(start=100, title="Two at"),
            Chapter(start=110, title="once"),
            Chapter(start=185, title="Inside the last"),
        ],
    )
    assert [p.chapter for p in found] == ["Hello", "A <b>bold</b> one", "Two at · once", ""]
