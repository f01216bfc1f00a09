"""The benchmark: its texts, its rounds, what it writes; and every measure once, on a few short texts."""

from __future__ import annotations

import importlib
import json
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
BALLOT = """Kyiv, 3 October 2022. Ukraine's foreign ministry said on Monday that the sham referendum in Kherson was illegal.

“We will never recognise this referendum,” minister Dmytro Kuleba said in Kyiv on 3 October 2022."""
OTHER = """The museum opened a new hall on 5 May 2021.

Visitors came from far away, and the director said that {count} of them had stood in line since the morning."""


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "scripts")


def module(name: str) -> ModuleType:
    return importlib.import_module(f"bench.{name}")


def records(count: int) -> list[dict]:
    return [{"id": f"n{index}", "text": OTHER.format(count=f"{index} " * (index % 7 + 1))} for index in range(count)]


# Texts


def test_many_documents_start_with_the_given_ones_and_no_two_are_equal() -> None:
    given = records(9)
    made = list(module("texts").many(given, 75))
    assert [record["text"] for record in made[:9]] == [record["text"] for record in given]
    assert len({record["text"] for record in made}) == len({record["id"] for record in made}) == 75


def test_many_documents_are_as_long_as_the_given_ones() -> None:
    given = [{"id": str(index), "text": f"{index} a b\n\n" * (index + 1)} for index in range(50)]
    words = module("texts").words
    assert words(list(module("texts").many(given, 500))) == pytest.approx(10 * words(given), rel=0.05)


def test_half_of_a_text_without_paragraphs_is_half_of_its_letters() -> None:
    assert module("texts").joined("aaaabbbb", "ccdd") == "aaaadd"


def test_a_text_is_cut_where_the_paragraph_of_its_middle_ends() -> None:
    assert module("texts").joined("a\n\nbbbbbbbb\n\nc", "d\n\neeeeeeee\n\nf") == "a\n\nbbbbbbbb\n\nf"


def test_copies_differ_and_hold_the_whole_text() -> None:
    copies = list(module("texts").repeated(records(2), 3))
    assert len({record["text"] for record in copies}) == len({record["id"] for record in copies}) == 6
    assert all(record["text"].startswith("The museum") and "Copy" in record["text"] for record in copies)


def test_the_sample_holds_short_and_long_documents_in_their_shares() -> None:
    given = [{"id": str(index), "text": "a" * index} for index in range(600)]
    lengths = [len(record["text"]) for record in module("texts").sample(given[::-1])]
    assert lengths == list(range(30, 600, 60))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    texts = module("texts")
    texts.write(iter(records(3)), tmp_path / "a.jsonl.gz")
    assert texts.read_records(tmp_path / "a.jsonl.gz") == records(3)


def test_the_articles_are_all_of_the_seeds_and_of_the_test_articles() -> None:
    paths = [*ROOT.glob("seeds/*.txt"), *ROOT.glob("tests/articles/*.txt")]
    assert sorted(record["id"] for record in module("texts").on_topic()) == sorted(path.stem for path in paths)


# Rounds


def program(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_sides_take_turns_and_one_that_fails_is_not_run_again(tmp_path: Path) -> None:
    rounds = module("rounds")
    log = tmp_path / "log"
    note = f"open({str(log)!r}, 'a').write"
    sides = [
        rounds.Side("a", lambda folder: program(f"{note}('a')")),
        rounds.Side("b", lambda folder: program(f"{note}('b'); raise ValueError('broken')")),
        rounds.Side("c", lambda folder: program(f"{note}('c')"), rounds=2),
    ]
    *_, results = rounds.run(sides, 3, print)
    assert log.read_text() == "abcaca"
    assert results["b"] == [{"error": "ValueError: broken"}]
    assert [len(results[name]) for name in "ac"] == [3, 2]


def test_the_sides_of_a_round_share_a_folder_that_the_next_round_does_not_have() -> None:
    rounds, folders = module("rounds"), []
    side = [rounds.Side(name, lambda folder: folders.append(folder) or program("")) for name in "ab"]
    assert [sum(map(len, results.values())) for results in rounds.run(side, 2, print)] == [1, 2, 3, 4]
    assert folders[0] == folders[1] != folders[2] == folders[3]
    assert not any(folder.exists() for folder in folders)


def test_the_peak_is_that_of_the_largest_process(tmp_path: Path) -> None:
    grandchild = "import time; held = b'x' * 150_000_000; time.sleep(1)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grandchild!r}])"
    result = module("rounds").measured(program(code), tmp_path)
    assert 143 < result["peak_mib"] < 250 and result["seconds"] > 1
    assert module("rounds").measured(program("pass"), tmp_path)["peak_mib"] < 100


def test_what_a_side_tells_of_itself_goes_before_what_is_seen_from_outside(tmp_path: Path) -> None:
    rounds = module("rounds")
    told = f"print('progress'); print({rounds.MARK!r} + '{{\"seconds\": 0.5, \"words\": 7}}')"
    result = rounds.measured(program(told.replace("{{", "{").replace("}}", "}")), tmp_path)
    assert (result["seconds"], result["words"]) == (0.5, 7)


# What was found


def test_findings_that_share_a_letter_are_the_same() -> None:
    ours = {"quotes": [["a", 0, 5, "x"], ["a", 10, 20, None], ["b", 0, 5, None]]}
    theirs = {"quotes": [["a", 4, 8, "y"], ["a", 20, 22, "y"], ["b", 5, 6, ""], ["c", 0, 5, ""]]}
    assert module("found").compare(ours, theirs)["quotes"] == {
        "ours": 3, "theirs": 4, "ours_shared": 1, "theirs_shared": 1, "ours_named": 1, "theirs_named": 2,
    }  # fmt: skip


def test_a_long_finding_before_a_short_one_is_not_missed() -> None:
    assert module("found").shared([["a", 50, 60, None]], [["a", 0, 100, None], ["a", 10, 20, None]]) == 1


# Record and page


def sides(**seconds: list[float]) -> dict:
    return {
        "sides": {name: [{"seconds": s, "cpu": s, "peak_mib": 1.0} for s in values] for name, values in seconds.items()}
    }


def test_a_ratio_is_of_the_medians_with_the_range_of_the_rounds() -> None:
    of = module("measures").Ratio("m", "", "", "top", "bottom", 4)
    record = {"m": sides(top=[10.0, 20.0, 90.0], bottom=[5.0, 4.0, 3.0])}
    assert module("record").ratio(record, of) == (5.0, 2.0, 30.0)


@pytest.mark.parametrize(
    ("least", "value", "expected"), [(True, 4.0, True), (True, 3.99, False), (False, 4.0, True), (False, 4.01, False)]
)
def test_a_bound_is_kept_or_not(least: bool, value: float, expected: bool) -> None:
    assert module("record").met(module("measures").Ratio("m", "", "", "a", "b", 4, least), value) is expected


def test_a_side_that_failed_is_told_with_its_reason() -> None:
    record = {"on-topic": {**sides(ours=[1.0]), "found": {}}}
    record["on-topic"]["sides"]["textacy"] = [{"error": "No module named 'textacy'"}]
    rows = [row for row in module("page").ratio_rows(record) if row[1].startswith("textacy")]
    assert rows == [("the same", "textacy, direct quotations", "", "not measured", "No module named 'textacy'", "", "")]


def test_growth_is_held_against_the_base_with_as_many_workers() -> None:
    values = {"10000 1": (10.0, 100), "10000 2": (6.0, 100), "300000 2": (198.0, 130), "30000 1": (30.0, 100)}
    entry = {"sides": {name: [{"seconds": s, "peak_mib": p}] for name, (s, p) in values.items()}}
    found = {(each.documents, each.workers): each for each in module("growth").growth(entry)}
    assert set(found) == {(30_000, 1), (300_000, 2)}
    assert found[300_000, 2].time == pytest.approx(1.1) and found[300_000, 2].memory == pytest.approx(1.3)


def test_what_stands_between_markers_is_replaced_and_nothing_else() -> None:
    filled = module("page").filled
    assert filled("a\n<!-- x -->\nold\n<!-- /x -->\nb", "x", "new") == "a\n<!-- x -->\nnew\n<!-- /x -->\nb"
    with pytest.raises(ValueError, match="no section y"):
        filled("a", "y", "new")


def test_the_page_is_what_the_record_says(tmp_path: Path) -> None:
    page = ROOT / "docs/speed.md"
    (tmp_path / "speed.md").write_text(page.read_text("utf-8"), "utf-8")
    module("page").write_page(module("record").read(ROOT / "docs/speed.json"), tmp_path / "speed.md")
    assert (tmp_path / "speed.md").read_text("utf-8") == page.read_text("utf-8"), "run make bench ARGS=--write"


def test_every_ratio_and_its_sides_are_measured() -> None:
    measures = module("measures")
    names = {measure.name for measure in measures.MEASURES}
    assert {of.measure for of in measures.RATIOS} <= names


def test_an_unknown_measure_is_told_with_those_that_there_are() -> None:
    with pytest.raises(SystemExit, match="no such measure; there are news, triage"):
        module("__main__").chosen("news,nwes", long=False)
    assert "scaling-long" not in [measure.name for measure in module("__main__").chosen(None, long=False)]


# Every measure once


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, list[str]]:
    """A folder of docs, and the options of a run over a few short texts."""
    (tmp_path / "docs/pictures").mkdir(parents=True)
    (tmp_path / "docs/speed.md").write_text((ROOT / "docs/speed.md").read_text("utf-8"), "utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/a.txt").write_text(BALLOT, "utf-8")
    news = [*records(60), {"id": "ballot", "text": BALLOT}]
    module("texts").write(news, tmp_path / "news.jsonl.gz")
    monkeypatch.setattr(module("texts"), "FOLDERS", (tmp_path / "articles",))
    monkeypatch.setattr(module("measures"), "SIZES", (70,))
    options = ["--docs", tmp_path / "docs", "--news", tmp_path / "news.jsonl.gz", "--rounds", "1", "--copies", "2"]
    return tmp_path / "docs", [str(option) for option in options]


def measure(bench: tuple[Path, list[str]], only: str) -> dict:
    docs, options = bench
    assert module("__main__").main([*options, "--only", only]) == 0
    return json.loads((docs / "speed.json").read_text("utf-8"))


def test_news_and_triage(bench: tuple[Path, list[str]]) -> None:
    record = measure(bench, "news,triage")
    ours, spacy = (record["news"]["sides"][name][0] for name in ("ours", "spacy"))
    assert ours["documents"] == 61 and spacy["sample"] == 1
    assert spacy["seconds"] == pytest.approx(spacy["sample_seconds"] * ours["words"] / spacy["sample_words"], rel=0.05)
    assert record["triage"]["sides"]["triage"][0]["passed"] == 1
    assert "| News at large, one process | spaCy, full pipeline | ≥ 100 × |" in (bench[0] / "speed.md").read_text(
        "utf-8"
    )


def test_articles_about_a_ballot(bench: tuple[Path, list[str]]) -> None:
    entry = measure(bench, "on-topic")["on-topic"]
    assert all("seconds" in entry["sides"][name][0] for name in ("ours", "spacy_on_topic"))
    found = [kinds["dates"] for peer, kinds in entry["found"].items() if peer == "dateparser"]
    assert all(counts["ours"] == 3 for counts in found)


def test_scaling(bench: tuple[Path, list[str]]) -> None:
    sides = measure(bench, "scaling")["scaling"]["sides"]
    assert set(sides) == {"70 1", "70 2"} and all(values[0]["peak_mib"] > 20 for values in sides.values())
    assert (bench[0] / "pictures/scaling.png").read_bytes().startswith(b"\x89PNG")


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("name", ["workers", "again_news"])
def test_what_is_held_against_each_other_writes_the_same_tables(
    bench: tuple[Path, list[str]], tmp_path: Path, name: str
) -> None:
    options = module("measures").Options(tmp_path / "news.jsonl.gz", tmp_path, copies=2)
    tables = []
    for side in getattr(module("measures"), name)(options, tmp_path):
        command = side.command(tmp_path)
        module("rounds").measured(command, tmp_path)
        tables.append(digests(Path(command[-1])))
    assert len(tables) > 1 and tables[0] and all(table == tables[0] for table in tables)
