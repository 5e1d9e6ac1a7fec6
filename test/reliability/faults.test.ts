import assert from "node:assert/strict";
import type { TestWorkspace } from "../harness/workspace.ts";
import { disturbances } from "./disturbances.ts";
import { runJob } from "./job.ts";
import { problemsOf } from "./problems.ts";
import {
  allCases,
  type Outcome,
  referenceRequests,
  startJobWorkspace,
  titleOf,
  tryCase,
} from "./try-case.ts";

// Each kind of disturbance once, each at another request of the job. `npm run test:faults` tries every kind at every request.
describe("a job leaves nothing behind, makes nothing twice and claims no success that is none, where a request meets", () => {
  const kinds = Object.keys(disturbances);
  const outcomes = new Map<string, Outcome & { title: string }>();
  let workspaces: TestWorkspace[];

  before(async function () {
    this.timeout(180_000);
    workspaces = await Promise.all([startJobWorkspace(), startJobWorkspace()]);
    const cases = allCases(await referenceRequests(workspaces[0]!));
    const queue = kinds.entries();
    await Promise.all(
      workspaces.map(async (workspace) => {
        for (const [i, kind] of queue) {
          const ofKind = cases.filter((each) => each.kind === kind);
          const chosen = ofKind[(i * 7) % ofKind.length]!;
          outcomes.set(kind, { title: titleOf(chosen), ...(await tryCase(workspace, chosen)) });
        }
      }),
    );
  });

  after(() => Promise.all(workspaces.map((workspace) => workspace[Symbol.asyncDispose]())));

  for (const kind of kinds)
    it(kind, () => {
      const { problems, title, log } = outcomes.get(kind)!;
      assert.deepEqual(problems, [], `${title}\n${log}`);
    });

  it("and would be seen to, by what is left, what was there twice, a false success or an error that is no sentence", async () => {
    const [workspace] = workspaces;
    const job = await runJob(workspace!);
    const nothing = workspace!.emulator.ledger();
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
