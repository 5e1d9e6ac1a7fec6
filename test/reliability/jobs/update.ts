import { isDeployed, isOneOf, newVersion, prepareUpdate } from "../deployment.ts";
import { type Job, postJobOf } from "../job.ts";

/** Deploys a version over the one before. */
export const job: Job = {
  name: "update",
  effects: ["POST /api/2.0/workspace/import"],
  slice: [
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #1: reset after the effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #1: SIGINT, and no answer nor effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #6: reset before the effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #6: 503, and the effect comes later",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #7: SIGINT after the effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #8: 429 with retry-after-ms",
    "NotebookDeployArtifact, POST /api/2.0/workspace/delete #1: SIGKILL after the effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/import #11: SIGKILL after the effect",
    "NotebookDeployArtifact, POST /api/2.0/workspace/delete #3: 503, and the effect comes later",
  ],
  stages: [
    { name: "NotebookDeployArtifact", task: "NotebookDeployArtifact", isTrue: isDeployed },
    { ...postJobOf("NotebookDeployArtifact"), isTrue: isOneOf("1.0.0", newVersion) },
  ],
  prepare: prepareUpdate,
};
