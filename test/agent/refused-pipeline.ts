import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PipelineRefused } from "../../local/agent/yaml/problems.ts";
import { emptyHost, runFixture } from "./run-fixture.ts";

/**
 * Asserts that a pipeline is refused before anything is printed, with one sentence that starts with the name of its file.
 * @param files files beside the pipeline, such as templates
 */
export async function assertRefused(
  yaml: string,
  expected: RegExp,
  files: Record<string, string> = {},
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
  try {
    const file = path.join(folder, "pipeline.yml");
    writeFileSync(file, yaml);
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    let text = "";
    const connection = {
      ...{ id: "11111111-1111-4111-8111-111111111111", name: "weather-azure", type: "azurerm" },
      ...{ url: "https://management.azure.com/", data: {} },
      authorization: { scheme: "ServicePrincipal", parameters: {} },
    };
    const host = { ...emptyHost, variableGroups: { "weather-staging": {} }, endpoints: [connection] };
    await assert.rejects(runFixture(file, { host, onText: (all) => (text = all) }), (error: Error) => {
      assert(error instanceof PipelineRefused, error.stack);
      assert.match(error.message, expected);
      assert.match(error.message, /^[^\n]*\.yml:\d+:\d+: [^\n]*[.?]$/);
      return true;
    });
    assert.equal(text, "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
