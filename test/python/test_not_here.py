"""docs/run-locally.md lists what the driver says of each thing that the local workspace does not have."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

root = Path(__file__).parents[2]
sys.path.insert(0, str(root / "local/driver"))

from notebook_driver.not_here.explain import entries, table  # noqa: E402

markers = re.compile(r"(<!-- not here: .*? -->\n)(.*?)(<!-- /not here -->)", re.DOTALL)


def test_the_documentation_has_the_table_of_what_is_not_here() -> None:
    page = root / "docs/run-locally.md"
    text = page.read_text(encoding="utf-8")
    current = markers.sub(lambda found: f"{found.group(1)}\n{table()}\n\n{found.group(3)}", text)
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(current, encoding="utf-8")
    assert current == page.read_text(encoding="utf-8"), "run UPDATE_GOLDEN=1 pytest test/python/test_not_here.py"


def test_every_entry_says_why_and_what_to_do() -> None:
    for entry in entries:
        assert entry.because and entry.advice and entry.platforms, entry.construct
    assert len({entry.construct for entry in entries}) == len(entries)
