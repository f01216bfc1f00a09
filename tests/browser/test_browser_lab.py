"""The notebooks in JupyterLab itself, and a correction made in the widget that the charts then show."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page

from ballotwatch.notebook import start

from .conftest import PARAMETERS, REFERENCE, ROOT, Report
from .figures import Mark, drawn_marks, marks_of_tables, tallied

STEMS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
# News and updates are looked for on the network; every cell is kept in the page, so that it can be counted.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
PLACES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
          "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR", "HOME")  # fmt: skip
TOKEN = "secret"
OPTIONS = (
    "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--LabApp.news_url=", "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", f"--IdentityProvider.token={TOKEN}",
)  # fmt: skip
PLOT = ".js-plotly-plot"
# Whether every cell has been run: its number stands beside it.
RUN = """() => {
  const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputArea-prompt")];
  return prompts.length > 0 && prompts.every((prompt) => /\\d/.test(prompt.textContent));
}"""
# Whether so many figures are drawn.
DRAWN = """(n) => {
  const plots = [...document.querySelectorAll(".js-plotly-plot")];
  return plots.length === n && plots.every((plot) => plot.calcdata && plot.querySelector(".main-svg"));
}"""
# Whether no mark of the explorer's chart names a reference any more.
GONE = """(ref) => {
  const plots = [...document.querySelectorAll(".bw-explorer .js-plotly-plot")].filter((plot) => plot.offsetParent);
  return plots.length === 1 && !plots[0].data.some((trace) => [trace.customdata ?? []].flat(3).includes(ref));
}"""
WRONG = ", ".join(f"[data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("error", "stderr"))
# A notebook takes seconds, and more where other tests run beside it.
PATIENCE = 120_000
EXPLORE = """import ballotwatch
ballotwatch.explore("build/tables", codings="mine", coder="Anna")"""


class Lab(NamedTuple):
    """A running JupyterLab: its address, and its folder with notebooks, seeds and tables as in a checkout."""

    url: str
    folder: Path


@pytest.fixture(scope="module")
def lab(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a free port, with settings and data of its own, on notebooks that have not been run."""
    folder, own = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("jupyter")
    _fill(folder, report.tables)
    environment = {**os.environ, **{name: str(own / name.lower()) for name in PLACES}}
    for name, values in SETTINGS.items():
        path = own / "jupyterlab_settings_dir/@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    (own / "home").mkdir()
    log = own / "log"
    with log.open("w") as sink:
        command = [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={folder}"]
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=sink, stderr=sink)
    try:
        yield Lab(_address(server, own / "jupyter_runtime_dir", log), folder)
    finally:
        server.terminate()
        server.wait(60)


def _fill(folder: Path, tables: Path) -> None:
    """What the notebooks read, where they look for it; the notebooks without outputs."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    shutil.copytree(tables, folder / "build/tables")
    (folder / "notebooks").mkdir()
    for stem in STEMS:
        notebook = nbformat.read(ROOT / f"notebooks/{stem}.ipynb", as_version=4)
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            cell.update(outputs=[], execution_count=None)
        nbformat.write(notebook, folder / f"notebooks/{stem}.ipynb")
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    cells = [nbformat.v4.new_code_cell(EXPLORE)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), folder / "explore.ipynb")
    timeline = (folder / "notebooks/02_timeline.ipynb").read_text("utf-8")
    (folder / "notebooks/corrected.ipynb").write_text(timeline.replace("../codings", "../mine"), "utf-8")


def _address(server: subprocess.Popen, runtime: Path, log: Path) -> str:
    """The address of the server, once its port is open; it then stands in a file."""
    info = runtime / f"jpserver-{server.pid}.json"
    for _ in range(900):
        assert server.poll() is None, f"JupyterLab ended: {log.read_text()}"
        if info.exists() and info.read_text().endswith("}"):
            return json.loads(info.read_text())["url"]
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start in 90 seconds: {log.read_text()}")


@pytest.fixture
def run(chromium: Browser, lab: Lab, listened: Callable) -> Iterator[Callable[[str], Page]]:
    """A function that opens a notebook in JupyterLab and runs all its cells by the menu."""
    contexts = []

    def _run(path: str) -> Page:
        context = chromium.new_context(viewport={"width": 1280, "height": 1000})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        listened(page, (lab.url, "data:", "blob:"), ("error",))
        page.goto(f"{lab.url}lab/tree/{path}?reset&token={TOKEN}")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_function(RUN)
        assert page.locator(WRONG).all_text_contents() == []
        return page

    yield _run
    known = {"headers": {"Authorization": f"token {TOKEN}"}}
    for context in contexts:
        for kernel in context.request.get(f"{lab.url}api/kernels", **known).json():
            context.request.delete(f"{lab.url}api/kernels/{kernel['id']}", **known)
        context.close()


def drawn_figures(page: Page, n: int) -> list[Counter]:
    """The marks of each of the `n` figures of a notebook, tallied, once all are drawn."""
    page.wait_for_function(DRAWN, arg=n)
    return [tallied([mark.refs for mark in drawn_marks(plot)]) for plot in page.locator(PLOT).all()]


@pytest.mark.parametrize("stem", STEMS)
def test_a_notebook_runs_and_draws_the_marks_of_its_tables(run: Callable, report: Report, stem: str) -> None:
    page = run(f"notebooks/{stem}.ipynb")
    expected = marks_of_tables(report.start, REFERENCE).get(f"{stem}.html", [])
    assert drawn_figures(page, len(expected)) == [tallied(marks) for marks in expected]


def test_a_correction_made_in_the_widget_is_found_in_the_charts(run: Callable, lab: Lab, report: Report) -> None:
    page = run("explore.ipynb")
    mark = choose_cell(page)
    rejected = mark.refs[0].removeprefix("statement:")
    row = report.start.everything["statements"].frame().set_index("statement_id").loc[rejected]
    entry = page.locator(".bw-place:visible").first
    assert entry.locator(".bw-passage mark").inner_text() == row.text
    entry.get_by_role("button", name="Reject").click()
    page.locator(".bw-done").wait_for()
    page.wait_for_function(GONE, arg=mark.refs[0])
    check_saved(lab.folder / "mine/Anna.codings.jsonl", rejected, row, report)
    corrected = start(**{**PARAMETERS, "tables": str(report.tables), "codings": str(lab.folder / "mine")})
    expected = marks_of_tables(corrected, REFERENCE)["02_timeline.html"]
    page = run("notebooks/corrected.ipynb")
    assert drawn_figures(page, 2) == [tallied(marks) for marks in expected]
    assert "after 1 correction by 1 coder" in page.locator(".jp-OutputArea-output").first.inner_text()
    assert mark.refs[0] not in [ref for figure in expected for marks in figure for ref in marks]


def choose_cell(page: Page) -> Mark:
    """Click on a cell of the explorer's heat map and wait for its statements."""
    explorer = page.locator(".bw-explorer")
    explorer.get_by_role("tab", name="Stances").click()
    plot = explorer.locator(f"{PLOT}:visible")
    plot.locator(".heatmap-label text").first.wait_for()
    plot.scroll_into_view_if_needed()
    mark = drawn_marks(plot)[0]
    page.mouse.move(mark.x, mark.y - 3)
    page.mouse.move(mark.x, mark.y)
    plot.locator(".hovertext").first.wait_for()
    page.mouse.down()
    page.mouse.up()
    noun = "statement" if len(mark.refs) == 1 else "statements"
    explorer.get_by_role("heading", name=f"{len(mark.refs)} {noun} behind this mark").wait_for()
    return mark


def check_saved(path: Path, rejected: str, row: pd.Series, report: Report) -> None:
    """The file holds the decision, with who made it and the hash of the article that it is about."""
    (decision,) = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    texts = report.start.everything["documents"].frame().set_index("doc_id").sha256
    kept = {name: decision[name] for name in ("action", "statement_id", "doc", "sha256", "coder")}
    assert kept == {
        "action": "reject", "statement_id": rejected, "doc": row.doc_id, "sha256": texts[row.doc_id], "coder": "Anna",
    }  # fmt: skip
