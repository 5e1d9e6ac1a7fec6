"""An entry of what is not here, and the words that several entries share."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notebook_driver.not_here.packages import package_of

PLATFORMS = {"databricks": "Databricks", "fabric": "Fabric"}
DATABRICKS = frozenset({"databricks"})
FABRIC = frozenset({"fabric"})

NO_CATALOG = "the local workspace has no Unity Catalog"
ON_THE_PLATFORM = "leave it to a notebook that runs only on {platform}"
NO_PIPELINES = "the local workspace runs no declarative pipelines"
TEST_FUNCTIONS = "test the functions that the pipeline calls in a notebook of their own"


@dataclass(frozen=True)
class NotHere:
    """A kind of error. ``{0}`` in the texts is what the groups found, ``{platform}`` the platform's name."""

    construct: str  # as docs/run-locally.md lists it
    error: str  # a regular expression for "<exception>: <message>", or for the start of a statement of SQL
    what: str
    because: str
    advice: str
    is_statement: bool = False
    platforms: frozenset[str] = frozenset(PLATFORMS)

    def sentence(self, found: re.Match[str], platform: str) -> str:
        named = " … ".join(" ".join(group.split()) for group in found.groups() if group)
        return self.about(named.upper() if self.is_statement else named, platform)

    def about(self, named: str, platform: str) -> str:
        """The sentence for what has this name."""
        texts = (self.what, self.because, self.advice)
        package = package_of(named)
        what, because, advice = (text.format(named, platform=PLATFORMS[platform], package=package) for text in texts)
        return f"Could not {what}: {because}; {advice}."
