import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { notebookOps } from "./run-command.ts";

describe("wrong configs of the local workspace", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const wrong = `# a comment
feeds: weather
databricks:
  clusterStartSecond: 2
serviceConections: {}
`;
  const lines = (file: string) => `${file}:2: feeds is text; write a list.
${file}:4: unknown key "clusterStartSecond" in databricks; did you mean "clusterStartSeconds"?
${file}:5: unknown key "serviceConections"; did you mean "serviceConnections"?
`;

  it("a wrong config of notebook-ops emulator is reported with each problem in a line, and nothing starts", async () => {
    writeFileSync(path.join(folder, "local.yml"), wrong);
    assert.deepEqual(
      await notebookOps(["emulator", "--config", "local.yml", "--", "echo", "started"], { folder }),
      {
        exitCode: 2,
        out: "",
        err: lines("local.yml"),
      },
    );
  });

  it("a wrong config of a pipeline run is named by its path, and no step runs", async () => {
    const pipelines = path.join(folder, "pipelines");
    mkdirSync(pipelines);
    writeFileSync(path.join(pipelines, "azure-pipelines.yml"), "steps:\n  - script: echo started\n");
    writeFileSync(path.join(folder, "notebook-ops.local.yml"), wrong);
    assert.deepEqual(await notebookOps(["run", "pipelines/azure-pipelines.yml"], { folder }), {
      exitCode: 2,
      out: "",
      err: lines("notebook-ops.local.yml"),
    });
    assert.deepEqual(await notebookOps(["run", "azure-pipelines.yml"], { folder: pipelines }), {
      exitCode: 2,
      out: "",
      err: lines(path.join(folder, "notebook-ops.local.yml")),
    });
  });

  it("a missing config of the local workspace is reported in one sentence", async () => {
    assert.deepEqual(await notebookOps(["emulator", "--config", "nowhere.yml"], { folder }), {
      exitCode: 2,
      out: "",
      err: "Could not read the workspace's config nowhere.yml: there is no such file; give the path of a file in the format of notebook-ops.local.yml.\n",
    });
  });
});
