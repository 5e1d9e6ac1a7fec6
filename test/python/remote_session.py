"""Sessions of pytest on the files of a test, with and without --remote, and how they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from directory_platform import DirectoryPlatform

# Imported before pytester notes which modules there are, since it removes others after each test.
from pytest_fabric_spark import plugin, remote_run, session_loop

# Installed, it is loaded by its entry point.
PLUGINS: list[Any] = [] if entry_points(group="pytest11", name="fabric_spark") else [plugin]


assert session_loop


class Watcher:
    """A plugin that notes the hooks of a session."""

    def __init__(self) -> None:
        self.reports: list[Any] = []
        self.calls: list[tuple[str, str]] = []

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.calls.append(("start", nodeid))

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.reports.append(report)
        self.calls.append((report.when, report.nodeid))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.calls.append(("finish", nodeid))


@dataclass
class Ended:
    """A session that has ended."""

    exit_code: int
    output: str
    watcher: Watcher
    junit: Path | None = None

    @property
    def outcomes(self) -> list[tuple[str, str, str]]:
        return [(each.nodeid, each.when, each.outcome) for each in self.watcher.reports]

    @property
    def counts(self) -> str:
        """The last line, without its time."""
        lines = [line for line in self.output.splitlines() if line.startswith("=") and " in " in line]
        return re.sub(r" in [\d.:() ]+s.*", "", lines[-1].strip("= ")) if lines else ""

    def summary(self) -> list[str]:
        """The lines of the short test summary."""
        part = self.output.partition("short test summary info")[2]
        return [stable(line) for line in part.splitlines()[1:] if not line.startswith("=")]

    def lines(self) -> list[str]:
        """The lines of tests with -v, without the progress at their end."""
        found = re.findall(r"^(\S+::.*?) +\[ *\d+%\]$", self.output, re.MULTILINE)
        return [stable(line) for line in found]

    def warnings(self) -> str:
        """The summary of warnings."""
        return re.sub(r"[^\n]*\n", "", self.output.partition("= warnings summary =")[2].partition("-- Docs")[0], count=1)

    def suite_properties(self) -> list[dict[str, str]]:
        assert self.junit
        return [dict(each.attrib) for each in ElementTree.parse(self.junit).findall("testsuite/properties/property")]

    def texts(self) -> list[tuple[str, str, str]]:
        return [(each.nodeid, each.when, stable(each.longreprtext)) for each in self.watcher.reports if each.longrepr]

    def sections(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        return [(each.nodeid, each.when, local_sections(each.sections)) for each in self.watcher.reports]

    def details(self) -> list[Any]:
        """What else reports have, apart from times."""
        return [
            (
                each.nodeid,
                each.when,
                sorted(each.keywords),
                [(name, str(value)) for name, value in each.user_properties],
                getattr(each, "wasxfail", None),
                each.location,
                stable(str(each.longrepr)) if isinstance(each.longrepr, tuple) else None,
                type(each).__name__,
                each.duration > 0 if each.when == "call" else None,
            )
            for each in self.watcher.reports
        ]

    def everything(self, *, without: str | None = None) -> list[Any]:
        """What is compared, in small parts. ``without`` is a file whose tests are left out."""
        parts = [self.outcomes, self.watcher.calls, self.texts(), self.sections(), self.details(), self.summary(), self.lines()]
        if self.junit:
            parts += [self.suite_properties(), self.junit_cases()]
        if without is None:
            parts += [[self.warnings()], [self.counts]]
        return [each for part in parts for each in part if without is None or without not in str(each)]

    def junit_cases(self) -> list[Any]:
        assert self.junit
        cases = []
        for case in ElementTree.parse(self.junit).iter("testcase"):
            children = [
                (each.tag, {key: stable(value) for key, value in each.attrib.items()}, stable(each.text or ""))
                for each in case
                if each.tag != "properties"
            ]
            properties = [tuple(sorted(each.attrib.items())) for each in case.findall("properties/property")]
            attributes = {key: value for key, value in case.attrib.items() if key != "time"}
            cases.append((attributes, children, properties))
        return cases


def stable(text: str) -> str:
    """Text without the addresses of objects, and without the plugin's fixture, which is not installed on the remote side."""
    text = re.sub(r"0x[0-9a-f]{6,}", "0x…", text).replace("remote_artifacts_dir, ", "")
    text = re.sub(r"[\w./-]*/site-packages/", "site-packages/", text)
    # pytest 8.0 shows its own frames of some errors, which pytester adds to.
    return text.rpartition("\n")[2] if "/pluggy/" in text else text


def local_sections(sections: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Sections with the headings of a local run."""
    found = []
    for heading, text in sections:
        if heading.endswith(" (remote)"):
            heading = heading.removesuffix(" (remote)")
            heading = heading if heading.endswith((" setup", " teardown")) else f"{heading} call"
        found.append((heading, text))
    return found


@dataclass
class Sessions:
    """Starts sessions in the folder of a test."""

    pytester: pytest.Pytester
    platform: DirectoryPlatform

    def files(self, **files: str) -> None:
        """Writes files; `__` in a name is a slash."""
        for name, content in files.items():
            stem, _, suffix = name.replace("__", "/").rpartition("_")
            self.write(f"{stem}.{suffix}", content)

    def write(self, name: str, content: str) -> None:
        path = self.pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def local(self, *arguments: str) -> Ended:
        return self._run([*arguments], [], "local.xml")

    def remote(self, *arguments: str) -> Ended:
        return self._run(["--remote", *arguments], [self.platform], "remote.xml")

    def _run(self, arguments: list[str], plugins: list[Any], junit: str) -> Ended:
        watcher = Watcher()
        xml = self.pytester.path / junit
        xml.unlink(missing_ok=True)
        done = self.pytester.runpytest_inprocess(
            f"--junitxml={xml}", *arguments, plugins=[*PLUGINS, watcher, *plugins], no_reraise_ctrlc=True
        )
        output = done.stdout.str() + "\n" + done.stderr.str()
        return Ended(int(done.ret), output, watcher, xml if xml.exists() else None)


@pytest.fixture
def sessions(
    pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sessions]:
    """Sessions whose remote side is a process on this machine."""
    monkeypatch.setattr(remote_run, "LOOK_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(remote_run, "LATE_FILES_SECONDS", 0.1)
    for name in ("CI", "BUILD_NUMBER", "PYTEST_ADDOPTS", "REMOTE_SPARK"):
        monkeypatch.delenv(name, raising=False)
    platform = DirectoryPlatform(tmp_path_factory.mktemp("runs"))
    yield Sessions(pytester, platform)
    if platform.process is not None:
        platform.process.kill()
        platform.process.communicate()
    assert platform.runs == [], "the folder of a run was left behind"
