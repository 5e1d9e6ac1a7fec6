import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { PipelineRecord } from "../../local/agent/run/run-types.ts";
import { assertNoSecretsOfRun } from "../harness/pipeline-secrets.ts";
import { root, runExample } from "./run-example.ts";

const example = path.join(root, "examples", "databricks-weather");

describe("the example's release pipeline", function () {
  this.timeout(600_000);
  let record: PipelineRecord;
  let output: string;

  before(async () => {
    ({ record, output } = await runExample("databricks-weather/azure-pipelines-release.yml"));
  });

  it("the example's release pipeline succeeds, and leaves nothing alive in the workspace", () => {
    assert.equal(record.result, "succeeded", output);
    assert.deepEqual(record.leftovers, []);
  });

  it("the example's release pipeline shows no secret on the terminal, in its record or on the disk", () => {
    assertNoSecretsOfRun({ output, record });
  });

  it("the example's release pipeline runs the deployed notebook without parameters, with the version of the released package", async () => {
    const source = await readFile(path.join(example, "notebooks", "weather-etl.py"), "utf8");
    assert.match(source, /text\("package_version", "0\.0\.0"/, "the sources are not pinned");
    const exitValue = JSON.parse(record.variables["DatabricksRunNotebook.ExitValue"]!);
    assert.equal(exitValue.package_version, "1.0.0");
    assert.equal(record.variables["NotebookDeployArtifact.DeployedPath"], "/Shared/production/weather");
  });

  it("the example's release pipeline tags the build with environment, package and version of the test, and with the deployment", () => {
    assert.match(output, /notebook-ops\.test-status_production_weather-model_1\.0\.0/);
    assert.match(output, /notebook-ops\.deployment_production_weather-model\b/);
  });

  it("the example's release pipeline deploys what it published, with the same name, version and digest", () => {
    const { variables } = record;
    assert.equal(variables["NotebookPublishArtifact.ArtifactName"], "weather-model");
    assert.equal(variables["NotebookPublishArtifact.ArtifactVersion"], "1.0.0");
    assert.match(variables["NotebookDeployArtifact.ArtifactDigest"]!, /^sha256:[0-9a-f]{64}$/);
    assert.equal(
      variables["NotebookDeployArtifact.ArtifactDigest"],
      variables["NotebookPublishArtifact.ArtifactDigest"],
    );
  });
});
