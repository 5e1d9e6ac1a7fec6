"""An entry of what is not here, and the words that several entries share."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLATFORMS = {"databricks": "Databricks", "fabric": "Fabric"}
DATABRICKS = frozenset({"databricks"})

NO_CATALOG = "the local workspace has no Unity Catalog"
ON_THE_PLATFORM = "leave it to a notebook that runs only on {platform}"
NO_PIPELINES = "the local workspace runs no declarative pipelines"
TEST_FUNCTIONS = "test the functions that the pipeline calls in a notebook of their own"

# Python packages that a runtime brings, by the name of their module where that is not the package's.
_PACKAGES = {
    "sklearn": "scikit-learn",
    "yaml": "PyYAML",
    "PIL": "Pillow",
    "bs4": "beautifulsoup4",
    "dateutil": "python-dateutil",
    "cv2": "opencv-python-headless",
    "pkg_resources": "setuptools",
    "google.protobuf": "protobuf",
}


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
        named = named.upper() if self.is_statement else named
        package = _PACKAGES.get(named, named)
        texts = (self.what, self.because, self.advice)
        what, because, advice = (text.format(named, platform=PLATFORMS[platform], package=package) for text in texts)
        return f"Could not {what}: {because}; {advice}."
