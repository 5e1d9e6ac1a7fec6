"""What public suites showed (public-suite/runs_both_ways.py runs one of them), with plugins and tests of the same kind."""

from __future__ import annotations

import pytest
from remote_session import Sessions, sessions

pytest_plugins = ["pytester"]
__all__ = ["sessions"]

# As pytest-json-report does: the hooks that a conftest.py implements exist only if the option is given.
REPORTING = """
import json, pytest

class Hooks:
    def pytest_json_runtest_metadata(self, item): "Adds to the report of a test."

class Reporting:
    def __init__(self, config): self.config, self.tests = config, {}
    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item, call):
        yield
        item.user_properties.append(("metadata", self.config.hook.pytest_json_runtest_metadata(item=item)))
    def pytest_runtest_logreport(self, report): self.tests[report.nodeid] = report.outcome
    def pytest_sessionfinish(self):
        with open(self.config.option.json_report_file, "w") as file: json.dump(self.tests, file)

def pytest_addoption(parser):
    parser.addoption("--json-report", action="store_true")
    parser.addoption("--json-report-file", default=".report.json")

def pytest_configure(config):
    if config.option.json_report:
        config.pluginmanager.add_hookspecs(Hooks)
        config.pluginmanager.register(Reporting(config))
"""
CONFTEST = """
pytest_plugins = ["reporting"]
def pytest_json_runtest_metadata(item): return item.name
"""


def test_when_a_plugin_for_reports_adds_hooks_then_it_is_there_on_both_sides_and_writes_its_file_here(sessions: Sessions):
    report = sessions.pytester.path / "written/report.json"
    report.parent.mkdir()
    sessions.files(reporting_py=REPORTING, conftest_py=CONFTEST, test_a_py="def test_1(): pass\n")
    ended = sessions.remote("--json-report", f"--json-report-file={report}")
    assert ended.exit_code == 0, ended.output
    assert ("metadata", ["test_1"]) in [tuple(each) for each in ended.watcher.reports[-1].user_properties]
    assert report.read_text() == '{"test_a.py::test_1": "passed"}'


def test_when_the_remote_pytest_has_an_internal_error_then_its_trace_is_shown(sessions: Sessions):
    conftest = """
import os
def pytest_collection_modifyitems():
    if os.environ.get("FABRIC_TEST_SPARK_EXEC_MODE") == "remote":
        raise ValueError("only there")
"""
    sessions.files(conftest_py=conftest, test_a_py="def test_1(): pass\n")
    ended = sessions.remote()
    assert ended.exit_code == pytest.ExitCode.INTERNAL_ERROR
    assert "INTERNALERROR> ValueError: only there" in ended.output
    assert "The remote pytest had an internal error." in ended.output
    assert "ExcInfo" not in ended.output
