"""Documents of every kind, read into a store and found again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.evidence import open_store
from pipeline.evidence.loaders.addresses import readable_address
from pipeline.settings import Settings
from tests.media.server import page, serving

MARKDOWN = """---
title: Zorblax 9 report
date: 2025-03-04
publisher: Zorb Labs
---
# Results

Zorblax 9 was trained in Lisbon.

| Model | MMLU | HumanEval |
|---|---|---|
| Zorblax 9 | 81.5 | n/a |
"""
HTML = """<html><head><title>Zorblax news</title><meta property="article:published_time" content="2025-05-06">
<meta property="og:site_name" content="The Desk"></head><body><article><h1>Zorblax news</h1>
<p>Zorblax 10 was announced on stage in Porto, and its makers said that it will cost less than the one before it did.</p>
<p>Reporters who were there wrote that the audience was small, that the talk was long, and that nobody asked a question.</p>
<table><tr><th>Model</th><th>GSM8K</th></tr><tr><td>Zorblax 10</td><td>92.1</td></tr></table>
</article></body></html>"""


def pdf(text: str) -> bytes:
    """The smallest PDF with one line of text."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def test_a_benchmark_table_becomes_facts_that_point_to_their_cells(empty_home: Path, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text(MARKDOWN, "utf-8")
    with open_store(Settings(home=empty_home)) as store:
        store.add(tmp_path / "report.md")
        facts = store.facts(subject="Zorblax 9")
    assert [(fact.metric, fact.value, fact.date) for fact in facts] == [("MMLU", 81.5, date(2025, 3, 4))]
    assert "Zorblax 9" in facts[0].passage.location
    assert "MMLU" in facts[0].passage.location


def test_pdf_csv_and_parquet(empty_home: Path, tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    (tmp_path / "paper.pdf").write_bytes(pdf("The Zorblax engine turns at noon."))
    (tmp_path / "scores.csv").write_text("model,metric,score,date\nZorblax 9,GSM8K,70.5,2025-01-02\n", "utf-8")
    pyarrow.parquet.write_table(pyarrow.table({"city": ["Faro"], "visitors": [12]}), tmp_path / "visits.parquet")
    with open_store(Settings(home=empty_home)) as store:
        result = store.add(*(tmp_path / name for name in ("paper.pdf", "scores.csv", "visits.parquet")))
        assert result.failed == ()
        assert {source.kind for source in store.sources()} == {"pdf", "table"}
        assert store.search("engine at noon", k=1)[0].passage.location == "page 1"
        assert [(fact.metric, fact.value) for fact in store.facts()] == [("GSM8K", 70.5)]
        assert store.search("visitors of Faro", k=1)[0].passage.text == "city: Faro; visitors: 12"


def test_a_page_from_an_address(empty_home: Path) -> None:
    with serving({"/news": page(HTML.encode(), "text/html; charset=utf-8")}) as address:
        url = f"{address}/news"
        with open_store(Settings(home=empty_home)) as store:
            refused = store.add(url)
            assert "private network" in refused.failed[0].reason
        with open_store(Settings(home=empty_home, allow_private_addresses=True)) as store:
            added = store.add(url).added[0]
            assert (added.published, added.url, added.kind) == (date(2025, 5, 6), url, "html")
            assert "Porto" in store.search("Where was Zorblax 10 announced?", k=1)[0].passage.text
            assert [(fact.metric, fact.value) for fact in store.facts()] == [("GSM8K", 92.1)]


@pytest.mark.parametrize("name", ["empty.txt", "broken.jsonl", "binary.md"])
def test_what_cannot_be_read_is_one_line(empty_home: Path, tmp_path: Path, name: str) -> None:
    content = {"empty.txt": b"", "broken.jsonl": b'{"_id": 1, "text"\n', "binary.md": b"\0\1\2"}[name]
    (tmp_path / name).write_bytes(content)
    with open_store(Settings(home=empty_home)) as store:
        failed = store.add(tmp_path / name).failed
    assert name in failed[0].reason
    assert "\n" not in failed[0].reason


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Desk</title>
<item><title>Zorblax 11 ships</title><link>https://desk.example/11</link><pubDate>Tue, 06 May 2025 08:00:00 GMT</pubDate>
<description>&lt;p&gt;Zorblax 11 left the factory in Braga on Tuesday, its makers wrote.&lt;/p&gt;</description></item>
<item><title>Nothing to say</title><link>https://desk.example/none</link></item></channel></rss>"""


def test_a_feed_gives_a_dated_source_an_entry(empty_home: Path) -> None:
    with (
        serving({"/feed": page(FEED.encode(), "application/rss+xml")}) as address,
        open_store(Settings(home=empty_home, allow_private_addresses=True)) as store,
    ):
        (source,) = store.add(f"{address}/feed").added
        assert (source.title, source.published, source.url) == (
            "Zorblax 11 ships",
            date(2025, 5, 6),
            "https://desk.example/11",
        )
        assert store.search("Where was Zorblax 11 made?", k=1)[0].passage.publisher == "The Desk"
        assert store.add(f"{address}/feed").added == ()


ARXIV = """<html><head><title>[2501.00001] Zorblax: a report</title>
<meta name="citation_title" content="Zorblax: a report"><meta name="citation_author" content="Ferreira, Ana">
<meta name="citation_date" content="2025/01/02"></head><body><main><h1>Zorblax: a report</h1>
<blockquote class="abstract">We train Zorblax on nine trillion tokens in Lisbon and report what it learned, how much power it
drew, and which of our early choices we would not make again.</blockquote></main></body></html>"""


def test_a_page_of_arxiv_says_its_title_and_day(empty_home: Path) -> None:
    with (
        serving({"/abs/2501.00001": page(ARXIV.encode(), "text/html; charset=utf-8")}) as address,
        open_store(Settings(home=empty_home, allow_private_addresses=True)) as store,
    ):
        (source,) = store.add(f"{address}/abs/2501.00001").added
        assert (source.published, "Zorblax: a report" in source.title) == (date(2025, 1, 2), True)
        assert "Lisbon" in store.search("tokens for Zorblax", k=1)[0].passage.text


def test_a_readme_served_as_plain_text_is_read_as_markdown(empty_home: Path) -> None:
    """GitHub serves a README's raw text as text/plain; its tables are facts all the same."""
    with (
        serving({"/zorb/zorblax/HEAD/README.md": page(MARKDOWN.encode(), "text/plain; charset=utf-8")}) as address,
        open_store(Settings(home=empty_home, allow_private_addresses=True)) as store,
    ):
        store.add(f"{address}/zorb/zorblax/HEAD/README.md")
        assert [(fact.subject, fact.metric, fact.value) for fact in store.facts()] == [("Zorblax 9", "MMLU", 81.5)]


@pytest.mark.parametrize(
    ("given", "fetched"),
    [
        ("https://github.com/zorb/zorblax", "https://raw.githubusercontent.com/zorb/zorblax/HEAD/README.md"),
        (
            "https://github.com/zorb/zorblax/blob/v1/docs/a.md",
            "https://raw.githubusercontent.com/zorb/zorblax/v1/docs/a.md",
        ),
        ("https://github.com/zorb/zorblax/issues/4", "https://github.com/zorb/zorblax/issues/4"),
        ("https://arxiv.org/pdf/2501.00001v2", "https://arxiv.org/abs/2501.00001v2"),
        ("https://arxiv.org/abs/2501.00001", "https://arxiv.org/abs/2501.00001"),
        ("https://github.com.evil.example/zorb/zorblax", "https://github.com.evil.example/zorb/zorblax"),
    ],
)
def test_addresses_lead_to_where_the_words_are(given: str, fetched: str) -> None:
    assert readable_address(given) == fetched
