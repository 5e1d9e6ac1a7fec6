"""IPython, imported without what only a person at a terminal uses: its terminal shell with prompt_toolkit, and jedi, which
completes code. They are half of the time of the import. A notebook can still import them.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_TERMINAL = "IPython.terminal.embed"
_COMPLETION = "jedi"


def _import_lean() -> ModuleType:
    """IPython needs the terminal only for ``IPython.embed``, and takes jedi for not installed if its import fails."""
    stand_in = ModuleType(_TERMINAL)
    stand_in.embed = None  # type: ignore[attr-defined]
    absent: dict[str, Any] = {_TERMINAL: stand_in, _COMPLETION: None}
    sys.modules.update(absent)
    try:
        import IPython

        # The shell would import both when it is created, in the process of each notebook.
        import IPython.core.completer
        import IPython.core.completerlib
        import IPython.core.magics
    finally:
        for name in absent:
            del sys.modules[name]
    del IPython.embed
    IPython.__getattr__ = _lazily  # type: ignore[attr-defined]
    return IPython


def _lazily(name: str) -> Any:
    if name != "embed":
        raise AttributeError(f"module 'IPython' has no attribute {name!r}")
    from IPython.terminal.embed import embed

    return embed


IPython = sys.modules["IPython"] if "IPython" in sys.modules else _import_lean()

from IPython.core.displayhook import DisplayHook  # noqa: E402
from IPython.core.displaypub import DisplayPublisher  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402

__all__ = ["DisplayHook", "DisplayPublisher", "IPython", "InteractiveShell"]
