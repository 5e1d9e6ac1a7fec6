import assert from "node:assert/strict";
import { latestLatency, notebookHistories } from "../../../shared/results/notebook-history.ts";
import type { PastRun } from "../../../shared/results/past-run.ts";
import { releaseMatrices } from "../../../shared/results/release-matrix.ts";
import {
  mergeBySubject,
  type StatusRecord,
  type StatusResult,
} from "../../../shared/results/status-record.ts";
import { countOutcomes } from "../../../shared/results/test-case.ts";
import type { TestOutcome } from "../../../shared/results/test-outcome.ts";
import { recordOf } from "./status-record-of.ts";

const result = (name: string, outcome: TestOutcome, durationSeconds = 1): StatusResult => ({
  name,
  outcome,
  durationSeconds,
});

function withResults(record: StatusRecord, results: StatusResult[]): StatusRecord {
  return { ...record, results, counts: countOutcomes(results) };
}

function runOf(id: number, ...records: StatusRecord[]): PastRun {
  return { buildId: String(id), number: `20260302.${id}`, records };
}

describe("the history of notebooks", () => {
  it("the history of a notebook has a point for each run that contains the notebook", () => {
    const runs = [
      runOf(1, withResults(recordOf(), [result("etl", "passed", 40)])),
      runOf(2, withResults(recordOf(), [result("etl", "failed", 3), result("quality", "passed", 9)])),
      runOf(3),
      runOf(4, withResults(recordOf(), [result("etl", "passed", 44)])),
    ];
    const [etl, quality] = notebookHistories(runs);
    assert.deepEqual(
      etl!.points.map((point) => point?.outcome),
      ["passed", "failed", undefined, "passed"],
    );
    assert.deepEqual(
      quality!.points.map((point) => point?.durationSeconds),
      [undefined, 9, undefined, undefined],
    );
    assert.deepEqual([etl!.passed, etl!.ran], [2, 3]);
  });

  it("the history of a notebook contains the median time of the runs that passed", () => {
    const times = (...seconds: number[]) =>
      notebookHistories([
        runOf(0, withResults(recordOf(), [result("etl", "failed", 1)])),
        ...seconds.map((each, index) =>
          runOf(index + 1, withResults(recordOf(), [result("etl", "passed", each)])),
        ),
      ])[0]!.medianSeconds;
    assert.equal(times(), undefined);
    assert.equal(times(10), 10);
    assert.equal(times(30, 10), 20);
    assert.equal(times(30, 10, 90), 30);
  });

  it("a notebook has a history of its own for each environment", () => {
    const records = ["test", "staging"].map((environment) =>
      withResults(recordOf({ environment }), [result("etl", environment === "test" ? "passed" : "failed")]),
    );
    assert.deepEqual(
      notebookHistories([runOf(1, ...records)]).map(({ environment, passed }) => [environment, passed]),
      [
        ["test", 1],
        ["staging", 0],
      ],
    );
  });

  it("the history of notebooks separates notebooks of the same name by their files", () => {
    const files = ["a/etl.py", "b/etl.py"];
    const record = withResults(
      recordOf(),
      files.map((file) => ({ ...result("etl", "passed"), file })),
    );
    assert.deepEqual(
      notebookHistories([runOf(1, record)]).map(({ file, ran }) => [file, ran]),
      files.map((file) => [file, 1]),
    );
  });

  describe("of a validation of a streaming test", () => {
    type Run = { outcome: TestOutcome; latencySeconds?: number };
    const historyOf = (...runs: Run[]) =>
      notebookHistories(
        runs.map(({ outcome, latencySeconds }, index) => {
          const latency = latencySeconds === undefined ? {} : { latencySeconds };
          return runOf(index, withResults(recordOf(), [{ ...result("validate", outcome, 60), ...latency }]));
        }),
      )[0]!;
    const passed = (latencySeconds: number): Run => ({ outcome: "passed", latencySeconds });

    it("the history of a validation has the latencies of its runs, and shows the last one beside the median", () => {
      const history = historyOf(passed(2.5), passed(8), passed(3.2));
      assert.deepEqual(
        history.points.map((point) => point?.latencySeconds),
        [2.5, 8, 3.2],
      );
      assert.equal(latestLatency(history), "3.2 s, median 3.2 s");
    });

    it("the history of a validation has no median if only the last run measured a latency", () => {
      assert.equal(latestLatency(historyOf({ outcome: "failed" }, passed(2.5))), "2.5 s");
    });

    it("the history of a validation leaves runs without a latency out of the median", () => {
      const failed = { outcome: "failed" } as const;
      assert.equal(latestLatency(historyOf(passed(2), failed, passed(4), failed)), "failed, median 3 s");
      assert.equal(latestLatency(historyOf(passed(2), { outcome: "skipped" })), "skipped, median 2 s");
    });

    it("the history of a validation has no latency in batch mode", () => {
      assert.equal(historyOf({ outcome: "passed" }, { outcome: "passed" }).latency, undefined);
    });
  });

  it("the history of notebooks leaves out the test cases that notebooks reported", () => {
    const record = withResults(recordOf(), [result("etl", "passed"), result("etl / rows", "passed")]);
    assert.equal(notebookHistories([runOf(1, record)]).length, 1);
  });
});

describe("the matrix of a release", () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  let minute = 0;
  const proof = (version: string, environment: string, outcome: TestOutcome, content = "a") => {
    const finishedOn = new Date(Date.UTC(2026, 2, 2, 10, ++minute)).toISOString();
    const artifact = { name: "weather", version, digest: digest(content) };
    return withResults(recordOf({ artifact, environment, finishedOn }), [result("etl", outcome)]);
  };

  it("the matrix of a release lists versions from the newest, and environments in the order of promotion", () => {
    const [matrix] = releaseMatrices([
      runOf(
        1,
        proof("1.0.0", "test", "passed"),
        proof("1.0.0", "staging", "passed"),
        proof("1.0.0", "production", "passed"),
      ),
      runOf(2, proof("1.1.0", "staging", "failed", "b")),
    ]);
    assert.deepEqual(matrix!.environments, ["test", "staging", "production"]);
    assert.deepEqual(
      matrix!.versions.map(({ version, cells }) => [version, cells.map((cell) => cell?.outcome)]),
      [
        ["1.1.0", [undefined, "failed", undefined]],
        ["1.0.0", ["passed", "passed", "passed"]],
      ],
    );
  });

  it("the matrix of a release shows the last of several tests of a version in an environment", () => {
    const [matrix] = releaseMatrices([
      runOf(1, proof("1.0.0", "test", "failed")),
      runOf(2, proof("1.0.0", "test", "passed")),
    ]);
    const [cell] = matrix!.versions[0]!.cells;
    assert.equal(cell!.outcome, "passed");
    assert.equal(cell!.run.number, "20260302.2");
  });

  it("the matrix of a release separates two contents of the same version", () => {
    const [matrix] = releaseMatrices([
      runOf(1, proof("1.0.0", "test", "failed", "a"), proof("1.0.0", "test", "passed", "b")),
    ]);
    assert.deepEqual(
      matrix!.versions.map(({ digest }) => digest),
      [digest("b"), digest("a")],
    );
  });

  it("the matrix of a release leaves out runs without a package, such as those of pull requests", () => {
    assert.deepEqual(releaseMatrices([runOf(1, recordOf())]), []);
  });
});

describe("the records of a build", () => {
  it("the records of a build are merged by subject, in the order in which the subjects were tested", () => {
    const at = (environment: string, hour: number) =>
      recordOf({
        environment,
        startedOn: `2026-03-02T${hour}:00:00.000Z`,
        finishedOn: `2026-03-02T${hour}:30:00.000Z`,
      });
    const merged = mergeBySubject([at("staging", 12), at("test", 11), at("test", 10)]);
    assert.deepEqual(
      merged.map(({ environment, startedOn }) => [environment, startedOn]),
      [
        ["test", "2026-03-02T10:00:00.000Z"],
        ["staging", "2026-03-02T12:00:00.000Z"],
      ],
    );
  });
});
