"""What README and CONTRIBUTING say is so; dependencies are declared, pinned and used."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest

from queries import __main__ as queries_command
from queries import catalog
from queries.model import Metric
from store.commands.line import main as store_command

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PRODUCT = ("app.py", "pages", "components", "queries", "store", "analysis", "sample_data")
OURS = {Path(name).stem for name in PRODUCT} | {"tests"}
RUN, TEST = (
    "pip install -r requirements.txt && streamlit run app.py",
    "pip install -r requirements-dev.txt && pytest",
)


def blocks(text: str, language: str) -> list[str]:
    """Fenced blocks of a language, without the indentation of the list they stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def commands(module: str) -> list[list[str]]:
    """The words of every `python -m MODULE` of the README, in order."""
    lines = [line for block in blocks(README, "sh") for line in block.splitlines()]
    return [shlex.split(line)[3:] for line in lines if line.startswith(f"python -m {module} ")]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: Iterable[str]) -> set[str]:
    return {normal(re.match(r"[\w.-]+", line)[0]) for line in requirements}  # type: ignore[index]


def pinned(name: str) -> dict[str, str]:
    """The version of every distribution; on which systems it is wanted is left out."""
    text = (ROOT / name).read_text()
    lines = [line.partition(" ; ")[0] for line in text.splitlines() if line and line[0] not in "# "]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines), lines
    return dict(line.split("==") for line in lines)


def imported(files: Iterable[Path]) -> set[str]:
    """Distributions that the files import, whichever level the import stands on."""
    modules: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    owners = packages_distributions()
    foreign = modules - OURS - set(sys.stdlib_module_names) - {"msvcrt", "fcntl"}
    return {normal(owners.get(module, [module])[0]) for module in foreign}


def product_files() -> list[Path]:
    folders = [ROOT / name for name in PRODUCT]
    return [file for folder in folders for file in ([folder] if folder.is_file() else folder.rglob("*.py"))]


def test_the_product_imports_exactly_what_it_declares() -> None:
    named = declared(PROJECT["dependencies"])
    found = imported(product_files())
    assert found <= named
    # Read by zoneinfo where the system has no zones, by fpdf2 where text needs shaping, by uvicorn.
    assert named - found == {"tzdata", "uharfbuzz", "uvloop"}


def test_tests_import_only_what_is_declared() -> None:
    named = declared([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    assert imported((ROOT / "tests").rglob("*.py")) <= named


def test_every_dependency_is_pinned_and_the_tests_use_the_versions_of_the_product() -> None:
    product, everything = pinned("requirements.txt"), pinned("requirements-dev.txt")
    assert product.items() <= everything.items()
    assert declared(PROJECT["dependencies"]) <= set(product)
    assert declared(PROJECT["optional-dependencies"]["dev"]) <= set(everything)


def test_pins_name_no_index_and_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert not re.search(r"^--|://", text, re.MULTILINE)
        how = rf"pip-compile .*--output-file={re.escape(name)} .*pyproject\.toml$"
        assert re.search(how, text, re.MULTILINE)  # how to pin again


def test_ci_runs_the_test_command_of_the_readme_last() -> None:
    assert blocks(README, "sh")[:2] == [f"{RUN}\n", f"{TEST}\n"]
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[-1] == TEST.rsplit(" && ", 1)[1]
    assert any("pip install" in line and line.endswith("-r requirements-dev.txt") for line in lines)


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_path_named_exists(text: str) -> None:
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    linked = re.findall(r"\]\((?!http)([^)]+)\)", prose)
    quoted = re.findall(r"`([\w.-]+/[\w./-]*|[\w-]+\.(?:py|toml|txt))`", prose)
    made_at_run_time = {"settings.toml"}
    missing = [path for path in {*linked, *quoted} - made_at_run_time if not (ROOT / path).exists()]
    assert missing == []


def test_the_mapping_shown_is_the_one_shipped() -> None:
    assert blocks(README, "toml") == [(ROOT / "docs" / "own-data" / "tickets.toml").read_text()]


def test_the_commands_of_the_readme_work_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("QUARTERDECK_STORE", str(tmp_path / "own-data"))
    asked = commands("store")
    steps = ["template", "import", "status", "sample", "verify", "versions", "prune", "draw", "import"]
    assert [words[0] for words in asked] == steps
    for words in asked:
        here = [word.replace("/tmp/", f"{tmp_path}/") for word in words]
        assert store_command(here) == 0, capsys.readouterr().err
    assert "40" in capsys.readouterr().out
    for words in commands("queries"):
        assert queries_command.main(words) == 0, capsys.readouterr().err
    told = capsys.readouterr().out
    assert "92.3%" in told and '"complete": false' in told


def contributed(text: str, opening: str, names: dict[str, object]) -> object:
    """The value of the Python block of a text that begins with `opening`."""
    (block,) = (block for block in blocks(text, "python") if block.startswith(opening))
    if "=" in block.split("(")[0]:
        exec(block, names)
        return names
    return eval(block, names)


def test_the_metric_of_contributing_is_a_metric() -> None:
    from queries.catalog import escalation_parts, escalations

    names = vars(escalation_parts).copy()
    contributed(CONTRIBUTING, "TRANSFERRED", names)
    metric = contributed(
        CONTRIBUTING, "escalation_metric", {**vars(escalations), "parts": SimpleNamespace(**names)}
    )
    assert isinstance(metric, Metric)
    assert metric.key not in catalog.METRICS
    assert catalog.available(metric, set(metric.needs)).missing == ()
    assert catalog.available(metric, ()).missing == metric.needs


def test_the_chart_of_contributing_draws_what_its_spec_reads() -> None:
    import pyarrow as pa

    from components.charts import waterfall

    (block,) = (block for block in blocks(CONTRIBUTING, "python") if block.startswith("def _build"))
    names = {**vars(waterfall), "Dot": SimpleNamespace}
    exec(block, names)
    rows = names["table"]([SimpleNamespace(id="a", label="A", share=0.5)])
    assert isinstance(rows, pa.Table)
    read = set(re.findall(r"'field': '(\w+)'", str(names["SPEC"])))
    assert read <= set(rows.column_names)


def test_the_page_of_contributing_imports_what_exists() -> None:
    (block,) = (block for block in blocks(CONTRIBUTING, "python") if "view.current()" in block)
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom):
            module = __import__(str(node.module), fromlist=["_"])
            for alias in node.names:
                assert hasattr(module, alias.name) or __import__(f"{node.module}.{alias.name}")
    keys = re.search(r"trend_lines\(seen, \((.*?)\)\)", block)
    assert keys is not None
    assert set(re.findall(r'"(\w+)"', keys[1])) <= set(catalog.METRICS)


def test_an_engine_needs_the_functions_contributing_lists() -> None:
    section = CONTRIBUTING.split("## Add an engine")[1]
    callers = {path for path in (ROOT / "store").rglob("*.py") if path.name != "postgres.py"}
    used = {path: set(re.findall(r"\bpostgres\.([a-z_]+)\(", path.read_text())) for path in callers}
    listed = section.split("that others call:")[1].split(";")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set().union(*used.values())
    for path in (path for path, names in used.items() if names):
        assert f"`{path.relative_to(ROOT)}`" in section


FIRST_NUMBERS = """
import os, sys
class Seen:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "scipy"):
            print(name, os.environ.get("OPENBLAS_NUM_THREADS"), flush=True)
            os._exit(0)
sys.meta_path.insert(0, Seen())
import streamlit.web.cli
import app
"""


def test_the_app_asks_for_one_thread_of_linear_algebra_before_numpy_is_loaded() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", FIRST_NUMBERS]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout == "numpy 1\n"
