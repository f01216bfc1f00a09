"""Write the table of ballots into README.md, between ``<!-- ballots -->`` and ``<!-- /ballots -->``.

python scripts/codebook_tables.py
"""

from __future__ import annotations

from pathlib import Path

from ballotwatch.codebook import ballots_table, fill_section, load_codebook

README = Path(__file__).parents[1] / "README.md"


def main() -> None:
    """Rewrite the section from the ballots of the codebook occupied-ukraine."""
    table = ballots_table(load_codebook("occupied-ukraine"))
    README.write_text(fill_section(README.read_text(encoding="utf-8"), "ballots", table), encoding="utf-8")


if __name__ == "__main__":
    main()
