import assert from "node:assert/strict";
import type {
  Attachment,
  AttachmentService,
  RunReference,
} from "../../results-tab/attachments/attachment-service.ts";
import { filterGroups } from "../../results-tab/model/filter.ts";
import { loadHistory, loadRun } from "../../results-tab/model/load.ts";
import { resultsOf } from "../../shared/results/report/order.ts";
import { recordView } from "../../shared/results/report/record-view.ts";
import { recordOf } from "../shared/results/status-record-of.ts";

const never = new AbortController().signal;
const runOf = (buildId: string): RunReference => ({
  buildId,
  number: `20260302.${buildId}`,
  definitionId: "12",
  isCompleted: true,
});
const attachment = (name: string, text: string): Attachment => ({ name, read: async () => text });
const record = attachment("record", JSON.stringify(recordOf()));

/** A service with the attachments of runs by build id. It lists the newest run first, as Azure DevOps does. */
function serviceOf(attached: Record<string, Attachment[]>): AttachmentService {
  return {
    attachments: async ({ buildId }) => attached[buildId] ?? assert.fail(`Run ${buildId} was asked for.`),
    lastRuns: async () => Object.keys(attached).map(runOf).reverse(),
  };
}

describe("loadRun", () => {
  it("loadRun reads the other records if one is broken, and says which", async () => {
    const service = serviceOf({ 9: [attachment("broken", "{"), record] });
    const { records, problems } = await loadRun(service, runOf("9"), never);
    assert.deepEqual(records, [recordOf()]);
    assert.match(
      problems.join(),
      /^Could not read the test status broken of run 20260302\.9: it is not valid JSON/,
    );
  });

  it("loadRun reads a limited number of records of a limited size, and says so", async () => {
    const reads: [name: string, limitBytes: number][] = [];
    const counted = ["a", "b", "c"].map((name) => ({
      name,
      read: async (limitBytes: number) => {
        reads.push([name, limitBytes]);
        return JSON.stringify(recordOf({ environment: name }));
      },
    }));
    const limits = { records: 2, bytes: 1_000 };
    const { problems } = await loadRun(serviceOf({ 9: counted }), runOf("9"), never, limits);
    assert.deepEqual(reads, [
      ["a", 1_000],
      ["b", 1_000],
    ]);
    assert.deepEqual(problems, ["Run 20260302.9 has 3 test status records, of which the first 2 are shown."]);
  });

  it("loadRun throws AbortError if the user leaves the page meanwhile", async () => {
    const controller = new AbortController();
    const read = async () => {
      controller.abort();
      return JSON.stringify(recordOf());
    };
    const service = serviceOf({ 9: [{ name: "record", read }] });
    await assert.rejects(loadRun(service, runOf("9"), controller.signal), { name: "AbortError" });
  });
});

describe("loadHistory", () => {
  it("loadHistory returns the runs with records, oldest first, and this run as it was loaded before", async () => {
    const service: AttachmentService = {
      ...serviceOf({ 8: [record], 9: [], 10: [record] }),
      lastRuns: async () => ["11", "10", "9", "8"].map(runOf),
    };
    const loaded = { records: [recordOf({ environment: "staging" })], attached: [], problems: [] };
    const { runs, problems } = await loadHistory(service, runOf("11"), loaded, never);
    assert.deepEqual(
      runs.map(({ buildId, records }) => [buildId, records[0]?.environment]),
      [
        ["8", undefined],
        ["10", undefined],
        ["11", "staging"],
      ],
    );
    assert.deepEqual(problems, []);
  });

  it("loadHistory leaves out a run that cannot be read, and says which", async () => {
    const service: AttachmentService = {
      lastRuns: async () => ["10", "9"].map(runOf),
      attachments: async ({ buildId }) => {
        if (buildId === "9") throw new Error("Could not read run 9.");
        return [record, attachment("broken", "{")];
      },
    };
    const { runs, problems } = await loadHistory(
      service,
      runOf("11"),
      { records: [], attached: [], problems: [] },
      never,
    );
    assert.deepEqual(
      runs.map(({ buildId }) => buildId),
      ["10"],
    );
    assert.equal(problems[0], "Could not read run 9.");
    assert.match(problems[1]!, /broken of run 20260302\.10: it is not valid JSON/);
  });

  it("loadHistory reads at most 20 records of 4 MB of each other run", async () => {
    const limits: number[] = [];
    const many = Array.from({ length: 21 }, (_, index) => ({
      name: `record ${index}`,
      read: async (limitBytes: number) => {
        limits.push(limitBytes);
        return JSON.stringify(recordOf());
      },
    }));
    await loadHistory(serviceOf({ 8: many }), runOf("9"), { records: [], attached: [], problems: [] }, never);
    assert.deepEqual(limits, Array(20).fill(4 * 1024 * 1024));
  });

  it("loadHistory throws AbortError if the user leaves the page meanwhile", async () => {
    const controller = new AbortController();
    const service: AttachmentService = {
      lastRuns: async () => [runOf("8")],
      attachments: async () => {
        controller.abort();
        return [];
      },
    };
    const loaded = { records: [], attached: [], problems: [] };
    await assert.rejects(loadHistory(service, runOf("9"), loaded, controller.signal), { name: "AbortError" });
  });
});

describe("filterGroups", () => {
  const { groups } = recordView(recordOf(), "");
  const shown = (filter: Parameters<typeof filterGroups>[1]) =>
    resultsOf(filterGroups(groups, filter)).map(({ name }) => name);

  it("filterGroups returns all groups without outcome and words", () => {
    assert.equal(filterGroups(groups, { outcome: "all", words: " " }), groups);
  });

  it("filterGroups returns only the results of an outcome, without the others of their group", () => {
    assert.deepEqual(shown({ outcome: "skipped", words: "" }), ["station keeps its place"]);
  });

  it("filterGroups returns the results that contain all words in name, group, place or message, without case", () => {
    assert.deepEqual(shown({ outcome: "all", words: "QUALITY 2015-07-15" }), ["minimum is below maximum"]);
    assert.deepEqual(shown({ outcome: "passed", words: "minimum" }), []);
  });
});
