import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { counting, validating } from "../../tasks/databricks-run-streaming-test/streaming-test.ts";
import { type Job, postJobOf } from "../job.ts";

const definition = `name: Counting
job:
  notebook: stream
ready: { within: 60s }
iterations:
  - name: First line
    produce: { files: payload.json, to: "dbfs:/landing" }
    validate: { notebook: validate, parameters: { expected: 1 }, within: 30s }
`;

/** Starts a stream, uploads a payload for it and validates: nothing is left. */
export const job: Job = {
  name: "streaming",
  effects: [
    "POST /api/2.0/dbfs/mkdirs",
    "POST /api/2.0/dbfs/put",
    "POST /api/2.0/workspace/import",
    "POST /api/2.2/jobs/create",
    "POST /api/2.2/jobs/run-now",
    "POST /api/2.2/jobs/runs/submit",
  ],
  slice: [
    "DatabricksRunStreamingTest, POST /api/2.2/jobs/create #1: reset, and the effect comes later",
    "DatabricksRunStreamingTest, POST /api/2.2/jobs/create #1: SIGKILL after the effect",
    "DatabricksRunStreamingTest, POST /api/2.2/jobs/run-now #1: SIGTERM after the effect",
    "DatabricksRunStreamingTest, POST /api/2.2/jobs/run-now #1: {} in place of the answer",
    "DatabricksRunStreamingTest, POST /api/2.0/dbfs/put #1: 503, and the effect comes later",
    "DatabricksRunStreamingTest, POST /api/2.2/jobs/runs/submit #1: SIGKILL after the effect",
    "DatabricksRunStreamingTest, POST /api/2.2/jobs/runs/cancel #1: 503 after the effect",
    "DatabricksRunStreamingTest, POST /api/2.0/dbfs/mkdirs #1: 503 after the effect",
    "DatabricksRunStreamingTest, POST /api/2.0/workspace/import #1: reset after the effect",
    "DatabricksRunStreamingTest postjob, POST /api/2.0/workspace/delete #1: SIGKILL before the effect",
  ],
  stages: [
    {
      name: "DatabricksRunStreamingTest",
      task: "DatabricksRunStreamingTest",
      isTrue: ({ ledger, result }) =>
        ledger.runs.length === 0 &&
        ledger.jobs.length === 0 &&
        /^First line: validate: visible after /m.test(result.log),
    },
    {
      ...postJobOf("DatabricksRunStreamingTest"),
      isTrue: ({ ledger }) => ledger.runs.length + ledger.jobs.length + ledger.workspaceObjects.length === 0,
    },
  ],
  async prepare(workspace, folder) {
    const notebooks = path.join(folder, "notebooks");
    await mkdir(notebooks);
    const files = {
      "streaming.yml": definition,
      "payload.json": "x\n",
      "stream.py": counting,
      "validate.py": validating,
    };
    for (const [name, content] of Object.entries(files)) await writeFile(path.join(notebooks, name), content);
    return {
      secretVariables: { BearerToken: workspace.emulator.ready.databricksToken },
      inputs: () => ({ definition: path.join(notebooks, "streaming.yml"), serverless: "true" }),
      observe: async () => ({}),
      mayStay: () => false,
      problems: () => [],
      clear: async () => undefined,
    };
  },
};
