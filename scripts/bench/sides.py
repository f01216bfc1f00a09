"""What is timed of ballotwatch itself. Each function runs in a process of its own and loads everything before the clock.

The last argument of each is a folder that may be written to.
"""

from __future__ import annotations

from pathlib import Path

from bench.clock import timed
from bench.texts import read_records, words

Result = dict[str, object]
# Coded before the clock starts, so that the model, the codebook and every table built at first use are there.
WARM = """The foreign ministry of Norway said on 12 March 2018 that it would not recognise the election in Crimea.

"We do not recognise the illegal annexation," the minister said. The turnout was 60 percent, the commission reported."""


def news(corpus: str, folder: str) -> Result:
    """Code a corpus in one process, reading it and writing the tables included."""
    from ballotwatch.coder import code_corpus

    first = Path(folder) / "warm.txt"
    first.write_text(WARM, "utf-8")
    code_corpus(first, Path(folder) / "warm")
    with timed() as clock:
        code_corpus(Path(corpus), Path(folder) / "news")
    records = read_records(Path(corpus))
    return clock.result(documents=len(records), words=words(records))


def warm() -> None:
    """Load the model and the codebook, and code one short text with them."""
    coded([{"id": "warm", "text": WARM}])


def coded(records: list[dict]) -> list[dict]:
    """The rows of each record, coded in this process."""
    from ballotwatch.article_coder import code_articles
    from ballotwatch.codebook import load_codebook

    return code_articles([article(record) for record in records], load_codebook())


def article(record: dict) -> object:
    """A record as the library takes it."""
    from hashlib import sha256

    from ballotwatch.corpus import Article

    digest = sha256(record["text"].encode()).hexdigest()
    return Article(record["id"], record["id"], record["text"], record.get("title"), None, None, digest)


def reading(corpus: str, folder: str) -> Result:
    """Read and decode a corpus, and nothing else."""
    with timed() as clock:
        records = read_records(Path(corpus))
    return clock.result(documents=len(records))


def triage(corpus: str, folder: str) -> Result:
    """Decide for each text of a corpus whether it concerns a ballot; the texts have been read before."""
    from ballotwatch.codebook import load_codebook
    from ballotwatch.triage import concerns_ballot

    records, codebook = read_records(Path(corpus)), load_codebook()
    concerns_ballot(WARM, codebook)
    with timed() as clock:
        passed = sum(concerns_ballot(record["text"], codebook) for record in records)
    return clock.result(documents=len(records), passed=passed)


def ours(corpus: str, folder: str) -> Result:
    """Code the articles about a ballot, with what was found."""
    records = read_records(Path(corpus))
    warm()
    with timed() as clock:
        rows = coded(records)
    return clock.result(documents=len(records), words=words(records), found=found(rows))


def found(rows: list[dict]) -> dict[str, list]:
    """Quotations and dates: document, start, end, and the speaker or the date that stands for it."""
    quotes = [row for each in rows for row in each.get("quotes", ())]
    dates = [row for each in rows for row in each.get("dates", ())]
    return {
        "quotes": [[row["doc_id"], row["start"], row["quotation_end"], row["speaker"]] for row in quotes if row["kind"] == "direct"],
        "indirect": [[row["doc_id"], row["start"], row["end"], row["speaker"]] for row in quotes if row["kind"] == "indirect"],
        "dates": [[row["doc_id"], row["start"], row["end"], row["timex"]] for row in dates],
    }  # fmt: skip
