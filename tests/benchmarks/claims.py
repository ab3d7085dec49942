"""Measures what pipeline/claims finds: check-worthiness on labelled sentences, claims on real podcasts.

    python tests/benchmarks/claims.py --data ../shared/data [--out claims.json] [--page claims.html]

Check-worthiness: F1 of Yes on ct24 dev and dev-test, as written and without case and punctuation, and sentences a second.
Podcasts: claims per 1,000 words, share of pronoun subjects that were resolved, claims with words from nowhere, claims out
of three sponsor reads that are put in, and a page of 40 random claims beside their context for a person to judge.
"""

from __future__ import annotations

import argparse
import csv
import html
import json
import random
import re
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.claims import extract, words_from_nowhere
from pipeline.claims.checkworthy import CheckworthyModel, load_checkworthy
from pipeline.files import write_whole
from pipeline.models import Claim, Episode, Segment, Transcript
from pipeline.speech import read_transcript

SAID = date(2024, 11, 27)
"""The files state no day; number 297 speaks of late November 2024."""
SAMPLE = 40
READS = (
    "This episode is brought to you by Acme Cloud. Acme Cloud hosts 200 open models at half the price of OpenAI. Use code TALK for 20 percent off.",
    "Thanks to our friends at Foobar. Foobar cut 90 percent of the costs of 4,000 companies. Sign up at foobar dot com for a free trial.",
    "And now a word from our sponsor. Blip scored 99 percent on SWE-bench and is faster than Claude. Go to blip.dev to learn more.",
)
_POINTER = re.compile(
    r"^\W*(?:(?:and|but|so|then|also)\W+)*(?:it|they|he|she|these|those|this|that|the (?:company|model))\b", re.I
)


def checkworthiness(data: Path, model: CheckworthyModel) -> dict[str, float]:
    """F1 of Yes for each set, as written and bare, and sentences a second."""
    found: dict[str, float] = {}
    for name in ("dev", "dev-test"):
        with (data / "checkworthy" / f"ct24_{name}.tsv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        texts, labels = [row["Text"] for row in rows], [row["class_label"] == "Yes" for row in rows]
        started, busy = time.perf_counter(), time.process_time()
        found[f"f1_{name}"] = f1([score >= model.threshold for score in model.score(texts)], labels)
        found[f"sentences_per_second_{name}"] = round(len(texts) / (time.perf_counter() - started), 1)
        found[f"sentences_per_processor_second_{name}"] = round(len(texts) / (time.process_time() - busy), 1)
        bare = [re.sub(r"[^\w\s.]|\.(?!\d)", "", text).lower() for text in texts]
        found[f"f1_{name}_bare"] = f1([score >= model.threshold for score in model.score(bare)], labels)
    return found


def f1(said: Sequence[bool], labels: Sequence[bool]) -> float:
    """F1 of Yes."""
    right = sum(a and b for a, b in zip(said, labels, strict=True))
    return round(2 * right / max(1, sum(said) + sum(labels)), 4)


def podcasts(data: Path, glossary: Sequence[str]) -> tuple[dict[str, float], list[Claim]]:
    """The figures of the real podcasts, and their claims."""
    claims: list[Claim] = []
    words, seconds, advertised, sponsor = 0, 0.0, 0, 0
    for path in sorted((data / "podcasts").glob("practical-ai-*.md")):
        transcript = read_transcript(path)
        words += len(transcript.text.split())
        about = Episode(id=path.stem, title=path.stem, published=SAID, source=path.name, content_sha256="0" * 64)
        started = time.perf_counter()
        claims += extract(transcript, about, glossary=glossary)
        seconds += time.perf_counter() - started
        advertised += len(READS)
        sponsor += sum(_from_a_read(claim) for claim in extract(_with_reads(transcript), about, glossary=glossary))
    pointing = [claim for claim in claims if _POINTER.search(claim.statement)]
    return {
        "words": words,
        "claims": len(claims),
        "checkable": sum(claim.checkable for claim in claims),
        "claims_per_1000_words": round(1000 * len(claims) / words, 2),
        "words_per_second": round(words / seconds, 1),
        "pointing_subjects": len(pointing),
        "share_resolved": round(sum(bool(claim.context) for claim in pointing) / max(1, len(pointing)), 3),
        "with_words_from_nowhere": sum(bool(words_from_nowhere(claim)) for claim in claims),
        "sponsor_reads": advertised,
        "claims_from_sponsor_reads": sponsor,
    }, claims


def _with_reads(transcript: Transcript) -> Transcript:
    segments = list(transcript.segments)
    for i, read in enumerate(READS):
        at = len(segments) * (i + 1) // (len(READS) + 1)
        segments.insert(at, Segment(id=0, text=read, speaker=segments[at].speaker if i else "Sponsor"))
    return transcript.model_copy(
        update={"segments": tuple(segment.model_copy(update={"id": n}) for n, segment in enumerate(segments))}
    )


def _from_a_read(claim: Claim) -> bool:
    return any(claim.statement.strip(" .") in read for read in READS)


def page_of(claims: Sequence[Claim]) -> str:
    """A page of at most 40 random claims beside statement and context, the same ones every time."""
    chosen = sorted(random.Random(40).sample(list(claims), min(SAMPLE, len(claims))), key=lambda claim: claim.id)
    rows = "".join(
        f"<tr><td>{number}</td><td>{html.escape(claim.claim)}</td><td>{html.escape(claim.statement)}</td>"
        f"<td>{html.escape(' … '.join(claim.context))}</td><td>{html.escape(claim.not_checkable or 'checkable')}</td></tr>"
        for number, claim in enumerate(chosen, 1)
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Claims to judge</title>"
        "<style>body{font:16px sans-serif}td{vertical-align:top;border-top:1px solid #888;padding:.4em}</style>"
        f"<table><tr><th>#<th>Claim<th>As spoken<th>Context<th>Kind</tr>{rows}</table></html>"
    )


def names_of(data: Path) -> list[str]:
    """Subjects of the seed facts beside the data, as the store would give them."""
    path = data.parent / "evidence" / "facts.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return sorted({str(subject) for line in lines if (subject := json.loads(line).get("subject"))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", type=Path, default=Path("claims-to-judge.html"))
    chosen = parser.parse_args()
    model = load_checkworthy()
    figures, claims = podcasts(chosen.data, names_of(chosen.data))
    figures = {**checkworthiness(chosen.data, model), **figures}
    write_whole(chosen.page, page_of(claims))
    result = json.dumps({"model": model.model_id, **figures}, indent=1)
    print(result)
    if chosen.out:
        write_whole(chosen.out, result)


if __name__ == "__main__":
    main()
