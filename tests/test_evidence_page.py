"""The evidence page: its data, its size, and what it does in a browser."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ballotwatch.coded_article import LAYERS, article_layers
from ballotwatch.evidence_page import (
    MIME,
    PART_BYTES,
    SCRIPTS,
    STYLES,
    Part,
    chosen_tables,
    evidence_parts,
    show_evidence,
)
from ballotwatch.tables import SCHEMAS, make_table

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ASSETS = files("ballotwatch") / "assets"
VENDORED = {
    "datatables.min.js": "38017a5586acd9c6eb6bbfe8b6938e1a25bdc717c5acfcb07e0c9d663282c59d",
    "datatables.LICENSE": "62b5fdd54371b4f6bd07a60dbc78b38814f49a8028213f540dc2733cad605382",
}
HOSTILE = (
    "</script><script>window.broken = 1</script> <img src=x onerror='window.broken = 2'> &lt;b&gt; \"quoted\" it's 😀😀 "
    "שלום עולם \u2028 <!-- Ruritania said the vote was a farce --> the end."
)


def make_tables(texts: dict[str, str], rows: dict[str, list[dict]], days: dict[str, date] | None = None) -> dict:
    """Tables of articles with these texts and rows, each row found in its text by its `text`."""
    documents = [
        {
            "doc_id": doc_id, "source": f"{doc_id}.txt", "sha256": "0", "title": f"Title of {doc_id}",
            "published_earliest": (days or {}).get(doc_id), "published_latest": (days or {}).get(doc_id),
            "dating_basis": "stated", "language": "en", "words": 9, "text": text,
        }
        for doc_id, text in texts.items()
    ]  # fmt: skip
    for row in (row for name in rows if name != "ballots" for row in rows[name]):
        row["start"] = texts[row["doc_id"]].index(row["text"])
        row["end"] = row["start"] + len(row["text"])
    return {name: make_table(name, documents if name == "documents" else rows.get(name, [])) for name in SCHEMAS}


def make_statement(doc_id: str, text: str, **others: Any) -> dict:
    """A statement of Ruritania that condemns the vote."""
    return {
        "statement_id": hashlib.sha256(f"{doc_id}{text}{others}".encode()).hexdigest()[:16], "doc_id": doc_id,
        "text": text, "actor": "Foreign Ministry of Ruritania", "entity": "RUR", "actor_type": "authority",
        "concept": "condemnation", "family": "position", "polarity": -1, "ballot_id": "vote-2022", "regions": ["UA-65"],
        "date_earliest": date(2022, 9, 28), "date_latest": date(2022, 9, 28), "legal_bases": [], "quoted": False,
        "cue": text.split()[-1], "rule": "test", "confidence": 0.9, "coder": "test",
    } | others  # fmt: skip


@pytest.fixture(scope="module")
def hostile_tables() -> dict[str, pd.DataFrame]:
    """Two articles, one of them full of markup, emoji and Hebrew, coded in every layer."""
    said = "Ruritania said the vote was a farce"
    plain = "Graustark recognised the vote in Kherson on Sunday. =2+2 was the sum."
    rows = {
        "statements": [
            make_statement("hostile", said, actor="=cmd|' /C calc'!A0", cue="farce"),
            make_statement("hostile", HOSTILE[HOSTILE.index("the vote") :], concept="unfairness", cue="farce"),
            make_statement(
                "plain", plain[:51], actor="Graustark", entity="GRA", concept="recognition", polarity=1, regions=[]
            ),
            make_statement("plain", "=2+2 was the sum.", concept="turnout", polarity=0, value=12.5, ballot_id=None),
        ],
        "ballots": [{"ballot_id": "vote-2022", "name": "Vote in <i>Kherson</i>", "kind": "referendum", "regions": []}],
        "ballot_mentions": [{"doc_id": "hostile", "text": "the vote", "ballot_id": "vote-2022"}],
        "quotes": [
            {"doc_id": "hostile", "text": "the vote was a farce", "kind": "indirect", "quotation_end": 1,
             "speaker": "Ruritania", "speaker_start": 0, "speaker_end": 1},
        ],
        "places": [
            {"doc_id": "plain", "text": "Kherson", "name": "Kherson", "kind": "region", "region": "UA-65",
             "country": "UKR", "located": True},
        ],
        "actors": [{"doc_id": "plain", "text": "Graustark", "actor": "Graustark", "entity": "GRA", "actor_type": "state"}],
        "dates": [{"doc_id": "plain", "text": "Sunday", "timex": "2022-09-25", "type": "DATE"}],
        "framing": [
            {"doc_id": "hostile", "text": "farce", "label": "farce", "direction": "delegitimising", "voice": "RUR"},
        ],
    }  # fmt: skip
    return make_tables({"hostile": HOSTILE, "plain": plain}, rows, {"plain": date(2022, 9, 30)})


def read_data(part: Part) -> dict:
    """The data inside a part."""
    return json.loads(re.search(r'class="evidence-data">(.*?)</script>', part.html, re.DOTALL)[1])


def read_rows(part: Part) -> list[dict]:
    """The statements inside a part, by column."""
    data = read_data(part)
    return [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]


@pytest.mark.parametrize("name", VENDORED)
def test_the_table_library_is_the_one_that_was_reviewed(name: str) -> None:
    assert hashlib.sha256((ASSETS / "vendor" / name).read_bytes()).hexdigest() == VENDORED[name]


def test_a_small_corpus_is_one_file_in_order_of_publication(hostile_tables: dict) -> None:
    (part,) = evidence_parts(hostile_tables)
    data, rows = read_data(part), read_rows(part)
    assert part.file == "05_evidence.html" and part.name == "2022-09-30"
    assert [article["doc_id"] for article in data["articles"]] == ["plain", "hostile"]
    assert {row["statement_id"] for row in rows} == set(hostile_tables["statements"].statement_id)
    assert data["directory"] == [] and data["index"]["rows"] == []
    assert data["words"]["region"] == {"UA-65": "Kherson"} and data["words"]["entity"] == {"GRA": "Graustark"}


def test_hostile_text_stays_data(hostile_tables: dict) -> None:
    (part,) = evidence_parts(hostile_tables)
    assert part.html.count("</script>") == 1 and "<img" not in part.html and "<!--" not in part.html
    assert read_data(part)["articles"][1]["text"] == HOSTILE


def test_rows_hold_their_span_and_the_sentence_around_it(hostile_tables: dict) -> None:
    (part,) = evidence_parts(hostile_tables)
    texts = [article["text"] for article in read_data(part)["articles"]]
    given = hostile_tables["statements"].set_index("statement_id").text
    for row in read_rows(part):
        text = texts[row["article"]]
        assert text[row["start"] : row["end"]] == given[row["statement_id"]]
        assert row["first"] <= row["start"] and row["end"] <= row["last"] <= len(text)


def test_every_layer_of_an_article_has_spans_in_words(hostile_tables: dict) -> None:
    layers = [*article_layers("hostile", hostile_tables), *article_layers("plain", hostile_tables)]
    assert {layer["name"] for layer in layers} == set(LAYERS)
    rows = pd.concat([hostile_tables[name] for name in LAYERS.values()])
    assert len(layers) == len(rows)
    labels = {layer["name"]: layer["label"] for layer in layers}
    assert labels["statements"].startswith("Foreign Ministry of Ruritania (RUR): turnout, taking no side")
    assert labels["places"] == "Kherson (UA-65), region, the ballot is placed here"
    assert labels["quotes"] == "Reported words of Ruritania"
    assert labels["framing"] == "Farce, delegitimising, in the words of RUR"
    assert labels["dates"] == "2022-09-25"


def test_layers_in_the_page_are_those_of_the_tables(hostile_tables: dict) -> None:
    data = read_data(evidence_parts(hostile_tables)[0])
    labels = data["labels"]
    for article in data["articles"]:
        told = [
            (start, end, *(labels[i] for i in texts), *ref)
            for start, end, *texts, ref in ((*s[:5], s[5:]) for s in article["spans"])
        ]
        expected = [
            (s["start"], s["end"], s["name"], s["kind"], s["label"], *filter(None, [s["ref"]]))
            for s in article_layers(article["doc_id"], hostile_tables)
        ]
        assert told == expected


def test_what_a_notebook_shows_is_what_the_page_holds(hostile_tables: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict] = []
    monkeypatch.setattr("ballotwatch.evidence_page.display", lambda data, raw: shown.append(data))
    statements, documents = hostile_tables["statements"].tail(2), hostile_tables["documents"].tail(1)
    show_evidence(statements, documents, hostile_tables["ballots"])
    assert shown[0]["text/html"].count("<blockquote") == 2
    chosen = chosen_tables(hostile_tables, json.loads(json.dumps(shown[0][MIME])))
    assert [row["entity"] for row in read_rows(evidence_parts(chosen)[0])] == ["GRA", "RUR"]


def test_no_statement_still_makes_a_page(small_tables: dict) -> None:
    empty = {name: table.iloc[:0] for name, table in small_tables.items()}
    (part,) = evidence_parts(empty)
    assert part.name == "No date known" and read_data(part)["rows"] == []


def test_a_statement_without_its_article_is_an_error(small_tables: dict) -> None:
    broken = {**small_tables, "documents": small_tables["documents"].iloc[1:]}
    with pytest.raises(ValueError, match="no document 'first' for a statement"):
        evidence_parts(broken)


@pytest.fixture(scope="module")
def large_tables() -> dict[str, pd.DataFrame]:
    """10,000 articles of some 3,000 characters with six statements each."""
    text = "Ruritania will not recognise the vote in Kherson.\n" * 60
    ids = [f"article-{i:05}" for i in range(10_000)]
    first = date(2014, 1, 1)
    documents = pd.DataFrame({"doc_id": ids, "source": [f"all.jsonl:{i}" for i in range(10_000)], "text": text})
    days = [first + timedelta(days=i // 3) for i in range(10_000)]
    documents = documents.assign(
        title="A title", published_earliest=days, published_latest=days, dating_basis="stated", sha256="0",
        dating_evidence=None, language="en", words=500, duplicate_of=None,
    )  # fmt: skip
    rows = pd.DataFrame({"doc_id": [doc_id for doc_id in ids for _ in range(6)]})
    start = [50 * (i % 6) for i in range(60_000)]
    rows = rows.assign(start=start, end=[at + 49 for at in start], text=text[:49])
    model = make_statement("article-00000", text[:49])
    blank = {column.name: None for column in SCHEMAS["statements"]}
    filled = {name: [value] * 60_000 for name, value in (blank | model).items() if name not in rows}
    statements = rows.assign(**filled).assign(
        statement_id=[f"{i:016x}" for i in range(60_000)],
        entity=["RUR" if i % 3 else "GRA" for i in range(60_000)],
    )
    tables = {name: make_table(name, []) for name in SCHEMAS}
    mentions = rows.assign(ballot_id="vote-2022")
    return tables | {"documents": documents, "statements": statements, "ballot_mentions": mentions}


@pytest.fixture(scope="module")
def large_parts(large_tables: dict) -> list[Part]:
    return evidence_parts(large_tables)


def test_a_large_corpus_is_split_by_day_of_publication(large_parts: list[Part]) -> None:
    assert len(large_parts) > 3
    assert [part.file for part in large_parts[:3]] == ["05_evidence.html", "05_evidence-2.html", "05_evidence-3.html"]
    assert max(len(part.html.encode()) for part in large_parts) < 8_000_000
    assert sum(len(part.html.encode()) for part in large_parts[:-1]) > 0.5 * PART_BYTES * (len(large_parts) - 1)
    first, last = large_parts[0].name, large_parts[-1].name
    assert first.startswith("2014-01-01 to ") and first < last
    for part in large_parts:
        assert all(f'<a href="{other.file}"' in part.html for other in large_parts)


def test_the_first_part_knows_where_each_statement_stands(large_parts: list[Part], large_tables: dict) -> None:
    data = read_data(large_parts[0])
    found = {row["statement_id"] for row in read_rows(large_parts[0])}
    for part, ids in zip(large_parts[1:], data["directory"], strict=True):
        assert {row["statement_id"] for row in read_rows(part)} == set(ids["statements"])
        assert [article["doc_id"] for article in read_data(part)["articles"]] == ids["articles"]
        assert not read_data(part)["directory"]
        found |= set(ids["statements"])
    assert found == set(large_tables["statements"].statement_id)


def test_every_part_knows_the_counts_of_all(large_parts: list[Part]) -> None:
    data = read_data(large_parts[1])
    gra = data["index"]["values"].index("GRA")
    for at, part in enumerate(large_parts):
        rows = read_rows(part)
        index = [row for row in data["index"]["rows"] if row[0] == at]
        assert sum(row[1] for row in index) == len(rows) == data["parts"][at]["n"]
        assert sum(row[1] for row in index if row[2] == gra) == sum(row["entity"] == "GRA" for row in rows)


# ------------------------------------------------------------------ in a browser


def whole_page(part: Part) -> str:
    """A part as a page that stands alone, under a policy as strict as the report's."""
    css = "\n".join((ASSETS / name).read_text("utf-8") for name in ("page.css", *STYLES))
    scripts = "".join(f'<script nonce="n">{(ASSETS / name).read_text("utf-8")}</script>' for name in SCRIPTS)
    policy = "default-src 'none'; script-src 'nonce-n'; style-src 'nonce-n'; img-src data:"
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Evidence</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><link rel="icon" href="data:,">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style nonce="n">{css}</style></head>'
        f'<body><main id="main"><h1>Evidence</h1><h2>All</h2>{part.html}</main>{scripts}</body></html>'
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no Chromium: install Debian's package chromium to test the page in a browser")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable]:
    """Opens a page of parts at an address, offline; whatever it logs or asks of a network fails the test."""
    logged: list[str] = []
    contexts = []

    def _visit(parts: list[Part], hash_: str = "", width: int = 1280, at: int = 0) -> Any:
        for part in parts:
            (tmp_path / part.file).write_text(whole_page(part), "utf-8")
        context = browser.new_context(viewport={"width": width, "height": 800}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: logged.append(message.text))
        page.on("pageerror", lambda error: logged.append(str(error)))
        page.on(
            "request", lambda request: request.url.startswith(("file:", "data:", "blob:")) or logged.append(request.url)
        )
        page.goto((tmp_path / parts[at].file).as_uri() + hash_)
        return page

    yield _visit
    for context in contexts:
        context.close()
    assert logged == []


def open_rows(page: Any) -> list[str]:
    """The ids of the rows in view."""
    return page.eval_on_selector_all(".statements tbody tr[id]", "rows => rows.map((row) => row.id)")


def test_search_and_filters_combine_and_are_kept_in_the_address(visit: Callable, hostile_tables: dict) -> None:
    page = visit(evidence_parts(hostile_tables))
    assert page.text_content(".count") == "4 of 4 statements" and len(open_rows(page)) == 4
    page.fill("[name=q]", "FARCE שלום")
    page.wait_for_url("**#filter:q=*")
    assert page.text_content(".count") == "2 of 4 statements"
    page.fill("[name=q]", "farce")
    page.select_option("[name=concept]", "unfairness")
    page.wait_for_url("**concept=unfairness")
    assert page.text_content(".count") == "1 of 4 statements"
    assert page.text_content(".chips") == "Concept: unfairness ✕"
    page.click(".reset")
    assert page.text_content(".count") == "4 of 4 statements" and page.evaluate("location.hash") == ""


@pytest.mark.parametrize(
    ("hash_", "n"),
    [
        ("#filter:entity=RUR&concept=turnout", 1),
        ("#filter:region=UA-65", 3),
        ("#filter:polarity=-1&family=position", 2),
        ("#filter:ballot=-", 1),
        ("#filter:from=2022-09-29", 0),
        ("#filter:to=2022-09-28&source=plain.txt&coder=test", 2),
        ("#filter:entity=NOWHERE", 0),
        ("#filter:actor=Graustark", 1),
        ('#filter:q="vote was"', 2),
    ],
)
def test_an_address_opens_the_table_filtered(visit: Callable, hostile_tables: dict, hash_: str, n: int) -> None:
    page = visit(evidence_parts(hostile_tables), hash_)
    assert page.text_content(".count") == f"{n} of 4 statements"
    assert len(open_rows(page)) == n


def test_filters_tell_how_many_rows_each_value_leaves(visit: Callable, hostile_tables: dict) -> None:
    page = visit(evidence_parts(hostile_tables), "#filter:polarity=-1")
    options = page.eval_on_selector_all("[name=entity] option", "all => all.map((o) => [o.textContent, o.disabled])")
    assert options == [["all", False], ["Graustark (GRA) – 0", True], ["RUR – 2", False]]


def test_every_column_sorts(visit: Callable, hostile_tables: dict) -> None:
    page = visit(evidence_parts(hostile_tables))
    for i, heading in enumerate(["Date", "Who", "What", "Ballot", "Sentence", "Source"]):
        button = page.locator(".statements th .dt-column-order").nth(i)
        button.focus()
        page.keyboard.press("Enter")
        page.locator(f".statements th[aria-sort]:has-text('{heading}')").wait_for()
    page.locator(".statements th").nth(1).click()
    page.locator(".statements tbody tr:first-child td:has-text('=cmd')").wait_for()


def test_an_address_opens_the_article_at_the_passage(visit: Callable, hostile_tables: dict) -> None:
    row = hostile_tables["statements"].iloc[0]
    page = visit(evidence_parts(hostile_tables), f"#{row.statement_id}")
    assert page.locator("dialog").is_visible() and page.text_content("dialog h3") == "Title of hostile"
    assert "".join(page.locator("dialog mark.target").all_text_contents()) == row.text
    assert page.text_content("dialog .article-text") == HOSTILE
    assert page.get_attribute(f"tr[id='{row.statement_id}']", "aria-current") == "true"
    assert "condemnation, against the ballot" in page.text_content("dialog .facts")
    assert page.evaluate("window.broken") is None
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    page.wait_for_function("() => document.activeElement.className === 'open'")


def test_an_address_opens_an_article(visit: Callable, hostile_tables: dict) -> None:
    page = visit(evidence_parts(hostile_tables), "#article:plain")
    assert page.text_content("dialog h3") == "Title of plain"
    assert page.locator("dialog mark.coded").count() > 3 and page.locator("dialog mark.target").count() == 0
    page.goto(page.url.partition("#")[0] + "#0123456789abcdef")
    page.wait_for_function("() => document.querySelector('.count').textContent.includes('is not in this report')")


def test_a_row_opens_by_mouse_and_keyboard_and_leads_on(visit: Callable, hostile_tables: dict) -> None:
    page = visit(evidence_parts(hostile_tables))
    ids = open_rows(page)
    page.locator(".statements tbody tr td").first.click()
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("location.hash") == f"#{ids[0]}"
    page.click("dialog .next")
    assert page.evaluate("location.hash") == f"#{ids[1]}"
    page.click("dialog .close")
    page.wait_for_function("() => document.activeElement.className === 'open'")
    page.locator(".statements a.open").nth(2).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("location.hash") == f"#{ids[2]}"


def test_layers_switch_off_and_are_told_in_words(visit: Callable, hostile_tables: dict) -> None:
    row = hostile_tables["statements"].iloc[0]
    page = visit(evidence_parts(hostile_tables), f"#{row.statement_id}")
    page.locator("mark.layer-framing").first.focus()
    told = page.text_content(".coded-details")
    assert "Farce, delegitimising" in told and "Reported words of Ruritania" in told
    page.keyboard.press("ArrowLeft")
    assert "Farce, delegitimising" not in page.text_content(".coded-details")
    page.uncheck(".layers input[value=framing]")
    assert page.locator("mark.layer-framing").count() == 0
    assert page.text_content("dialog .article-text") == HOSTILE
    assert page.locator("mark.target").count() > 0


def test_a_selection_counts_code_points(visit: Callable, hostile_tables: dict) -> None:
    row = hostile_tables["statements"].iloc[0]
    page = visit(evidence_parts(hostile_tables), f"#{row.statement_id}")
    select = """() => {
      const marks = document.querySelectorAll("mark.target");
      getSelection().setBaseAndExtent(marks[0].firstChild, 0, marks[marks.length - 1].firstChild, 3);
      return selectionOffsets(document.querySelector(".article-view"));
    }"""
    chosen = page.evaluate(select)
    assert HOSTILE[chosen["start"] : chosen["end"]] == "Ruritania said the vote was a far"
    page.evaluate("getSelection().removeAllRanges()")
    assert page.evaluate("selectionOffsets(document.querySelector('.article-view'))") is None


def test_the_download_is_csv_that_a_spreadsheet_runs_nothing_of(visit: Callable, hostile_tables: dict) -> None:
    page = visit(evidence_parts(hostile_tables), "#filter:polarity=-1")
    with page.expect_download() as started:
        page.click(".download")
    content = Path(started.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and started.value.suggested_filename == "statements.csv"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["actor"] for row in rows] == ["'=cmd|' /C calc'!A0", "Foreign Ministry of Ruritania"]
    assert rows[0]["text"] == "Ruritania said the vote was a farce" and rows[0]["sentence"] == HOSTILE.strip()
    assert rows[0]["polarity"] == "-1" and rows[0]["confidence"] == "0.9"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_is_accessible(visit: Callable, hostile_tables: dict, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    parts = evidence_parts(hostile_tables)
    for hash_ in ("", "#filter:entity=RUR", f"#{hostile_tables['statements'].statement_id.iloc[0]}"):
        page = visit(parts, hash_, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [found["id"] for found in axe.Axe().run(page).response["violations"]] == []


def test_an_address_leads_to_the_part_that_holds_it(visit: Callable, large_parts: list[Part]) -> None:
    last = read_rows(large_parts[-1])[-1]["statement_id"]
    page = visit(large_parts, f"#{last}")
    page.wait_for_url(f"**/{large_parts[-1].file}#{last}")
    page.wait_for_selector("dialog[open]")
    first = read_rows(large_parts[0])[0]["statement_id"]
    page = visit(large_parts, f"#{first}", at=1)
    page.wait_for_url(f"**/05_evidence.html#{first}")
    page.wait_for_selector("dialog[open]")


def test_parts_tell_their_counts_and_keep_the_filters(visit: Callable, large_parts: list[Part]) -> None:
    page = visit(large_parts, "#filter:entity=GRA")
    n, all_ = (
        int(text.replace(",", "")) for text in re.findall(r"[\d,]+", page.locator(".parts small").first.inner_text())
    )
    assert n == sum(row["entity"] == "GRA" for row in read_rows(large_parts[0])) and all_ == len(
        read_rows(large_parts[0])
    )
    assert page.text_content(".count").endswith(" in this part; 20,000 of 60,000 statements in all parts")
    assert page.get_attribute(".parts li:nth-child(2) a", "href") == "05_evidence-2.html#filter:entity=GRA"
