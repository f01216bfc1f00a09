"""The command ``ballotwatch``: report, code, export, lab. Results go to files, progress to standard output, errors to standard
error; the exit code is 0, 1 where something failed, or 2 where the command was not understood."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from ballotwatch.addresses import parse_place
from ballotwatch.machine import processors

# What reads, codes and draws takes seconds to import: each command imports what it needs, and --help none of it.

TABLES = Path("build/tables")
REPORT = Path("build/report")
CACHE = Path("build/cache")
ARTICLES = CACHE / "articles"
CODINGS = Path("codings")


class UsageError(Exception):
    """The command can't be carried out as given; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    options = parser().parse_args(arguments)
    # A name that the terminal's encoding has no letters for is spelt out, and stops nothing.
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        options.run(options)
    except KeyboardInterrupt:
        return _tell("interrupted", 130)
    except UsageError as error:
        return _tell(error, 2)
    except OSError as error:
        return _tell(error, 1)
    except ValueError as error:
        code = _exit_code(error)
        if code is None:
            raise
        return _tell(error, code)
    return 0


def parser() -> argparse.ArgumentParser:
    """The parser of the command line."""
    top = argparse.ArgumentParser(
        prog="ballotwatch", description="Who said what about which contested ballot, when and where."
    )
    top.add_argument("--version", action="version", version=f"ballotwatch {version('ballotwatch')}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_report(commands)
    _add_code(commands)
    _add_export(commands)
    lab = commands.add_parser("lab", help="open the notebooks in JupyterLab", description="Open the notebooks.")
    lab.set_defaults(run=run_lab)
    return top


def run_report(options: argparse.Namespace) -> None:
    """Code a corpus, run the notebooks and write the pages."""
    from ballotwatch.parameters import parse_assignments
    from ballotwatch.report import make_report

    checkout = find_checkout()
    parameters = parse_assignments(options.parameters)
    corpus = options.corpus or checkout / "seeds"
    out = options.out or checkout / REPORT
    tables = out.with_name(f"{out.name}-tables") if options.out else checkout / TABLES
    index = make_report(
        corpus, out, tables, parameters, checkout / "notebooks", _command(options), say, checkout / CACHE
    )
    say(f"Report: {index}")


def run_code(options: argparse.Namespace) -> None:
    """Code a corpus to a folder of tables."""
    from ballotwatch.coder import code_corpus

    # Workers elsewhere have no folder of this machine.
    default = None if options.scheduler else find_cache()
    code_corpus(
        options.corpus, options.out, all_documents=options.all_documents, progress=say, workers=options.workers,
        cache=options.cache or default, scheduler=options.scheduler,
    )  # fmt: skip
    say(f"Tables: {options.out}")


def run_export(options: argparse.Namespace) -> None:
    """Write tables, with corrections laid over, in a format that other programs read."""
    from ballotwatch.codebook import load_codebook, suggest
    from ballotwatch.corrections import correct, corrected
    from ballotwatch.export import FORMATS, check_place, export_tables
    from ballotwatch.tables import read_tables

    if options.form not in FORMATS:
        raise UsageError(f"--to {options.form}: not a format{suggest(options.form, FORMATS)}")
    check_place(options.form, options.out)
    codebook = load_codebook()
    tables = correct(read_tables(options.tables), find_codings(options.codings), codebook)
    export_tables(tables, codebook, options.form, options.out)
    people = corrected(tables)
    say(f"Export: {options.out}{f', after {people}' if people else ''}")


def run_lab(options: argparse.Namespace) -> None:
    """Open JupyterLab on the notebooks; the seeds are coded first where no tables are there yet."""
    checkout = find_checkout()
    if not (checkout / TABLES / "datapackage.json").exists():
        main(["code", str(checkout / "seeds"), "--out", str(checkout / TABLES)])
    notebooks = checkout / "notebooks"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={checkout}", str(notebooks)]
    os.execv(sys.executable, command)


def find_checkout() -> Path:
    """The folder with the notebooks and seeds: the one that the package runs from, else the present one.

    Raises UsageError where neither has them, as after an installation without the repository.
    """
    for folder in (Path(__file__).resolve().parents[2], Path.cwd()):
        if (folder / "notebooks").is_dir() and (folder / "seeds").is_dir():
            return folder
    raise UsageError("the notebooks are not part of the installed package: run this inside a clone of the repository")


def find_codings(given: Path | None) -> Path | None:
    """The folder of corrections: the given one, else the checkout's, else none.

    Raises UsageError where the given one is not there.
    """
    if given is not None:
        if not given.is_dir():
            raise UsageError(f"--codings {given}: no such folder; it holds files named *.codings.jsonl")
        return given
    try:
        return find_checkout() / CODINGS
    except UsageError:
        return None


def find_cache() -> Path:
    """The folder of coded articles: the checkout's, else one in the user's own cache."""
    try:
        return find_checkout() / ARTICLES
    except UsageError:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(base) / "ballotwatch" / ARTICLES.name


def say(message: str) -> None:
    """Show a line of progress at once, also where standard output is a pipe."""
    print(message, flush=True)


def _add_report(commands: argparse._SubParsersAction) -> None:
    text = "Code a corpus, run the notebooks on its tables, and leave HTML pages that work without network."
    report = commands.add_parser("report", help="make the HTML report of a corpus", description=text)
    report.add_argument("corpus", metavar="CORPUS", nargs="?", type=Path, help="folder or file; default: the seeds")
    text = f"folder of the pages, tables beside it in DIR-tables; default: {REPORT} and {TABLES}"
    report.add_argument("--out", metavar="DIR", type=Path, help=text)
    report.add_argument(
        "-p", dest="parameters", metavar="NAME=VALUE", action="append", default=[],
        help="a parameter of the notebooks, such as period=2022-09-01/2022-12-31 or actors=UKR,POL; may be repeated",
    )  # fmt: skip
    report.set_defaults(run=run_report)


def _add_code(commands: argparse._SubParsersAction) -> None:
    text = "Code a corpus to Parquet tables. CORPUS and TABLES may be fsspec addresses, such as s3://bucket/news."
    code = commands.add_parser("code", help="code a corpus to tables", description=text)
    code.add_argument("corpus", metavar="CORPUS", type=parse_place, help="folder or file of articles or records")
    code.add_argument("--out", metavar="TABLES", type=parse_place, required=True, help="folder of the tables")
    code.add_argument("--all-documents", action="store_true", help="code documents about no ballot as well")
    text = "processes that code; default: as many as there are processors"
    code.add_argument("--workers", metavar="N", type=_positive, default=processors(), help=text)
    text = f"folder of coded articles, so that only new ones are coded; default: {ARTICLES} of the checkout"
    code.add_argument("--cache", metavar="DIR", type=Path, help=text)
    text = "address of a Dask cluster that codes, such as tcp://10.0.0.5:8786; see docs/cluster.md"
    code.add_argument("--scheduler", metavar="ADDRESS", help=text)
    code.set_defaults(run=run_code)


def _positive(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"takes a whole number from 1 on, not '{text}'")
    return int(text)


def _add_export(commands: argparse._SubParsersAction) -> None:
    text = (
        "Write tables as W3C Web Annotations, as a database of Discourse Network Analyzer, or as CSV for spreadsheets."
    )
    export = commands.add_parser("export", help="write tables for other programs", description=text)
    export.add_argument("tables", metavar="TABLES", type=Path, help="folder of tables that `code` or `report` left")
    text = "annotations (one JSON-LD file), dna (one .dna file) or csv (a folder)"
    export.add_argument("--to", dest="form", metavar="FORMAT", required=True, help=text)
    export.add_argument("--out", metavar="PATH", type=Path, required=True, help="the file or folder to write")
    text = f"folder of corrections, laid over first; default: {CODINGS} of the checkout"
    export.add_argument("--codings", metavar="DIR", type=Path, help=text)
    export.set_defaults(run=run_export)


def _exit_code(error: ValueError) -> int | None:
    """The exit code for an error whose message says all that the user needs; None for a bug, which must show itself."""
    from ballotwatch.codebook import CodebookError
    from ballotwatch.corrections import CorrectionError
    from ballotwatch.export_files import ExportError
    from ballotwatch.parameters import ParameterError, ReportError
    from ballotwatch.tables import TableError

    if isinstance(error, ParameterError):
        return 2
    return 1 if isinstance(error, CodebookError | CorrectionError | ExportError | ReportError | TableError) else None


def _command(options: argparse.Namespace) -> str:
    """The line that makes the same report again, without folders that only exist on this machine."""
    from ballotwatch.parameters import shown_path, shown_value

    corpus = [shown_path(options.corpus)] if options.corpus else []
    out = ["--out", shown_path(options.out)] if options.out else []
    pairs = (text.split("=", maxsplit=1) for text in options.parameters)
    given = [part for name, value in pairs for part in ("-p", f"{name}={shown_value(name, value)}")]
    return shlex.join(["ballotwatch", "report", *corpus, *out, *given])


def _tell(message: object, code: int) -> int:
    print(f"ballotwatch: error: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
