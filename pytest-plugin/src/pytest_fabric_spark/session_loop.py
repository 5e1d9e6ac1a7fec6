"""The loop of a session with --remote, in the place of pytest's own: runs the tests on a platform, and ends as pytest does."""

from __future__ import annotations

import importlib
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .arguments import ArgumentContext, Option, remote_arguments
from .interruption import interrupted_by_sigterm
from .judge import EndedRun, JobEnd, collect_report_of, missing_result, problem_of
from .platform import RemoteError
from .platforms import remote_platform
from .remote_run import RemoteRun
from .reporter import Reporter
from .sentences import clause, one_line
from .speaker import Speaker

_LONGEST_SHOWN = 300


def run_session(session: pytest.Session, timeout_minutes: float) -> bool:
    """Runs the tests of a session, and raises what pytest's own loop would raise."""
    config, root = session.config, session.config.rootpath
    reporter = Reporter(session)
    say = Speaker(config, reporter).say
    try:
        arguments = remote_arguments(_all_arguments(config), _argument_context(session))
        platform = remote_platform(config, _platform_name(root), say)
    except RemoteError as error:
        raise pytest.UsageError(str(error)) from error
    run = RemoteRun(platform, reporter, say, timeout_minutes=timeout_minutes)
    with interrupted_by_sigterm():
        end = _run_to_its_end(run, root, arguments, say)
    _conclude(session, reporter, run, end)
    return True


def _run_to_its_end(run: RemoteRun, root: Path, arguments: list[str], say: Callable[[str], None]) -> EndedRun:
    """Starts and follows a run. Whatever happens, nothing of it is left."""
    try:
        _start(run, root, arguments, say)
        end = run.follow()
        run.download(root)
        return end
    except RemoteError as error:
        run.cancel()
        pytest.exit(str(error))
    except BaseException:
        say("Cancelling the remote run...")
        run.cancel()
        raise
    finally:
        run.remove()


def _start(run: RemoteRun, root: Path, arguments: list[str], say: Callable[[str], None]) -> None:
    package = __package__
    files: list[str] = importlib.import_module(".project_files", package).project_files(root)
    environment = importlib.import_module(".environment_file", package).remote_environment(root, say)
    dependencies = importlib.import_module(".dependencies", package).read_dependencies(root, say)
    for note in dependencies.notes:
        say(f"  {note}")
    # The arguments have the developer's. pytest shortens long explanations of failures unless it runs in CI.
    environment = {**environment, "PYTEST_ADDOPTS": "", **{name: "true" for name in ("CI",) if _runs_in_ci()}}
    say(f"Remote arguments: {one_line(shlex.join(arguments), _LONGEST_SHOWN)}")
    run.start(root, files, dependencies=dependencies, arguments=arguments, environment=environment)


def _conclude(session: pytest.Session, reporter: Reporter, run: RemoteRun, end: EndedRun) -> None:
    """Reports what has no result, and ends the session as pytest did there."""
    recorded = end.recording
    stopped_here = reporter.must_stop
    explained = False
    if not (stopped_here or end.ended_by_pytest):
        explained = _report_missing(session, reporter, run, end)
    elif recorded.collect_reports:
        _report_uncollected(reporter, end)
    _add_suite_properties(session.config, end)
    if recorded.interrupted is not None and not stopped_here:
        _interrupt(session, recorded.interrupted)
    if recorded.internal_error is not None and not stopped_here:
        _fail_internally(session.config, recorded.internal_error)
    if stopped_here:
        _stop(session)
    code = end.finished.exit_code if end.finished and end.finished.phase == "tests" else None
    if recorded.stopped:
        raise session.Failed(recorded.stopped)
    if code == pytest.ExitCode.USAGE_ERROR:
        raise pytest.UsageError(
            f"Could not run the tests on the remote side: {clause(problem_of(end, 0) or '')}.{_usage(run.log)}"
        )
    problem = problem_of(end, session.testsfailed)
    if problem is not None and not explained:
        pytest.exit(f"The remote run failed: {problem}.", returncode=code or pytest.ExitCode.TESTS_FAILED)


def _stop(session: pytest.Session) -> None:
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    raise session.Interrupted(session.shouldstop)


def _report_missing(session: pytest.Session, reporter: Reporter, run: RemoteRun, end: EndedRun) -> bool:
    """Reports errors for tests without a result; whether there are any."""
    url = f" ({run.job.url})" if run.job else ""
    sections = [("Log (remote)", run.log)] if run.log.strip() else []
    missing = reporter.missing()
    for nodeid in missing:
        skipped = collect_report_of(end.recording, nodeid)
        if skipped is not None and skipped["report"]["outcome"] == "skipped":
            reporter.report_skipped(nodeid, skipped)
            continue
        text = f"It has no result: {missing_result(end, nodeid)}{url}."
        reporter.report_missing(nodeid, text, sections)
        sections = []  # once is enough
        if reporter.must_stop and end.job is not JobEnd.TIMED_OUT:
            _stop(session)
    return bool(missing)


def _report_uncollected(reporter: Reporter, end: EndedRun) -> None:
    """Errors for the tests of the files that could not be collected there. pytest ran no others, as it would have done here."""
    for nodeid in reporter.missing():
        event = collect_report_of(end.recording, nodeid)
        if event is not None and event["report"]["outcome"] == "failed":
            reporter.report_missing(nodeid, str(event.get("text") or event.get("message")))


def _interrupt(session: pytest.Session, event: dict[str, Any]) -> None:
    if event["by"] == "session":
        raise session.Interrupted(event["reason"])
    if event["by"] == "keyboard":
        raise KeyboardInterrupt(f"{event['reason']} (remote)")
    code = event.get("exitCode")
    pytest.exit(event["reason"], returncode=code if isinstance(code, int) else None)


def _fail_internally(config: pytest.Config, text: str) -> None:
    try:
        raise RuntimeError("the remote pytest had an internal error")
    except RuntimeError as error:  # it has a traceback only if it was raised
        config.hook.pytest_internalerror(excrepr=text, excinfo=pytest.ExceptionInfo.from_exception(error))
    pytest.exit("The remote pytest had an internal error.", returncode=pytest.ExitCode.INTERNAL_ERROR)


def _usage(log: str) -> str:
    """What pytest says about its arguments, or about a conftest.py."""
    lines = [line.strip() for line in log.splitlines()]
    found = [
        line
        for line in lines
        if line.lower().startswith(("error:", "e  ", "importerror", "__main__.py: error:")) or ": error:" in line
    ]
    return f" {one_line(' '.join(found), 600)}" if found else ""


def _add_suite_properties(config: pytest.Config, end: EndedRun) -> None:
    """What tests gave to record_testsuite_property, which no report has."""
    if end.junit is None or not end.junit.properties:
        return
    try:
        from _pytest.junitxml import xml_key
    except ImportError:
        return
    xml = config.stash.get(xml_key, None)
    if xml is not None:
        for name, value in end.junit.properties:
            xml.add_global_property(name, value)


def _all_arguments(config: pytest.Config) -> list[str]:
    """All arguments of this run in the order in which pytest reads them; later ones win."""
    given = [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *map(str, config.invocation_params.args)]
    parser = config._parser.optparser
    if parser.fromfile_prefix_chars:  # pytest 8.2 reads arguments from files
        given = list(parser._read_args_from_files(given))
    return [*config.getini("addopts"), *given]


def _argument_context(session: pytest.Session) -> ArgumentContext:
    config = session.config
    option = config.option
    chosen = any(option.__dict__.get(name) for name in ("lf", "failedfirst", "newfirst", "stepwise"))
    stop_after = None
    if option.__dict__.get("stepwise"):
        limits = [option.maxfail, 2 if option.stepwise_skip else 1]
        stop_after = min(limit for limit in limits if limit)
    actions = config._parser.optparser._actions
    return ArgumentContext(
        options=[Option(tuple(each.option_strings), each.dest, each.nargs) for each in actions if each.option_strings],
        rootdir=config.rootpath,
        directory=config.invocation_params.dir,
        ini_file=config.inipath,
        chosen=[item.nodeid for item in session.items] if chosen else None,
        stop_after=stop_after,
        writes_junit=bool(option.__dict__.get("xmlpath")),
    )


def _platform_name(root: Path) -> str:
    read_environment = importlib.import_module(".settings", __package__).read_environment
    return (read_environment(root).get("REMOTE_SPARK") or "fabric").strip().lower()


def _runs_in_ci() -> bool:
    """As pytest decides it: running_on_ci in _pytest/assertion/util.py."""
    return any(os.environ.get(name) for name in ("CI", "BUILD_NUMBER"))
