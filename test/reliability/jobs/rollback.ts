import { isOneOf, prepareUpdate, wholenessProblems } from "../deployment.ts";
import { type Job, postJobOf } from "../job.ts";

/** Deploys a version over the one before and is killed in the middle of the switch, so that its post-job step has to restore that one. */
export const job: Job = {
  name: "rollback",
  effects: ["POST /api/2.0/workspace/import"],
  slice: [
    "NotebookDeployArtifact postjob, GET /api/2.0/workspace/export #1: slow answer",
    "NotebookDeployArtifact postjob, POST /api/2.0/workspace/import #1: SIGKILL after the effect",
    "NotebookDeployArtifact postjob, POST /api/2.0/workspace/import #5: 429 with x-ms-retry-after-ms",
    "NotebookDeployArtifact postjob, POST /api/2.0/workspace/delete #4: 503 after the effect",
  ],
  stages: [
    {
      name: "NotebookDeployArtifact",
      task: "NotebookDeployArtifact",
      // The lock, four objects beside the target, the record; then the first object of the new version.
      interruption: {
        request: { service: "databricks", method: "POST", path: "/api/2.0/workspace/import", nth: 7 },
        fault: { when: "after", then: { signal: { pid: 0, name: "SIGKILL" } } },
      },
      isTrue: () => false,
    },
    { ...postJobOf("NotebookDeployArtifact"), isTrue: isOneOf("1.0.0") },
  ],
  async prepare(workspace, folder) {
    const prepared = await prepareUpdate(workspace, folder);
    return { ...prepared, problems: (products) => wholenessProblems(products, ["1.0.0"]) };
  },
};
