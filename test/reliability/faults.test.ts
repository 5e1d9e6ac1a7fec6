import assert from "node:assert/strict";
import type { TestWorkspace } from "../harness/workspace.ts";
import { disturbances } from "./disturbances.ts";
import { runJob } from "./job.ts";
import { problemsOf } from "./problems.ts";
import { allCases, type Case, referenceRequests, startJobWorkspace, titleOf, tryCase } from "./try-case.ts";

// Each kind of disturbance once, each at another request of the job. `npm run test:faults` tries every kind at every request.
describe("a job leaves nothing behind, makes nothing twice and claims no success that is none, where a request meets", () => {
  const kinds = Object.keys(disturbances);
  let workspace: TestWorkspace;
  let cases: Case[];

  before(async () => {
    workspace = await startJobWorkspace();
    cases = allCases(await referenceRequests(workspace));
  });

  after(() => workspace[Symbol.asyncDispose]());

  for (const [i, kind] of kinds.entries())
    it(kind, async () => {
      const ofKind = cases.filter((each) => each.kind === kind);
      const chosen = ofKind[(i * 7) % ofKind.length]!;
      const { problems, log } = await tryCase(workspace, chosen);
      assert.deepEqual(problems, [], `${titleOf(chosen)}\n${log}`);
    });
});

describe("the judge of such a job", () => {
  let workspace: TestWorkspace;

  beforeEach(async () => {
    workspace = await startJobWorkspace();
  });

  afterEach(() => workspace[Symbol.asyncDispose]());

  it("sees what is left, what was there twice, a false success and an error that is no sentence", async () => {
    const job = await runJob(workspace);
    const nothing = workspace.emulator.ledger();
    assert.deepEqual(problemsOf(job, nothing), []);

    const cluster = { id: "1", name: "lost", tags: {}, creator: "x", ageSeconds: 1, state: "RUNNING" };
    const [token, ...others] = job.stages;
    const falseSuccess = { ...token!, ledger: nothing };
    const result = {
      ...token!.result,
      result: "failed" as const,
      issues: [{ type: "error" as const, message: "oops", properties: {} }],
    };
    const broken = {
      ...job,
      doubles: ["cluster a"],
      stages: [falseSuccess, { ...token!, result }, ...others],
    };
    assert.deepEqual(problemsOf(broken, { ...nothing, clusters: [cluster] }), [
      "clusters still holds lost (1)",
      "there were two of cluster a at a moment",
      "DatabricksCreateBearerToken succeeded although the workspace says otherwise",
      'DatabricksCreateBearerToken failed, and says ["oops"] instead of one sentence',
    ]);
  });
});
