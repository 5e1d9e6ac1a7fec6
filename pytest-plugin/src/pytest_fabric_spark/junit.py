"""results.xml of a run, which says how tests ended if events.jsonl is missing, and must agree with it otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from .events import Event, ResultsError
from .sentences import could_not


@dataclass(frozen=True)
class JUnitCase:
    """A testcase. A test whose call and teardown failed has two of them."""

    class_name: str
    name: str
    seconds: float
    # Of xunit1; xunit2 has none.
    file: str | None
    # `failure`, `error` or `skipped`, with its type, message and text, in their order.
    problems: list[tuple[str, str, str, str]] = field(default_factory=list)
    output: dict[str, str] = field(default_factory=dict)
    properties: list[tuple[str, str]] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        kinds = {kind for kind, _, _, _ in self.problems}
        return "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"

    @property
    def full_name(self) -> str:
        return f"{self.class_name}.{self.name}"


@dataclass(frozen=True)
class JUnitResults:
    """What results.xml contains."""

    cases: list[JUnitCase]
    # Of the suite: record_testsuite_property.
    properties: list[tuple[str, str]]


def read_junit(content: bytes) -> JUnitResults:
    """Raises ResultsError if it is not what pytest writes, or counts more tests than it contains."""
    advice = "check that no test writes to the results folder of the run"
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ResultsError(could_not("read results.xml of the run", f"it is not valid XML ({error})", advice)) from error
    suites = [root] if root.tag == "testsuite" else root.findall("testsuite") if root.tag == "testsuites" else None
    if suites is None:
        raise ResultsError(could_not("read results.xml of the run", f"its root is {root.tag}, not testsuites", advice))
    cases = [_case(each) for suite in suites for each in suite.findall("testcase")]
    # pytest may count more tests than there are cases, such as subtests.
    if not cases and any(suite.get("tests", "0") not in ("0", "") for suite in suites):
        raise ResultsError(could_not("read results.xml of the run", "it counts tests and contains none", advice))
    return JUnitResults(cases, [each for suite in suites for each in _properties(suite)])


def _case(element: ElementTree.Element) -> JUnitCase:
    problems = [
        (each.tag, each.get("type") or "", each.get("message") or "", each.text or "")
        for each in element
        if each.tag in ("failure", "error", "skipped")
    ]
    output = {each.tag: each.text for each in element if each.tag in ("system-out", "system-err") and each.text}
    try:
        seconds = float(element.get("time") or 0)
    except ValueError:
        seconds = 0.0
    name, class_name = element.get("name") or "", element.get("classname") or ""
    return JUnitCase(class_name, name, seconds, element.get("file"), problems, output, _properties(element))


def _properties(element: ElementTree.Element) -> list[tuple[str, str]]:
    return [(each.get("name") or "", each.get("value") or "") for each in element.findall("properties/property")]


def junit_name(nodeid: str) -> str:
    """The class name and name that pytest gives a test in JUnit: mangle_test_address in src/_pytest/junitxml.py."""
    path, *names = nodeid.partition("[")[0].split("::")
    module = re.sub(r"\.py$", "", path).replace("/", ".")
    return ".".join([module, *names]) + nodeid[len(nodeid.partition("[")[0]) :]


def events_of(results: JUnitResults, nodeids: Iterable[str]) -> Iterator[Event]:
    """The events that pytest would have recorded, as far as JUnit tells. ``nodeids`` are those of the tests collected here."""
    known = {junit_name(nodeid): nodeid for nodeid in nodeids}
    for name, cases in groupby(results.cases, key=lambda case: case.full_name):
        attempts = list(cases)
        if any(message.startswith("collection ") for each in attempts for _, _, message, _ in each.problems):
            continue
        nodeid = known.get(name) or _nodeid(attempts[0])
        yield {"event": "started", "nodeid": nodeid}
        for report in _reports(nodeid, attempts):
            yield {"event": "report", "report": report, "text": report["longrepr"]}
        yield {"event": "ended", "nodeid": nodeid}


def _nodeid(case: JUnitCase) -> str:
    """The node id of a test that is not known here. Class names begin with upper case, those of modules do not."""
    parts = case.class_name.split(".")
    if case.file:
        module = re.sub(r"\.py$", "", case.file.replace("\\", "/")).count("/") + 1
        return "::".join([case.file.replace("\\", "/"), *parts[module:], case.name])
    module = next((at for at, part in enumerate(parts) if part[:1].isupper()), len(parts))
    return "::".join(["/".join(parts[:module]) + ".py", *parts[module:], case.name])


def _reports(nodeid: str, cases: list[JUnitCase]) -> Iterator[dict[str, Any]]:
    sections = [
        (f"Captured {stream} call", text)
        for each in cases
        for stream, text in (("stdout", each.output.get("system-out")), ("stderr", each.output.get("system-err")))
        if text
    ]

    def report(when: str, outcome: str, **values: Any) -> dict[str, Any]:
        return {
            "$report_type": "TestReport",
            "nodeid": nodeid,
            "location": [nodeid.partition("::")[0], None, nodeid.partition("::")[2].replace("::", ".") or nodeid],
            "keywords": {},
            "outcome": outcome,
            "longrepr": None,
            "when": when,
            "user_properties": cases[0].properties,
            "sections": sections if when != "setup" or outcome != "passed" else [],
            "duration": 0.0,
            **values,
        }

    problems = [problem for each in cases for problem in each.problems]
    seconds = sum(each.seconds for each in cases)
    setup = next(
        (text or message for kind, _, message, text in problems if kind == "error" and "on teardown" not in message), None
    )
    teardown = next(
        (text or message for kind, _, message, text in problems if kind == "error" and "on teardown" in message), None
    )
    skip = next(((kind, message, text) for tag, kind, message, text in problems if tag == "skipped"), None)
    failure = next((text or message for kind, _, message, text in problems if kind == "failure"), None)
    if setup is not None:
        yield report("setup", "failed", longrepr=setup, duration=seconds)
    elif skip is not None and skip[0] != "pytest.xfail":
        yield report("setup", "skipped", longrepr=_skip_location(nodeid, skip[1], skip[2]), duration=seconds)
    else:
        yield report("setup", "passed")
        if failure is not None:
            yield report("call", "failed", longrepr=failure, duration=seconds)
        elif skip is not None:
            yield report("call", "skipped", longrepr=skip[2] or skip[1], wasxfail=skip[1], duration=seconds)
        else:
            yield report("call", "passed", duration=seconds)
    yield report("teardown", "passed" if teardown is None else "failed", longrepr=teardown)


def _skip_location(nodeid: str, message: str, text: str) -> list[Any]:
    """File, line and reason, which JUnit has as `file:line: reason`."""
    found = re.match(r"(.*?):(\d+): ", text, re.DOTALL)
    file, line = (found.group(1), int(found.group(2))) if found else (nodeid.partition("::")[0], 0)
    return [file, line, f"Skipped: {message}"]


def contradiction(recorded: Iterable[tuple[str, str]], cases: Iterable[JUnitCase]) -> str | None:
    """How results.xml contradicts the recorded outcomes of tests (by their names in JUnit), as the end of a sentence, or None.

    A project may give its tests other names (record_xml_attribute), so that only outcomes can be counted.
    """
    ours, theirs = _worst(recorded), _worst((case.full_name, case.outcome) for case in cases)
    if ours.keys() == theirs.keys():
        for name, outcome in ours.items():
            if theirs[name] != outcome:
                return f"results.xml says that {name} {_verb(theirs[name])}, and events.jsonl that it {_verb(outcome)}"
        return None
    for outcome in ("failed", "skipped", "passed"):
        mine, other = (sum(each == outcome for each in found.values()) for found in (ours, theirs))
        if mine != other:
            tests = "1 test" if other == 1 else f"{other} tests"
            return f"results.xml has {tests} that {_verb(outcome, other)}, and events.jsonl {mine}"
    return None


def _verb(outcome: str, number: int = 1) -> str:
    return outcome if outcome != "skipped" else "was skipped" if number == 1 else "were skipped"


def _worst(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    order = ["passed", "skipped", "failed"]
    worst: dict[str, str] = {}
    for name, outcome in found:
        outcome = outcome if outcome in order else "failed"
        worst[name] = max(worst.get(name, "passed"), outcome, key=order.index)
    return worst
