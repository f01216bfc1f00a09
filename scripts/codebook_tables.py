"""Write the generated sections of README.md: the ballots of the codebook, and the tables with their columns.

python scripts/codebook_tables.py
"""

from __future__ import annotations

from pathlib import Path

from ballotwatch.codebook import ballots_table, fill_section, load_codebook
from ballotwatch.tables import tables_markdown

README = Path(__file__).parents[1] / "README.md"


def main() -> None:
    """Rewrite the sections ``ballots`` and ``tables``."""
    text = README.read_text(encoding="utf-8")
    text = fill_section(text, "ballots", ballots_table(load_codebook("occupied-ukraine")))
    README.write_text(fill_section(text, "tables", tables_markdown()), encoding="utf-8")


if __name__ == "__main__":
    main()
