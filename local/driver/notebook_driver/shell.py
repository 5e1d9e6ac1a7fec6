"""The IPython shell in which Python cells run: outputs are captured as mime bundles, tracebacks are not printed."""

from __future__ import annotations

import os
from typing import Any

from traitlets.config import Config

from notebook_driver.ipython import DisplayHook, DisplayPublisher, InteractiveShell
from notebook_driver.output import Output


class _Publisher(DisplayPublisher):
    output: Output

    def publish(self, data: dict[str, Any], metadata: dict[str, Any] | None = None, **_: Any) -> None:
        self.output.display(data)

    def clear_output(self, wait: bool = False) -> None:
        pass


class _Hook(DisplayHook):
    output: Output

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        self.output.display(format_dict)

    def finish_displayhook(self) -> None:
        pass


class NotebookShell(InteractiveShell):
    """The shell of a process. ``run_python`` returns the exception that ended the cell, or None."""

    def init_history(self) -> None:
        super().init_history()
        self.history_manager.enabled = False

    def init_virtualenv(self) -> None:
        pass  # its environment is set up by Environment.activate

    def showtraceback(self, *_: Any, **__: Any) -> None:
        pass

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        pass

    def run_python(self, source: str, label: str) -> BaseException | None:
        self.compile.get_code_name = lambda *_: label  # type: ignore[method-assign]
        result = self.run_cell(source, store_history=True)
        return result.error_before_exec or result.error_in_exec


def create_shell(output: Output) -> NotebookShell:
    # Figures of matplotlib are shown as pictures, as on the platform. matplotlib reads the variable when a notebook imports it.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.autoawait = True
    config.InteractiveShell.display_page = True
    NotebookShell.display_pub_class = _Publisher
    NotebookShell.displayhook_class = _Hook
    shell = NotebookShell.instance(config=config)
    shell.display_pub.output = output
    shell.displayhook.output = output
    return shell
