"""Tables in DuckDB: rows are filtered and counted there, and only what is shown or drawn comes out as a dataframe.

One way for five articles and for a million statements: whoever counts takes `Rows`, made of the Parquet files of a
table or of a dataframe, and gets counts with the references behind them. Conditions are SQL over the table's columns;
values from outside go through `literal` or `Rows.among`.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property, wraps
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from ballotwatch.refs import MOST_REFS, with_more
from ballotwatch.tables import ARROW_TYPES, SCHEMAS, TableError, table_files

# What DuckDB may hold in memory before it goes on in temporary files: a kernel with all else stays below 1.5 GiB.
MEMORY = "512MB"
# A name in SQL is a table or a column, never a variable of the program.
CLOSED = {"python_enable_replacements": False}
# Of a column's name follows its type, whatever rows a dataframe has.
TYPES = {column.name: ARROW_TYPES[column.type] for columns in SCHEMAS.values() for column in columns}
# The words that a row was coded from: most of the bytes, read for what is shown alone.
WORDS = "text"
# The reference to what a row is about, by its kind (see `ballotwatch.refs`).
REFERENCES = {
    "statement": "'statement:' || statement_id",
    "article": "'article:' || doc_id",
    "ballot": "'ballot:' || ballot_id",
    "span": "'span:' || doc_id || ':' || start || ':' || \"end\"",
}
# The order of a table's rows, which DuckDB keeps where it is told to; that of statements is by article, whatever part
# holds them.
ORDER = "place"
SORTED = {"statements": f'doc_id, start, "end", {ORDER}'}
_numbers = itertools.count()


class Rows:
    """Rows of one table, which stay in DuckDB until `frame` or `tally` asks for some of them.

    Attributes:
        columns: names of the columns, without `place`.
        order: what they are sorted by, if anything: `place`, or the columns that give it.
        whole: rows with all columns, in which those that are left out here can be looked up.
    """

    def __init__(
        self, query: str, columns: Sequence[str], *behind: Rows, keep: bool = False, order: str = "", whole: Rows | None = None
    ) -> None:  # fmt: skip
        """The rows of a SELECT, which reads those `behind`. Rows to `keep` are read once, and have an order."""
        self.columns, self.whole, self.order = (
            tuple(columns),
            self if whole is None else whole,
            ORDER if keep else order,
        )
        self._query, self._behind, self._keep = query, behind, keep

    @cached_property
    def source(self) -> str:
        """What stands after FROM. Rows that are to be kept are read when this is first asked for."""
        return stored(self._query, self) if self._keep else f"({self._query})"

    @cached_property
    def _n(self) -> int:
        return self.count()

    @property
    def sorting(self) -> str:
        """The rows' order as a clause of SQL."""
        return f"ORDER BY {self.order}" if self.order else ""

    def __len__(self) -> int:
        """How many rows there are."""
        return self._n

    def count(self, where: str = "true", what: str = "*") -> int:
        """How many rows meet a condition; `what` may count something else, such as `DISTINCT doc_id`."""
        return self.figures(f"count({what})", where=where)[0]

    def figures(self, *select: str, where: str = "true") -> tuple:
        """One row of aggregates over those rows that meet a condition."""
        with told():
            return cursor().execute(f"SELECT {', '.join(select)} FROM {self.source} WHERE {where}").fetchone()

    def values(self, what: str, where: str = "true") -> list:
        """The distinct values of a column or an expression, sorted, without missing ones."""
        query = f"SELECT DISTINCT {what} AS value FROM {self.source} WHERE {where}"
        with told():
            return [value for (value,) in cursor().execute(f"{query} ORDER BY 1").fetchall() if value is not None]

    def where(self, condition: str) -> Rows:
        """Those of the rows that meet a condition."""
        query = f"SELECT * FROM {self.source} WHERE {condition}"
        return Rows(query, self.columns, self, order=self.order, whole=self.whole)

    def among(self, column: str, values: Iterable[Any], without: bool = False) -> Rows:
        """Those of the rows whose column has one of the values; or those that have none of them."""
        known = rows_of(pd.DataFrame({column: pd.Series(list(dict.fromkeys(values)), dtype=object)}))
        return self.matching(column, known, without)

    def matching(self, column: str, other: Rows, without: bool = False) -> Rows:
        """Those of the rows whose column has a value that it has in other rows; or those that have none of them."""
        test = f"{column} {'NOT ' if without else ''}IN (SELECT {column} FROM {other.source})"
        query = f"SELECT * FROM {self.source} WHERE {test}"
        return Rows(query, self.columns, self, other, order=self.order, whole=self.whole)

    def selected(self, *columns: str) -> Rows:
        """These columns of the rows, or expressions with their names (`... AS name`); sorted if the rows are kept."""
        query = f"SELECT {ORDER}, {', '.join(columns)} FROM {self.source}"
        return Rows(query, _names(columns), self, order=ORDER if self.order == ORDER else "")

    def distinct(self, *columns: str) -> Rows:
        """What these columns or expressions hold, each combination once, in no order; none of them is missing."""
        there = " AND ".join(f"{name} IS NOT NULL" for name in _names(columns))
        query = f"SELECT * FROM (SELECT DISTINCT {', '.join(columns)} FROM {self.source}) WHERE {there}"
        return Rows(query, _names(columns), self)

    def firsts(self, by: Sequence[str], columns: Sequence[str], order: Sequence[str] = ()) -> Rows:
        """The first row of each that share the values of `by`, sorted by other columns: `by` and `columns`, unsorted."""
        keys, rest = (", ".join(map(quoted, names)) for names in (by, columns))
        sorting = ", ".join([*map(quoted, [*by, *order]), self.order or ORDER])
        query = f"SELECT DISTINCT ON ({keys}) {keys}, {rest} FROM {self.source} ORDER BY {sorting}"
        return Rows(query, [*by, *columns], self)

    def beside(self, other: Rows, column: str) -> Rows:
        """The rows, each with those of others that have the same value in a column, and these ones' columns."""
        more = [name for name in other.columns if name not in self.columns]
        added = "".join(f", other.{quoted(name)}" for name in more)
        query = f"SELECT one.*{added} FROM {self.source} AS one JOIN {other.source} AS other USING ({quoted(column)})"
        return Rows(query, [*self.columns, *more], self, other, order=self.order)

    def with_more(self, other: Rows) -> Rows:
        """These rows, and others with the same columns after them."""
        names = ", ".join(map(quoted, [ORDER, *self.columns]))
        query = f"SELECT {names} FROM {self.source} UNION ALL SELECT {names} FROM {other.source}"
        return Rows(query, self.columns, self, other, order=self.order)

    def frame(self, *columns: str, most: int | None = None, order: str = "") -> pd.DataFrame:
        """The rows as a dataframe, with all columns or with these: dates as ``datetime.date``, arrays as lists."""
        names = ", ".join(quoted(name) for name in columns or self.columns)
        sorting = f"ORDER BY {order}" if order else self.sorting
        limit = "" if most is None else f"LIMIT {most}"
        return fetched(f"SELECT {names} FROM {self.source} {sorting} {limit}")

    def worded(self, most: int | None = None) -> pd.DataFrame:
        """The rows of statements, or the first ones of them, with their words."""
        first = self.frame(most=most)
        if WORDS in first:
            return first
        words = self.whole.among("statement_id", first.statement_id).frame("statement_id", WORDS)
        return first.merge(words, on="statement_id", how="left", validate="one_to_one")[list(self.whole.columns)]

    def tally(
        self, by: Sequence[str] | Mapping[str, str], refs: str = "statement", where: str = "true", order: str = ORDER,
        **figures: str,
    ) -> pd.DataFrame:  # fmt: skip
        """How many rows share each value of the columns, or named expressions, `by`: these, n, `figures`, refs.

        refs: references of this kind, if any, in the `order` given; of a group of more than `MOST_REFS` the first ones, and how
        many more there are (`ballotwatch.refs.with_more`). figures: further aggregates by name. Rows that have no value
        for one of `by` belong to no group.
        """
        keys = by if isinstance(by, Mapping) else {name: quoted(name) for name in by}
        told = [f"{key} AS {quoted(name)}" for name, key in keys.items()]
        told += ["count(*) AS n", *(f"{figure} AS {name}" for name, figure in figures.items())]
        told += [f"arg_min({REFERENCES[refs]}, {order}, {MOST_REFS}) AS refs"] if refs else []
        there = " AND ".join([f"({where})", *(f"({key}) IS NOT NULL" for key in keys.values())])
        places = ", ".join(str(number + 1) for number in range(len(keys)))
        table = fetched(
            f"SELECT {', '.join(told)} FROM {self.source} WHERE {there} GROUP BY {places} ORDER BY {places}"
        )
        if not refs:
            return table
        counted = zip(table.refs, table.n, strict=True)
        return table.assign(refs=pd.Series([with_more(list(named), n) for named, n in counted], dtype=object))


Table = pd.DataFrame | Rows


def _names(columns: Iterable[str]) -> list[str]:
    return [column.rpartition(" AS ")[2] for column in columns]


def remembered(worked_out: Callable[[Rows], Any]) -> Callable[[Table], Any]:
    """A function of rows that works out its answer once for the same rows."""
    answers: weakref.WeakKeyDictionary[Rows, Any] = weakref.WeakKeyDictionary()

    @wraps(worked_out)
    def answer(table: Table) -> Any:
        rows = rows_of(table)
        if rows not in answers:
            answers[rows] = worked_out(rows)
        return answers[rows]

    return answer


def open_rows(folder: Path, name: str) -> Rows:
    """The rows of a table's Parquet files, of which nothing is read yet; see `tables.table_files`."""
    files = ", ".join(literal(_no_pattern(str(path))) for path in table_files(folder, name))
    query = (
        f"SELECT file_row_number AS {ORDER}, * FROM read_parquet([{files}], file_row_number = true, filename = true)"
    )
    return Rows(query, [column.name for column in SCHEMAS[name]], order=SORTED.get(name, f"filename, {ORDER}"))


def _no_pattern(path: str) -> str:
    """A path in which DuckDB finds no pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)


def rows_of(table: Table) -> Rows:
    """Rows as they are, and a dataframe's rows in its order."""
    if isinstance(table, Rows):
        return table
    columns = {str(name): _array(str(name), table[name]) for name in table}
    given = pa.table({ORDER: pa.array(range(len(table)), pa.int64()), **columns})
    found = Rows("", list(columns), keep=True)
    found.source = stored(f"SELECT * EXCLUDE ({ORDER}) FROM given ORDER BY {ORDER}", found, given)
    return found


def frames(tables: Mapping[str, Rows]) -> dict[str, pd.DataFrame]:
    """Rows of several tables as dataframes, for tables that fit into memory."""
    return {name: rows.frame() for name, rows in tables.items()}


def _array(name: str, column: pd.Series) -> pa.Array:
    if name in TYPES:
        return pa.array(column.astype(object), TYPES[name], from_pandas=True)
    found = pa.array(column, from_pandas=True)
    return found.cast(pa.string()) if pa.types.is_null(found.type) else found


def stored(query: str, owner: Rows, given: pa.Table | None = None) -> str:
    """Keep the rows of a query as a table with their `place`, until its owner is gone; what stands after FROM."""
    name, own = f"rows_{next(_numbers)}", cursor()
    if given is not None:
        own.register("given", given)
    with told():
        own.execute(f"CREATE TABLE {name} AS {query}")
    weakref.finalize(owner, _drop, name, os.getpid()).atexit = False
    return f"(SELECT rowid AS {ORDER}, * FROM {name})"


def _drop(name: str, process: int) -> None:
    if process == os.getpid():
        cursor().execute(f"DROP TABLE IF EXISTS {name}")


def fetched(query: str) -> pd.DataFrame:
    """The rows of a query as a dataframe, as `tables.read_table` gives them."""
    with told():
        return cursor().sql(query).to_arrow_table().to_pandas(date_as_object=True)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Raise TableError with the next step where DuckDB can't read the tables, as when a file is damaged."""
    try:
        yield
    except duckdb.Error as error:
        what = str(error).partition("\n")[0]
        raise TableError(
            f"the tables can't be read ({what}): if a file is damaged, run `ballotwatch code` again"
        ) from error


def cursor() -> duckdb.DuckDBPyConnection:
    """A cursor of this process's database, for one query: threads must not share one."""
    return _database(os.getpid()).cursor()


@cache
def _database(process: int) -> duckdb.DuckDBPyConnection:
    # By process: a kernel that was forked must not take up its parent's database.
    spill = Path(tempfile.gettempdir()) / f"ballotwatch-{process}"
    return duckdb.connect(":memory:", config={"memory_limit": MEMORY, "temp_directory": str(spill), **CLOSED})


def quoted(name: str) -> str:
    """A column's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | float | date | Sequence[str]) -> str:
    """A value in SQL, whatever it holds."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("\0", "' || chr(0) || '") + "'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return str(value) if isinstance(value, int | float) else f"[{', '.join(map(literal, value))}]"


def in_list(values: Iterable[str]) -> str:
    """What stands after IN for these values."""
    return f"(SELECT unnest({literal(list(values))}::VARCHAR[]))"
