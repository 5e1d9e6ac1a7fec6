import assert from "node:assert/strict";
import type { EarlierBuild } from "../../../local/emulator/azure-devops/config.ts";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { ask } from "../ask.ts";
import { connect, run } from "./node-client.ts";

/** `list({ tagFilters: […] })` gives the ids of a list; the names are those of the REST API. */
const lists = `${connect}
  const builds = await api.getBuildApi();
  const names = ["definitions", "queues", "buildNumber", "minTime", "maxTime", "requestedFor", "reasonFilter", "statusFilter",
    "resultFilter", "tagFilters", "properties", "top", "continuationToken", "maxBuildsPerDefinition", "deletedFilter", "queryOrder",
    "branchName", "buildIds", "repositoryId", "repositoryType"];
  const page = (query = {}, project = "local") => builds.getBuilds(project, ...names.map((name) => query[name]));
  const ids = async (query, project) => (await page(query, project)).map(({ id }) => id);
  // BuildApi gives no continuation token, but its HTTP client gives the header.
  const all = async (query) => {
    const pages = [];
    for (let token = ""; token !== undefined; ) {
      const answer = await api.rest.client.get(url + "/local/_apis/build/builds?" + query + "&continuationToken=" + token);
      pages.push(JSON.parse(await answer.readBody()).value.map(({ id }) => id));
      token = answer.message.headers["x-ms-continuationtoken"];
    }
    return pages;
  };
`;

const definition = { id: 1, name: "release" };
const at = (hour: number) => `2026-11-20T${String(hour).padStart(2, "0")}:00:00Z`;

describe("the list of pipeline runs, by azure-devops-node-api", () => {
  let workspace: Emulator;

  const start = async (builds: EarlierBuild[]) => {
    const devops = { projects: ["other"], builds };
    workspace = await startEmulator({ config: { devops, spark: { master: "none" } } });
  };

  afterEach(() => workspace.stop());

  it("the list of pipeline runs begins with the last that finished and ends with those that run", async () => {
    await start([
      { id: 1, definition, finishTime: at(3) },
      { id: 2, definition, finishTime: at(1) },
    ]);
    workspace.azureDevOps.builds.start({
      ...{ id: 9, number: "9", definition, planId: "plan", reason: "manual" },
      ...{ sourceBranch: "refs/heads/main", sourceVersion: "0a1b2c" },
      repository: { id: "weather", name: "weather", type: "TfsGit" },
    });

    assert.deepEqual(await run(workspace, `${lists} answer(await ids());`), [1, 2, 9]);
  });

  it("the list of pipeline runs is sorted by the time that queryOrder names", async () => {
    await start([
      { id: 1, definition, queueTime: at(1), startTime: at(6), finishTime: at(8) },
      { id: 2, definition, queueTime: at(2), startTime: at(5), finishTime: at(9) },
      { id: 3, definition, queueTime: at(3), startTime: at(4), finishTime: at(7) },
    ]);

    const seen = await run(
      workspace,
      `${lists} answer(await Promise.all([2, 3, 4, 5, 6, 7].map((queryOrder) => ids({ queryOrder }))));`,
    );

    assert.deepEqual(seen, [
      [3, 1, 2],
      [2, 1, 3],
      [3, 2, 1],
      [1, 2, 3],
      [1, 2, 3],
      [3, 2, 1],
    ]);
  });

  it("the list of pipeline runs is limited by minTime and maxTime of the time by which it is sorted", async () => {
    await start([
      { id: 1, definition, queueTime: at(1), finishTime: at(9) },
      { id: 2, definition, queueTime: at(5), finishTime: at(6) },
    ]);

    const seen = await run(
      workspace,
      `${lists}
      const [three, seven] = [new Date("${at(3)}"), new Date("${at(7)}")];
      answer(await Promise.all([
        ids({ minTime: seven }), ids({ maxTime: seven }), ids({ minTime: three, queryOrder: 4 }),
        ids({ maxTime: three, queryOrder: 4 }), ids({ minTime: three, maxTime: seven, queryOrder: 4 }),
      ]));`,
    );

    assert.deepEqual(seen, [[1], [2], [2], [1], [2]]);
  });

  it("the list of pipeline runs has only those that fit each filter", async () => {
    await start([
      { id: 1, definition, tags: ["a", "b"], reason: "pullRequest", requestedFor: "Ada Lovelace" },
      {
        id: 2,
        definition: { id: 2, name: "other" },
        tags: ["a"],
        result: "failed",
        sourceBranch: "refs/heads/x",
      },
      { id: 3, definition, tags: ["b"], reason: "schedule", number: "20261120.3" },
    ]);

    const seen = await run(
      workspace,
      `${lists}
      answer(await Promise.all([
        { tagFilters: ["a"] }, { tagFilters: ["a", "b"] }, { tagFilters: ["A-tag-that-nothing-has"] },
        { definitions: [2] }, { reasonFilter: 256 }, { reasonFilter: 256 | 8 }, { resultFilter: 8 }, { resultFilter: 2 | 4 },
        { statusFilter: 2 }, { statusFilter: 1 }, { requestedFor: "Ada Lovelace" }, { branchName: "refs/heads/x" },
        { buildNumber: "2026*" }, { buildIds: [1, 3] }, { repositoryId: "other", repositoryType: "TfsGit" },
        { maxBuildsPerDefinition: 1 },
      ].map((query) => ids({ queryOrder: 5, ...query }))));`,
    );

    assert.deepEqual(seen, [
      [1, 2],
      [1],
      [],
      [2],
      [1],
      [1, 3],
      [2],
      [1, 3],
      [1, 2, 3],
      [],
      [1],
      [2],
      [3],
      [1, 3],
      [2],
      [1, 2],
    ]);
  });

  it("the list of pipeline runs has each of 10,000 once on its pages, though a run ends between two pages", async () => {
    await start(
      Array.from({ length: 10_000 }, (_, index) => ({
        ...{ id: index + 1, definition, tags: [index % 5 === 0 ? "tested" : "other"] },
        finishTime: new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3) * 1000).toISOString(),
      })),
    );
    const { builds, accessToken: token } = workspace.azureDevOps;
    const url = `${workspace.ready.devopsUrl}/local/_apis/build/builds?tagFilters=tested`;
    const found: number[] = [];
    const sizes: number[] = [];
    for (let next: string | undefined = ""; next !== undefined; ) {
      const { text, headers } = await ask(workspace, "GET", `${url}&continuationToken=${next}`, { token });
      const { value } = JSON.parse(text) as { value: { id: number }[] };
      found.push(...value.map(({ id }) => id));
      sizes.push(value.length);
      next = headers["x-ms-continuationtoken"] as string | undefined;
      builds.add({ id: 20_000 + sizes.length, definition, tags: ["tested"] });
    }

    const whole = `${workspace.ready.devopsUrl}/local/_apis/build/builds?$top=10000`;
    const { text } = await ask(workspace, "GET", whole, { token });
    assert.equal((JSON.parse(text) as { count: number }).count, 5000);
    assert.deepEqual(sizes, [1000, 1000]);
    assert.deepEqual(
      found,
      Array.from({ length: 2000 }, (_, index) => 9996 - index * 5),
    );
  });

  it("the list of pipeline runs gives pages by $top and continuation token in each order", async () => {
    await start([1, 2, 3, 4, 5].map((id) => ({ id, definition, finishTime: at(id === 3 ? 2 : id) })));

    const seen = await run(
      workspace,
      `${lists} answer([await all("$top=2"), await all("$top=2&queryOrder=finishTimeAscending"), await all("$top=5")]);`,
    );

    assert.deepEqual(seen, [[[5, 4], [3, 2], [1]], [[1, 2], [3, 4], [5]], [[5, 4, 3, 2, 1]]]);
  });

  it("the list of pipeline runs refuses values that the service does not know", async () => {
    await start([]);

    const seen = await run(
      workspace,
      `${lists}
      const refusals = [{ queryOrder: "newest" }, { deletedFilter: 7 }, { minTime: "soon" }, { continuationToken: "2" }, { top: "few" }];
      answer(await Promise.all(refusals.map((query) => refused(page(query)))));`,
    );

    assert.deepEqual(seen, [
      [400, "The value 'newest' of queryOrder is not valid."],
      [400, "The value '7' of deletedFilter is not valid."],
      [400, "The value 'soon' of minTime is not a time."],
      [400, "The continuation token '2' is not valid."],
      [400, "The value 'few' of $top is not a whole number."],
    ]);
  });
});
