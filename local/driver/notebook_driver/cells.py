"""How a cell of each language runs."""

from __future__ import annotations

import ast
import builtins
import re
import subprocess
from typing import Any

from notebook_driver.failure import CellFailure
from notebook_driver.not_here.commands import languages
from notebook_driver.notebook_source import Cell

_PLAIN = (str, int, float, bool, list, dict, tuple, type(None))


class CellRunner:
    """Runs cells of one notebook process; ``run`` is its NotebookRun."""

    def __init__(self, run: Any) -> None:
        self._run = run
        self._languages = {
            "python": self._python,
            "sql": self._sql,
            "md": self._markdown,
            "sh": self._shell,
            # A cell that does not run with the others: https://docs.databricks.com/notebooks/run-notebook.html
            "skip": lambda cell, notebook_path: None,
            "run": lambda cell, notebook_path: self.include(cell.source, notebook_path),
        }

    def execute(self, cell: Cell, notebook_path: str) -> None:
        """Runs a cell; what it raises is the cell's failure, or its control flow (NotebookExit, PythonRestart)."""
        method = self._magic if cell.language in self._run.platform.magics else self._languages.get(cell.language)
        if method is None:
            named = f"cell {cell.number} of {notebook_path}, which is in {cell.language.capitalize()}"
            raise CellFailure(languages.about(named, "databricks"))
        method(cell, notebook_path)
        if cell.is_parameters:
            self._run.shell.user_ns.update(self._run.platform.parameters())

    def execute_all(self, cells: list[Cell], notebook_path: str) -> None:
        """Runs the cells of an included notebook."""
        self.set_parameters(cells)
        for cell in cells:
            self.execute(cell, notebook_path)

    def set_parameters(self, cells: list[Cell]) -> None:
        """Defines the parameters before the first cell of a notebook that has no parameters cell."""
        if not any(cell.is_parameters for cell in cells):
            self._run.shell.user_ns.update(self._run.platform.parameters())

    def include(self, source: str, notebook_path: str) -> None:
        """%run: runs the cells of another notebook as if they were here. ``source`` is the text after the magic."""
        name, arguments = self._run.platform.run_target(source)
        path, file = self._run.platform.locate(name, notebook_path)
        with open(file, encoding="utf-8") as text:
            cells = self._run.platform.read(text.read(), path)
        with self._run.platform.included(arguments):
            self.execute_all(cells, path)

    def _python(self, cell: Cell, notebook_path: str) -> None:
        if not self._needs_no_spark(cell.source):
            self._run.attach_spark()
        error = self._run.shell.run_python(cell.source, f"{notebook_path} (cell {cell.number})")
        if error is not None:
            raise error

    def _sql(self, cell: Cell, notebook_path: str) -> None:
        self._run.attach_spark()
        names = self._run.shell.user_ns
        result = self._run.platform.run_sql(names["spark"], cell.source)
        if result is not None:
            names["_sqldf"] = result
            if result.columns:
                names["display"](result)

    def _markdown(self, cell: Cell, notebook_path: str) -> None:
        self._run.output.display({"text/markdown": cell.source})

    def _shell(self, cell: Cell, notebook_path: str) -> None:
        source = cell.source.lstrip()
        strict = source.startswith("-e")
        process = subprocess.Popen(["bash", "-c", source[2:] if strict else source], stdin=subprocess.DEVNULL)
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
        if strict and code:
            raise CellFailure(f"Could not complete %sh -e: it ended with exit code {code}; its output says why.")

    def _magic(self, cell: Cell, notebook_path: str) -> None:
        result = self._run.platform.magics[cell.language](cell.source)
        if result is not None:
            self._run.shell.user_ns["display"](result)

    def _needs_no_spark(self, source: str) -> bool:
        """Whether a cell can run while Spark is still starting: it contains only %pip, widgets and plain values."""
        code = re.sub(r"^%pip\b(?:[^\n\\]|\\.|\\\n)*", "", source, flags=re.MULTILINE)
        try:
            tree = ast.parse(code)
        except SyntaxError:
            return False
        names = self._run.shell.user_ns
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
                return False
            if isinstance(node, ast.Attribute) and node.attr == "run":
                return False
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in self._run.platform.utilities:
                if node.id in ("exec", "eval", "compile", "__import__"):
                    return False
                known = hasattr(builtins, node.id) or (isinstance(names.get(node.id), _PLAIN) and node.id in names)
                if not known and node.id not in _assigned(tree):
                    return False
        return True


def _assigned(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
