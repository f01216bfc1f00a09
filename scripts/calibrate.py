"""Count, by rule, how often the program's statements agree with reference codings, and write the codebook's confidence.csv.

python scripts/calibrate.py TABLES CODINGS [TABLES CODINGS ...]

TABLES is a folder of coded tables, CODINGS the reference codings of the same articles. Optional items count neither way.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from ballotwatch.agreement import BOTH, KEY, compare, read_codings, shared_documents
from ballotwatch.codebook import COMMON, FOLDERS
from ballotwatch.tables import read_table

OUT = FOLDERS / COMMON / "confidence.csv"


def count(tables: Path, codings_file: Path) -> Counter[tuple[str, bool]]:
    """How many (document, entity, concept) each rule got right, and how many wrong."""
    statements, codings = read_table(tables, "statements"), read_codings(codings_file)
    shared = shared_documents(read_table(tables, "documents").doc_id, codings)
    outcomes = {tuple(row[:3]): row[3] == BOTH for row in compare(statements, codings, shared).values}
    coded = statements[[*KEY, "rule"]].drop_duplicates()
    return Counter(
        (row[3], outcomes[row[:3]]) for row in coded.itertuples(index=False, name=None) if row[:3] in outcomes
    )


def main(arguments: list[str]) -> None:
    """Write the counts of all pairs of tables and codings."""
    total: Counter[tuple[str, bool]] = Counter()
    for tables, codings in zip(arguments[::2], arguments[1::2], strict=True):
        total += count(Path(tables), Path(codings))
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("rule", "right", "wrong"))
        writer.writerows((rule, total[rule, True], total[rule, False]) for rule in sorted({rule for rule, _ in total}))


if __name__ == "__main__":
    main(sys.argv[1:])
