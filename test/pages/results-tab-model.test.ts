import assert from "node:assert/strict";
import type {
  Attachment,
  AttachmentService,
  RunReference,
} from "../../results-tab/attachments/attachment-service.ts";
import { loadDetails, loadOutputs } from "../../results-tab/model/details.ts";
import { exportedNotebooks } from "../../results-tab/model/exported-notebooks.ts";
import { filterGroups } from "../../results-tab/model/filter.ts";
import { loadGates } from "../../results-tab/model/gates.ts";
import { lastGreenOf } from "../../results-tab/model/last-green.ts";
import { loadHistory, loadRun } from "../../results-tab/model/load.ts";
import { markedParts } from "../../results-tab/model/marked-parts.ts";
import { subjectsOfRun } from "../../results-tab/model/subject.ts";
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

describe("what the results tab reads of a run beside its records", () => {
  const megabyte = 1024 * 1024;
  const artifact = { name: "weather", version: "1.0.0", digest: `sha256:${"a".repeat(64)}` };
  const status = recordOf({ artifact });
  const run = runOf("9");
  const subjects = subjectsOfRun(run, {
    records: [status],
    attached: [{ step: "notebooks-1", record: status }],
    problems: [],
  });

  /** The names and limits with which attachments are read. */
  async function readsOf(
    load: (service: AttachmentService) => Promise<unknown>,
    names: readonly string[],
  ): Promise<[name: string, limitBytes: number][]> {
    const reads: [string, number][] = [];
    await load({
      attachments: async () =>
        names.map((name) => ({
          name,
          read: async (limitBytes: number) => {
            reads.push([name, limitBytes]);
            return "";
          },
        })),
      lastRuns: async () => [],
    });
    return reads;
  }
  const many = (name: string) => Array.from({ length: 41 }, () => name);

  it("the results tab reads at most 40 JUnit files of 16 MB of a run, of the steps that attached its records", async () => {
    const load = (service: AttachmentService) => loadDetails(service, subjects, never);
    assert.deepEqual(await readsOf(load, ["notebooks-1.xml", "notebooks-2.xml"]), [
      ["notebooks-1.xml", 16 * megabyte],
    ]);
    assert.equal((await readsOf(load, many("1/notebooks-1.xml"))).length, 40);
  });

  it("the results tab reads at most 40 reports of 32 MB of a run, of the steps that attached its records", async () => {
    const load = (service: AttachmentService) => loadOutputs(service, subjects, never);
    assert.deepEqual(await readsOf(load, ["notebooks-2.html", "notebooks-1.html"]), [
      ["notebooks-1.html", 32 * megabyte],
    ]);
    assert.equal((await readsOf(load, many("1/notebooks-1.html"))).length, 40);
  });

  it("the results tab reads at most 10 decisions of gates of 1 MB of a run", async () => {
    const load = (service: AttachmentService) => loadGates(service, run, subjects, never);
    const reads = await readsOf(load, many("gate.json"));
    assert.deepEqual([reads.length, reads[0]![1]], [10, megabyte]);
  });

  it("the results tab finds the pages of notebooks in a report by their files, the first of each, and none of a test", () => {
    const frame = (source: string, page: string) =>
      `<iframe data-source="${source}" srcdoc="${page}"></iframe>`;
    const report = `${frame("notebooks/weather-etl.py", "one")}${frame("notebooks/weather-etl.py", "two")}
      <div data-source="notebooks/weather-quality.py" srcdoc="three"></div>${frame("__proto__", "four")}`;
    assert.deepEqual([...exportedNotebooks(status, report)], [[status.results[0], { exportedHtml: "one" }]]);
  });

  it("the results tab compares an exit value only with earlier runs in the same environment", () => {
    const results = [{ name: "etl", outcome: "passed" as const, durationSeconds: 1 }];
    const past = (buildId: string, environment: string, exitValue: string) => ({
      buildId,
      number: buildId,
      records: [{ ...status, environment, results: [{ ...results[0]!, exitValue }] }],
    });
    const runs = [past("7", "qa", "seven"), past("8", "production", "eight"), past("10", "qa", "ten")];
    const green = lastGreenOf({ ...status, environment: "qa", results }, "9", runs);
    assert.deepEqual([...green.values()], [{ exitValue: "seven", run: "7" }]);
  });
});

describe("the marks of a search", () => {
  const marked = (text: string, ...words: string[]) =>
    markedParts(text, words).map(({ text, isMarked }) => (isMarked ? `[${text}]` : text));

  it("the marks of a search are on all words, in any case, with every character as it is", () => {
    assert.deepEqual(marked("Rows: a.b (c) AB", "a.b", "(c)", "rows"), [
      "[Rows]",
      ": ",
      "[a.b]",
      " ",
      "[(c)]",
      " AB",
    ]);
    assert.deepEqual(marked("text"), ["text"]);
  });

  it("the marks of a search are at most some hundreds in one text, which stays whole", () => {
    const parts = markedParts("ab".repeat(5_000), ["a"]);
    assert.ok(parts.length < 1_010);
    assert.equal(parts.map(({ text }) => text).join(""), "ab".repeat(5_000));
  });
});
