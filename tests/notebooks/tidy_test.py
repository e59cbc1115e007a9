"""Notebooks hold no logic of their own; Python files keep to the rules of the others."""
import ast
import json

import pytest

from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PYTHON = sorted([*ROOT.glob("notebooks/*/*.py"), *ROOT.glob("tests/notebooks/*.py")])
ALLOWED = (ast.Module, ast.Import, ast.alias, ast.Assign, ast.Expr, ast.Call, ast.keyword, ast.Name,
           ast.Attribute, ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Subscript, ast.JoinedStr,
           ast.FormattedValue, ast.Slice, ast.expr_context)


def logic_in(source: str) -> list[str]:
    """What a cell does besides calling, showing and naming."""
    return [type(node).__name__ for node in ast.walk(ast.parse(source))
            if not isinstance(node, ALLOWED)]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_call_show_and_name(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert sources
    assert [logic_in(source) for source in sources] == [[]] * len(sources)


@pytest.mark.parametrize("source", ["x = 1 + 2", "for x in y: pass", "def f(): pass",
                                    "[x for x in y]", "x = y if z else w", "f = lambda: 0"])
def test_logic_is_seen(source):
    assert logic_in(source)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_a_file_opens_with_a_sentence_and_keeps_to_100_columns(path):
    text = path.read_text(encoding="utf-8")
    assert (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0].endswith((".", ":"))
    assert [line for line in text.splitlines() if len(line) > 100 or line.rstrip() != line] == []
    assert len(text.splitlines()) <= 400
