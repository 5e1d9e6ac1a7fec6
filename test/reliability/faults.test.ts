import assert from "node:assert/strict";
import type { TestWorkspace } from "../harness/workspace.ts";
import { disturbances } from "./disturbances.ts";
import type { StageRecord } from "./jobs/job.ts";
import { problemsOf } from "./problems.ts";
import { runJob } from "./run-job.ts";
import { slice } from "./slice.ts";
import { type Case, casesOf, jobs, type Outcome, startJobWorkspace, titleOf, tryCase } from "./try-case.ts";

/** Requests after which something is there that was not there before, or is another version. */
const dangerous = [
  "POST /api/2.0/token/create",
  "POST /api/2.1/clusters/create",
  "POST /api/2.2/jobs/runs/submit",
  "POST /api/2.0/workspace/import",
  "PUT /{organisation}/_packaging/{feed}/upack/packages/{package}/versions/{version}",
];

// A fixed part of what `npm run test:faults` tries.
describe("A job leaves nothing behind, makes nothing twice, deploys a version whole or not at all and claims no success that is none in", () => {
  const outcomes = new Map<string, Outcome>();
  const chosen: Case[] = [];
  let all: Case[];
  let workspaces: TestWorkspace[];

  before(async function () {
    this.timeout(300_000);
    workspaces = await Promise.all([startJobWorkspace(), startJobWorkspace()]);
    all = [];
    for (const job of jobs) all.push(...(await casesOf(workspaces[0]!, job)));
    chosen.push(...all.filter((each) => slice.includes(titleOf(each))));
    const queue = chosen.values();
    await Promise.all(
      workspaces.map(async (workspace) => {
        for (const each of queue) outcomes.set(titleOf(each), await tryCase(workspace, each));
      }),
    );
  });

  after(() => Promise.all(workspaces.map((workspace) => workspace[Symbol.asyncDispose]())));

  for (const title of slice)
    it(title, () => {
      const outcome = outcomes.get(title);
      assert.ok(outcome, "no job makes this request");
      assert.deepEqual(outcome.problems, [], outcome.log);
    });

  it("these cases, which contain each disturbance, each stage that makes requests and each request that makes something", () => {
    const missing = (of: (each: Case) => string) => {
      const tried = new Set(chosen.map(of));
      return [...new Set(all.map(of))].filter((each) => !tried.has(each));
    };
    assert.deepEqual(new Set(chosen.map(({ kind }) => kind)), new Set(Object.keys(disturbances)));
    assert.deepEqual(
      missing(({ job, stage }) => `${job.name}: ${stage}`),
      [],
    );
    const isDangerous = ({ request: { method, path } }: Case) => dangerous.includes(`${method} ${path}`);
    const name = ({ job, stage, request: { method, path } }: Case) =>
      `${job.name}: ${stage}, ${method} ${path}`;
    const tried = new Set(chosen.map(name));
    assert.deepEqual(
      all.filter(isDangerous).filter((each) => !tried.has(name(each))),
      [],
    );
  });
});

describe("A broken job is noticed", () => {
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await startJobWorkspace();
  });
  after(() => workspace[Symbol.asyncDispose]());

  it("by what is left, what was there twice, a false success and an error that is not a sentence", async () => {
    const job = await runJob(workspace, jobs[0]!);
    assert.deepEqual(problemsOf(job), []);
    const nothing = workspace.emulator.ledger();
    const cluster = { id: "1", name: "lost", tags: {}, creator: "x", ageSeconds: 1, state: "RUNNING" };
    const [secrets, token, ...others] = job.stages;
    const failure: StageRecord = {
      ...secrets!,
      result: {
        ...secrets!.result,
        result: "failed",
        issues: [{ type: "error", message: "oops", properties: {} }],
      },
    };
    assert.deepEqual(
      problemsOf({
        ...job,
        left: { ...nothing, clusters: [cluster] },
        doubles: ["cluster a"],
        stages: [failure, { ...token!, ledger: nothing }, ...others],
      }),
      [
        "clusters still holds lost (1)",
        "there were two of cluster a at a moment",
        "DatabricksCreateBearerToken succeeded although the workspace says otherwise",
        'KeyVaultFetchSecrets failed, and says ["oops"] instead of one sentence',
      ],
    );
  });

  for (const [name, change, problem] of [
    [
      "a lock beside it",
      { "/Shared/production/weather.notebook-ops-lock": "{}" },
      /neither 1\.0\.0 nor 2\.0\.0/,
    ],
    [
      "a notebook of another version",
      { "/Shared/production/weather/etl": "half" },
      /neither 1\.0\.0 nor 2\.0\.0/,
    ],
  ] as const)
    it(`by a deployed folder with ${name}`, async () => {
      const update = jobs.find((job) => job.name === "update")!;
      const broken = {
        ...update,
        prepare: async (...given: Parameters<typeof update.prepare>) => {
          const prepared = await update.prepare(...given);
          return { ...prepared, observe: async () => ({ ...(await prepared.observe()), ...change }) };
        },
      };
      const problems = problemsOf(await runJob(workspace, broken));
      assert.match(problems[0]!, problem);
      assert.deepEqual(problems.slice(1), [
        "NotebookDeployArtifact succeeded although the workspace says otherwise",
        "NotebookDeployArtifact postjob succeeded although the workspace says otherwise",
      ]);
    });

  it("by a request that does not come", async () => {
    const [job] = jobs;
    const request = { service: "databricks", method: "GET", path: "/api/2.0/nothing", nth: 1 } as const;
    const each: Case = { job: job!, stage: "DatabricksCreateCluster", request, kind: "slow answer" };
    assert.deepEqual((await tryCase(workspace, each)).problems, ["the request did not come"]);
  });
});
