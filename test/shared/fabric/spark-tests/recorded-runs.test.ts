// The entry point writes and this library reads: both are tested here on the results of real runs of pytest.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { judgeRun } from "../../../../shared/fabric/spark-tests/judge-run.ts";
import { runFiles, runRequest } from "../../../../shared/fabric/spark-tests/remote-run.ts";
import { readResults } from "../../../../shared/fabric/spark-tests/run-results.ts";

const root = path.resolve(import.meta.dirname, "../../../..");
const entryPoint = path.join(root, "pytest-plugin/src/pytest_fabric_spark/entry_point.py");
const folder = mkdtempSync(path.join(os.tmpdir(), "recorded-runs-"));
let runs = 0;

after(() => rmSync(folder, { recursive: true, force: true }));

/** What a run left: the exit code of its process, and its result files by their names. */
interface Left {
  files: Record<string, string>;
  exitCode: number | null;
  results: Record<string, Buffer | undefined>;
}

/** Runs a project's files as a job does. */
function execute(files: Record<string, string>, pytestArguments: string[] = []): Left {
  const run = path.join(folder, String(++runs));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(run, runFiles.project, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  const dependencies = { files: [], install: "none" as const, source: "nothing" };
  const request = runRequest("1", { dependencies, pytestArguments });
  writeFileSync(path.join(run, runFiles.request), JSON.stringify(request));
  copyFileSync(entryPoint, path.join(run, runFiles.entryPoint)); // Python looks for modules beside it
  const { status } = spawnSync(path.join(root, ".venv/bin/python"), [
    path.join(run, runFiles.entryPoint),
    run,
  ]);
  const results = [runFiles.finished, runFiles.events, runFiles.junit].map((name) => {
    const file = path.join(run, name);
    return [name, existsSync(file) ? readFileSync(file) : undefined];
  });
  return { files, exitCode: status, results: Object.fromEntries(results) };
}

function judge({ files, exitCode, results }: Left) {
  const judged = judgeRun(
    exitCode === 0 ? { state: "succeeded" } : { state: "failed", reason: `exit code ${exitCode}` },
    readResults({
      finished: results[runFiles.finished],
      events: results[runFiles.events],
      junit: results[runFiles.junit],
    }),
    { testFiles: Object.keys(files), allowSkipped: false, place: "sales/" },
  );
  const outcomes = judged.cases.map(({ name, outcome, message }) => [name, [outcome, message]]);
  return { judged, outcomes: Object.fromEntries(outcomes) };
}

function run(files: Record<string, string>, { pytestArguments = [] as string[] } = {}) {
  return judge(execute(files, pytestArguments));
}

describe("results of remote Spark tests", () => {
  it("have each kind of outcome with its reason", () => {
    const { judged, outcomes } = run({
      "tests/test_kinds.py": `
import pytest

@pytest.fixture
def broken():
    raise RuntimeError("no cluster")

@pytest.fixture
def breaks_later():
    yield
    raise RuntimeError("not closed")

class TestInner:
    class TestDeep:
        @pytest.mark.parametrize("value", ["a[b]", "x/y::z", "ü"])
        def test_ids(self, value, record_property):
            record_property("rows", 3)

def test_fails():
    print("rows: 1")
    assert 1 == 2

def test_setup(broken): pass
def test_teardown(breaks_later): pass
def test_both(breaks_later): assert 0
@pytest.mark.skip(reason="not here")
def test_skip(): pass
@pytest.mark.xfail(reason="known")
def test_xfail(): assert False
@pytest.mark.xfail(reason="known")
def test_xpass(): pass
@pytest.mark.xfail(strict=True, reason="known")
def test_xpass_strict(): pass
def test_subtests(subtests):
    for number in range(3):
        with subtests.test(number=number):
            assert number != 1
def test_skipped_subtest(subtests):
    with subtests.test():
        pytest.skip("not this one")
def test_warns():
    import warnings
    warnings.warn("slow")
`,
      "tests/test_skipped_file.py": 'import pytest\npytest.skip("no Delta", allow_module_level=True)\n',
    });
    assert.deepEqual(outcomes, {
      collection: ["skipped", "no Delta"],
      "TestInner::TestDeep::test_ids[a[b]]": ["passed", undefined],
      "TestInner::TestDeep::test_ids[x/y::z]": ["passed", undefined],
      "TestInner::TestDeep::test_ids[\\xfc]": ["passed", undefined],
      test_fails: ["failed", "assert 1 == 2"],
      test_setup: ["failed", "failed in its setup: RuntimeError: no cluster"],
      test_teardown: ["failed", "failed in its teardown: RuntimeError: not closed"],
      test_both: ["failed", "assert 0; failed in its teardown: RuntimeError: not closed"],
      test_skip: ["skipped", "not here"],
      test_xfail: ["skipped", "expected failure: known"],
      test_xpass: ["passed", undefined],
      test_xpass_strict: ["failed", "[XPASS(strict)] known"],
      test_subtests: ["failed", "assert 1 != 1; contains 1 failed subtest"],
      test_skipped_subtest: ["passed", undefined],
      test_warns: ["passed", undefined],
    });
    assert.equal(judged.state, "failed");
    assert.equal(judged.reason, "6 of its 15 tests failed; the first one, test_fails: assert 1 == 2");
    const failed = judged.cases.find(({ name }) => name === "test_fails")!;
    assert.equal(failed.className, "tests/test_kinds.py");
    assert.equal(failed.file, "sales/tests/test_kinds.py");
    assert.equal(failed.output, "Captured stdout call:\nrows: 1");
    assert.match(failed.trace!, />\s+assert 1 == 2/);
    assert.deepEqual(judged.cases.find(({ name }) => name.endsWith("[a[b]]"))!.properties, { rows: "3" });
  });

  it("succeed if everything passed, and fail if results.xml or a line of events.jsonl is replaced", () => {
    const left = execute({ "test_a.py": "def test_1(): pass\ndef test_2(): pass\n" });
    assert.equal(judge(left).judged.state, "succeeded");
    const changed = (name: string, change: (text: string) => string | undefined) => {
      const text = change(left.results[name]!.toString());
      const content = text === undefined ? undefined : Buffer.from(text);
      return judge({ ...left, results: { ...left.results, [name]: content } }).judged;
    };
    const cases: [string, (text: string) => string | undefined, RegExp][] = [
      [runFiles.junit, () => undefined, /^pytest ended, but wrote no results\.xml$/],
      [
        runFiles.junit,
        (text) => text.slice(0, -30),
        /^Could not read results\.xml, line 1: the file ends in the middle/,
      ],
      [
        runFiles.junit,
        () => '<!DOCTYPE a [<!ENTITY b "c">]><testsuites/>',
        /a document type \(DOCTYPE\) is refused/,
      ],
      [
        runFiles.junit,
        (text) => text.replace(/(name="test_2"[^>]*) \/>/, "$1><failure message='no'/></testcase>"),
        /^its results contradict each other: results\.xml says that test_a\.test_2 failed, and events\.jsonl that it passed$/,
      ],
      [
        runFiles.junit,
        (text) => text.replace(/<testcase [^>]*name="test_2"[^>]*>/, ""),
        /contradict each other: results\.xml has 1 test that passed, and events\.jsonl 2$/,
      ],
      [
        runFiles.events,
        (text) => text.replace('"outcome": "passed"', '"outcome": "great"'),
        /^its results contradict each other/,
      ],
      [
        runFiles.events,
        (text) => `${text}{"event": "later"}\n`,
        /^Could not read events\.jsonl of the run, line \d+: its event later is not known/,
      ],
      [
        runFiles.finished,
        () => undefined,
        /^the process of the tests ended during test_a\.py::test_2, although the job completed/,
      ],
      [
        runFiles.finished,
        (text) => text.replace("0", "1"),
        /^pytest ended with exit code 1, which means that tests failed, although none/,
      ],
      [
        runFiles.finished,
        (text) => text.replace("/1", "/2"),
        /^Could not read finished\.json of the run: its schema is not/,
      ],
    ];
    for (const [name, change, reason] of cases) {
      const judged = changed(name, change);
      assert.equal(judged.state, "failed", `${name} ${change}`);
      assert.match(judged.reason!, reason);
    }
    const withoutEvents = changed(runFiles.events, () => undefined);
    assert.equal(withoutEvents.state, "succeeded", "results.xml is enough");
    assert.equal(withoutEvents.cases.length, 2);
  });

  it("have an error for each test without a result if a test ends the process", () => {
    const { judged, outcomes } = run({
      "test_a.py": "import os\ndef test_1(): pass\ndef test_2(): os._exit(0)\ndef test_3(): pass\n",
    });
    const reason =
      "the process of the tests ended during test_a.py::test_2, although the job completed; look for what ends the process there";
    assert.deepEqual([judged.state, judged.reason], ["failed", reason]);
    assert.deepEqual(outcomes, {
      test_1: ["passed", undefined],
      test_2: ["failed", `It has no result: ${reason}.`],
      test_3: ["failed", `It has no result: ${reason}.`],
    });
  });

  it("say that tests did not run if pytest stopped at the first failure", () => {
    const { judged, outcomes } = run(
      { "test_a.py": "def test_1(): assert 0\ndef test_2(): pass\n" },
      { pytestArguments: ["-x"] },
    );
    assert.equal(judged.reason, "1 of its 2 tests failed; the first one, test_1: assert 0");
    assert.deepEqual(outcomes.test_2, [
      "skipped",
      "It did not run, because pytest ended early: stopping after 1 failures.",
    ]);
  });

  it("fail without tests, with skipped tests only, and if pytest cannot begin", () => {
    const files = { "test_a.py": 'import pytest\ndef test_1(): pytest.skip("no Delta")\n' };
    assert.equal(
      run(files).judged.reason,
      "its only test was skipped; set allowSkipped to true if that is intended",
    );
    assert.match(
      run(files, { pytestArguments: ["-k", "nothing"] }).judged.reason!,
      /^pytest collected no tests \(exit code 5\)/,
    );
    const { judged } = run({ ...files, "conftest.py": "import no_such_module_here\n" });
    assert.match(
      judged.reason!,
      /^pytest ended with exit code 4, .* could not load a conftest\.py; its output is in the log$/,
    );
    const collect = run(files, { pytestArguments: ["--collect-only"] });
    assert.deepEqual(collect.outcomes.test_1, [
      "failed",
      "It has no result: pytest ended before this test did.",
    ]);
  });

  it("fail if pytest calls no test, or ends before the tests do", () => {
    const files = { "test_a.py": "def test_1(): pass\n" };
    const setUp = run(files, { pytestArguments: ["--setup-plan"] });
    assert.equal(
      setUp.judged.reason,
      "its only test failed, although pytest ended with exit code 0; the first one, test_1: pytest set it up, but did not call it",
    );
    const ends = "import pytest\ndef test_1(): pytest.exit('enough', returncode=0)\ndef test_2(): pass\n";
    assert.equal(
      run({ "test_a.py": ends }).judged.reason,
      "2 of its 2 tests failed, although pytest ended with exit code 0; the first one, test_1: It has no result: pytest ended before this test did",
    );
  });

  it("name the file that cannot be imported", () => {
    const { judged, outcomes } = run({
      "test_a.py": "import no_such_module_here\n",
      "test_b.py": "def test_1(): pass\n",
    });
    assert.equal(judged.state, "failed");
    assert.equal(outcomes.collection![0], "failed");
    assert.match(outcomes.collection![1]!, /No module named 'no_such_module_here'/);
    assert.match(judged.reason!, /; the first one, the collection of test_a\.py: /);
    assert.equal(outcomes.test_1![0], "failed");
  });
});

describe("a remote run that left nothing", () => {
  const rules = { testFiles: ["test_a.py", "tests/b_test.py"], allowSkipped: false, place: "" };
  const nothing = { problems: [] };

  it("has an error for each test file with the reason of Spark if its job failed", () => {
    const { state, reason, cases } = judgeRun(
      { state: "failed", reason: "Spark_Ambiguous_MsSparkUtils: no memory" },
      nothing,
      rules,
    );
    assert.deepEqual(
      [state, reason],
      ["failed", "the job failed before pytest ran: Spark_Ambiguous_MsSparkUtils: no memory"],
    );
    assert.deepEqual(
      cases.map(({ name, outcome, message }) => [name, outcome, message]),
      ["test_a.py", "tests/b_test.py"].map((name) => [
        name,
        "failed",
        "It has no result: the job failed before pytest ran: Spark_Ambiguous_MsSparkUtils: no memory.",
      ]),
    );
  });

  it("fails if its job completed, and if it took too long", () => {
    assert.match(
      judgeRun({ state: "succeeded" }, nothing, rules).reason!,
      /^the entry point failed before pytest ran, although the job completed/,
    );
    const late = judgeRun(
      { state: "timedOut", reason: "it took longer than 30 min and was cancelled" },
      nothing,
      rules,
    );
    assert.deepEqual(
      [late.state, late.reason, late.cases.length],
      ["failed", "it took longer than 30 min and was cancelled", 2],
    );
  });

  it("has the sentence of the entry point if a dependency could not be installed", () => {
    const finished = {
      phase: "dependencies",
      exitCode: 1,
      message: "Could not install the dependencies: no such package.",
    };
    const { reason } = judgeRun({ state: "failed", reason: "exit code 1" }, { ...nothing, finished }, rules);
    assert.equal(reason, "Could not install the dependencies: no such package");
  });
});
