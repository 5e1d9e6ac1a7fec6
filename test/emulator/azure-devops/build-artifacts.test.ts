import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Emulator, startEmulator } from "../../../local/emulator/index.ts";
import { proves } from "../proof.ts";
import { connect, run } from "./node-client.ts";

describe("artifacts of pipeline runs, by azure-devops-node-api", () => {
  let workspace: Emulator;
  const folder = mkdtempSync(path.join(os.tmpdir(), "artifacts-"));

  before(async () => {
    mkdirSync(path.join(folder, "html"));
    writeFileSync(path.join(folder, "results.xml"), "<testsuites/>");
    writeFileSync(path.join(folder, "html", "report.html"), "<p>");
    workspace = await startEmulator({ config: { spark: { master: "none" } } });
    const { builds } = workspace.azureDevOps;
    const build = builds.add({ id: 42, definition: { id: 1, name: "release" } });
    const artifact = { type: "Container", recordId: "job-1", folder } as const;
    for (const name of ["test-report-1.0.0-qa", "drop", "drop"])
      builds.addArtifact(build, { ...artifact, name });
  });

  after(async () => {
    await workspace.stop();
    rmSync(folder, { recursive: true });
  });

  it("artifacts of pipeline runs are listed with their size and can be downloaded as an archive", async () => {
    const seen = (await run(
      workspace,
      `${connect}
      const builds = await api.getBuildApi();
      const listed = await builds.getArtifacts("local", 42);
      const one = await builds.getArtifact("local", 42, "test-report-1.0.0-qa");
      const zip = async (stream) => Buffer.concat(await stream.toArray()).toString("base64");
      const download = await api.rest.client.get(one.resource.downloadUrl);
      const bytes = [];
      for await (const chunk of download.message) bytes.push(chunk);
      answer([
        listed.map(({ id, name, source, resource }) => [id, name, source, resource.type, resource.properties.artifactsize]),
        one.name, await builds.getArtifact("local", 42, "none"),
        await zip(await builds.getArtifactContentZip("local", 42, "drop")), Buffer.concat(bytes).toString("base64"),
      ]);`,
    )) as [unknown, string, null, string, string];

    const [listed, name, missing, zip, download] = seen;
    assert.deepEqual(listed, [
      [1, "test-report-1.0.0-qa", "job-1", "Container", "16"],
      [2, "drop", "job-1", "Container", "16"],
    ]);
    assert.deepEqual([name, missing], ["test-report-1.0.0-qa", null]);
    const names = (base64: string) => Buffer.from(base64, "base64").toString("latin1");
    assert.match(names(zip), /^PK[\s\S]*drop\/html\/report\.html[\s\S]*drop\/results\.xml/);
    assert.match(names(download), /^PK[\s\S]*test-report-1\.0\.0-qa\/results\.xml/);
    proves(
      workspace,
      "azure-devops-node-api",
      "azure-devops GET /{organisation}/{project}/_apis/build/builds/{build}/artifacts",
    );
  });
});
