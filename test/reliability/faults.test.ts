import assert from "node:assert/strict";
import type { TestWorkspace } from "../harness/workspace.ts";
import { disturbances } from "./disturbances.ts";
import type { StageRecord } from "./job.ts";
import { jobs } from "./jobs.ts";
import { problemsOf } from "./problems.ts";
import { runJob } from "./run-job.ts";
import { type Case, casesOf, type Outcome, startJobWorkspace, titleOf, tryCase } from "./try-case.ts";

/** The cases that `npm test` tries, by title. */
const slice = jobs.flatMap((job) => job.slice.map((each) => `${job.name}: ${each}`));

// A fixed part of what `npm run test:faults` tries.
describe("disturbed jobs", () => {
  const outcomes = new Map<string, Outcome>();
  const chosen: Case[] = [];
  let all: Case[];
  let workspaces: TestWorkspace[];

  before(async function () {
    this.timeout(900_000);
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
    it(`a disturbed job leaves nothing behind, creates nothing twice and claims no false success in ${title}`, () => {
      const outcome = outcomes.get(title);
      assert.ok(outcome, "no job makes this request");
      assert.deepEqual(outcome.problems, [], outcome.log);
    });

  it("a disturbed job is tried in cases that contain each disturbance, each stage that makes requests and each request with an effect", () => {
    assert.deepEqual(new Set(chosen.map(({ kind }) => kind)), new Set(Object.keys(disturbances)));
    const stageOf = ({ job, stage }: Case) => `${job.name}: ${stage}`;
    assert.deepEqual(new Set(chosen.map(stageOf)), new Set(all.map(stageOf)));
    const requestOf = ({ request: { method, path } }: Case) => `${method} ${path}`;
    const effectOf = (each: Case) => `${stageOf(each)}, ${requestOf(each)}`;
    const effects = all.filter((each) => each.job.effects.includes(requestOf(each))).map(effectOf);
    const tried = new Set(chosen.map(effectOf));
    assert.deepEqual(
      [...new Set(effects)].filter((each) => !tried.has(each)),
      [],
    );
    for (const job of jobs)
      assert.deepEqual(
        new Set(
          effects.filter((each) => each.startsWith(`${job.name}: `)).map((each) => each.split(", ")[1]),
        ),
        new Set(job.effects),
      );
  });
});

describe("the problems of a job", () => {
  const jobNamed = (name: string) => jobs.find((job) => job.name === name)!;
  let workspace: TestWorkspace;
  before(async () => {
    workspace = await startJobWorkspace();
  });
  after(() => workspace[Symbol.asyncDispose]());

  it("the problems of a job are what it left behind or created twice, a false success and an error that is not a sentence", async () => {
    const job = await runJob(workspace, jobNamed("test"));
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
        duplicates: ["cluster a"],
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
    it(`counts among the problems of a job a deployed folder with ${name}`, async () => {
      const update = jobNamed("update");
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

  it("counts among the problems of a job a disturbed request that does not come", async () => {
    const request = { service: "databricks", method: "GET", path: "/api/2.0/nothing", nth: 1 } as const;
    const each: Case = {
      job: jobNamed("test"),
      stage: "DatabricksCreateCluster",
      request,
      kind: "slow answer",
    };
    assert.deepEqual((await tryCase(workspace, each)).problems, ["the request did not come"]);
  });
});
