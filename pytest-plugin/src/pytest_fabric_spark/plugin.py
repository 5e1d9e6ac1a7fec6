"""The pytest plugin: `--remote` runs the collected tests in Fabric or Databricks, and reports them as if they had run here."""

from __future__ import annotations

from typing import Any

import pytest

from .artifacts import remote_artifacts_dir as remote_artifacts_dir


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from . import hooks

    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("remote", "remote Spark tests")
    group.addoption("--remote", action="store_true", help="Run the collected tests as a Spark job inside Fabric or Databricks.")
    group.addoption("--remote-timeout", metavar="MINUTES", help="End a remote run after so many minutes (30).")
    parser.addini(
        "remote_requires", "Options that --remote can only be used with, such as --integration.", type="args", default=[]
    )
    parser.addini("remote_timeout", "Default of --remote-timeout.", default="30")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("remote"):
        return
    _require(config)
    _timeout_minutes(config)
    for name in ("pdb", "trace"):
        if config.getoption(f"--{name}"):
            raise pytest.UsageError(f"--{name} cannot be used with --remote, since nobody can type there; leave one of them out.")
    # pytest-xdist decides in its own pytest_configure, which comes later, whether it takes the place of pytest's loop.
    if config.pluginmanager.hasplugin("xdist"):
        config.option.dist, config.option.tx, config.option.numprocesses = "no", [], None


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    config = session.config
    broken = session.testsfailed and not config.option.continue_on_collection_errors
    if not config.getoption("remote") or config.option.collectonly or not session.items or broken:
        return None
    from .session_loop import run_session

    return run_session(session, _timeout_minutes(config))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.getoption("remote"):
        from .speaker import late_lines

        for line in late_lines(config):
            terminalreporter.write_line(line)


def _require(config: pytest.Config) -> None:
    """Refuses a run without the options that the project asks for."""
    for name in config.getini("remote_requires"):
        try:
            given = config.getoption(name)
        except ValueError:
            from .sentences import could_not, did_you_mean

            known = config._parser.optparser._option_string_actions
            advice = did_you_mean(name, known, "correct it in the ini file")
            raise pytest.UsageError(
                could_not("use remote_requires of the ini file", f"there is no option {name}", advice)
            ) from None
        if not given:
            raise pytest.UsageError(f"--remote requires {name}; add it, or leave --remote out.")


def _timeout_minutes(config: pytest.Config) -> float:
    given = config.getoption("remote_timeout")
    name, text = ("--remote-timeout", given) if given is not None else ("remote_timeout", config.getini("remote_timeout"))
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0
    if not 0 < minutes < float("inf"):
        raise pytest.UsageError(f"Could not use {name}: {text!r} is not a number of minutes; set it to one, such as 30.")
    return minutes
