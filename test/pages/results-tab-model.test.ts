import assert from "node:assert/strict";
import type {
  Attachment,
  AttachmentService,
  RunReference,
} from "../../results-tab/attachments/attachment-service.ts";
import { filterGroups, resultsOf } from "../../results-tab/model/filter.ts";
import { loadHistory, loadRun } from "../../results-tab/model/load.ts";
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

/** What is attached to runs, by the runs' ids; newest first, as Azure DevOps lists them. */
function serviceOf(attached: Record<string, Attachment[]>): AttachmentService {
  return {
    attachments: async ({ buildId }) => attached[buildId] ?? assert.fail(`Run ${buildId} was asked for.`),
    lastRuns: async () => Object.keys(attached).map(runOf).reverse(),
  };
}

describe("the records of a run", () => {
  it("are read beside one that cannot be, of which a sentence tells", async () => {
    const service = serviceOf({ 9: [attachment("broken", "{"), record] });
    const { records, problems } = await loadRun(service, runOf("9"), never);
    assert.deepEqual(records, [recordOf()]);
    assert.match(problems.join(), /^The test status broken of run 20260302\.9 is not valid JSON/);
  });

  it("are read up to a number, each up to a size, and a sentence says so", async () => {
    const asked: [name: string, limitBytes: number][] = [];
    const counted = ["a", "b", "c"].map((name) => ({
      name,
      read: async (limitBytes: number) => {
        asked.push([name, limitBytes]);
        return JSON.stringify(recordOf({ environment: name }));
      },
    }));
    const limits = { records: 2, bytes: 1_000 };
    const { problems } = await loadRun(serviceOf({ 9: counted }), runOf("9"), never, limits);
    assert.deepEqual(asked, [
      ["a", 1_000],
      ["b", 1_000],
    ]);
    assert.deepEqual(problems, ["Run 20260302.9 has 3 test status records, of which the first 2 are shown."]);
  });

  it("are not shown when the page was left meanwhile", async () => {
    const leave = new AbortController();
    const read = async () => {
      leave.abort();
      return JSON.stringify(recordOf());
    };
    const service = serviceOf({ 9: [{ name: "record", read }] });
    await assert.rejects(loadRun(service, runOf("9"), leave.signal), { name: "AbortError" });
  });
});

describe("the history of a run", () => {
  it("has the runs with records, oldest first, and this run as it was read before", async () => {
    const service: AttachmentService = {
      ...serviceOf({ 8: [record], 9: [], 10: [record] }),
      lastRuns: async () => ["11", "10", "9", "8"].map(runOf),
    };
    const loaded = { records: [recordOf({ environment: "staging" })], problems: [] };
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

  it("is shown without a run that cannot be read, of which a sentence tells", async () => {
    const service: AttachmentService = {
      lastRuns: async () => ["10", "9"].map(runOf),
      attachments: async ({ buildId }) => {
        if (buildId === "9") throw new Error("Reading run 9 failed.");
        return [record, attachment("broken", "{")];
      },
    };
    const { runs, problems } = await loadHistory(service, runOf("11"), { records: [], problems: [] }, never);
    assert.deepEqual(
      runs.map(({ buildId }) => buildId),
      ["10"],
    );
    assert.equal(problems[0], "Reading run 9 failed.");
    assert.match(problems[1]!, /broken of run 20260302\.10 is not valid JSON/);
  });

  it("takes at most 20 records of 4 MB of each other run", async () => {
    const limits: number[] = [];
    const many = Array.from({ length: 21 }, (_, index) => ({
      name: `record ${index}`,
      read: async (limitBytes: number) => {
        limits.push(limitBytes);
        return JSON.stringify(recordOf());
      },
    }));
    await loadHistory(serviceOf({ 8: many }), runOf("9"), { records: [], problems: [] }, never);
    assert.deepEqual(limits, Array(20).fill(4 * 1024 * 1024));
  });

  it("is not shown when the page was left meanwhile", async () => {
    const leave = new AbortController();
    const service: AttachmentService = {
      lastRuns: async () => [runOf("8")],
      attachments: async () => {
        leave.abort();
        return [];
      },
    };
    const loaded = { records: [], problems: [] };
    await assert.rejects(loadHistory(service, runOf("9"), loaded, leave.signal), { name: "AbortError" });
  });
});

describe("the results that a filter shows", () => {
  const { groups } = recordView(recordOf(), "");
  const shown = (filter: Parameters<typeof filterGroups>[1]) =>
    resultsOf(filterGroups(groups, filter)).map(({ name }) => name);

  it("are all of them without outcome and words", () => {
    assert.equal(filterGroups(groups, { outcome: "all", words: " " }), groups);
  });

  it("have the outcome, and each stands without those of its group that have another", () => {
    assert.deepEqual(shown({ outcome: "skipped", words: "" }), ["station keeps its place"]);
  });

  it("have all the words in name, group, place or message, in any case", () => {
    assert.deepEqual(shown({ outcome: "all", words: "QUALITY 2015-07-15" }), ["minimum is below maximum"]);
    assert.deepEqual(shown({ outcome: "passed", words: "minimum" }), []);
  });
});
