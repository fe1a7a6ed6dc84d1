"""Rules of the house that a reader can rely on, held by the text of the files themselves."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from csi_model import vocabulary
from csi_model.vocabulary import DIFFERENCES, LANGUAGES, RESERVED_COLUMNS, TABLES, TERMS, Term

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "csi_model"
FILES = sorted(path for path in PACKAGE.rglob("*.py"))
LONGEST_FILE = 400


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """Modules that a file imports, and whether it does so when it is itself imported."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[tuple[str, bool]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test).endswith("TYPE_CHECKING")
        for node in ast.walk(block)
    }
    inside = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        at_once = node not in typing and node not in inside
        if isinstance(node, ast.Import):
            yield from ((alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node not in typing:
            yield node.module, at_once
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for argument in node.args:
                if isinstance(argument, ast.Constant):
                    yield str(argument.value), at_once


def importers(package: str) -> set[str]:
    return {name_of(path) for path in FILES if any(one.split(".")[0] == package for one, _ in imports(path))}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_no_drawer_for_odds_and_ends() -> None:
    odd = re.compile(r"(^|_)(utils?|helpers?|commons?|misc)(_|$)")
    assert not [name_of(path) for path in FILES if odd.search(path.stem)]


def test_only_the_command_prints() -> None:
    printing = {
        name_of(path).split("/")[0]
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("print", "sys.stdout.write", "typer.echo")
    }
    assert printing == {"cli"}


def test_semopy_is_imported_in_one_file() -> None:
    assert importers("semopy") == {"estimation/engine.py"}


def test_matplotlib_is_imported_in_reporting_only() -> None:
    found = importers("matplotlib")
    assert found
    assert all(name.startswith("reporting/") for name in found)


def test_typer_is_imported_in_the_command_only() -> None:
    assert {name.split("/")[0] for name in importers("typer") | importers("rich")} == {"cli"}


@pytest.mark.parametrize("room", ["model", "errors.py", "columns.py", "vocabulary.py"])
def test_the_light_rooms_import_nothing_heavy(room: str) -> None:
    heavy = {"numpy", "pandas", "scipy", "matplotlib", "semopy", "statsmodels", "openpyxl"}
    files = [path for path in FILES if name_of(path).split("/")[0] == room]
    assert files
    found = {(name_of(path), one) for path in files for one, _ in imports(path) if one.split(".")[0] in heavy}
    assert not found


def test_nothing_is_silenced() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert 'simplefilter("ignore' not in text, name_of(path)
        assert not re.search(r"except[^:\n]*:\s*\n\s*pass\b", text), name_of(path)
        assert "NotImplementedError" not in text, name_of(path)
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", text), name_of(path)


def test_every_public_function_and_class_has_a_docstring() -> None:
    bare = []
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree) and path.stat().st_size > 1:
            bare.append(name_of(path))
        for node in tree.body:
            public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):
                bare.append(f"{name_of(path)}: {node.name}")
    assert not bare


def terms() -> dict[str, Term]:
    """Every word of the vocabulary: table titles, columns, values."""
    tables = {**TABLES, "differences": DIFFERENCES}
    found = {f"table {name}": table.title for name, table in tables.items()}
    found |= {f"{name}.{one.name}": one.term for name, table in tables.items() for one in table.columns}
    return found | dict(TERMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_there_in_each_language(language: str) -> None:
    for name, term in terms().items():
        assert term[language].strip(), f"{name} has no {language}"


def test_chinese_terms_are_chinese() -> None:
    """Symbols and programs' names stay as they are; everything else has its own word."""
    same = {name for name, term in terms().items() if not re.search(r"[\u4e00-\u9fff]", term.zh)}
    symbols = {"HTMT", "HTMT2", "R²", "rho_A", "SRMR", "CFI", "TLI", "RMSEA"}
    symbols |= {"AIC", "AIC3", "AIC4", "BIC", "CAIC", "MDL5", "UKCSI"}
    assert {terms()[name].zh for name in same} <= symbols


def test_table_columns_are_told_once() -> None:
    for name, table in {**TABLES, "differences": DIFFERENCES}.items():
        assert table.name == name
        assert len(set(table.column_names)) == len(table.column_names)
        assert set(table.column_names) <= RESERVED_COLUMNS
    assert vocabulary.term("delta", "en") == "delta method"
    assert vocabulary.term("delta", "zh") == "delta 法"
    assert vocabulary.term("something else", "zh") == "something else"


def test_the_wheel_carries_models_and_demo_survey() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"models": "csi_model/shipped/models", "data": "csi_model/shipped/data"}
    assert all((ROOT / folder).is_dir() for folder in included)


def test_no_machine_path_stands_in_a_file() -> None:
    places = ("/work" + "/", "/home" + "/", "/tmp" + "/", "C:" + "\\Users")
    for folder in ("csi_model", "models", "data", "tests"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in (".py", ".yaml", ".json", ".md", ".j2", ".css", ".R"):
                text = path.read_text(encoding="utf-8")
                assert not [place for place in places if place in text], path.relative_to(ROOT)
