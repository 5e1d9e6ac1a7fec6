import assert from "node:assert/strict";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");

describe("generated files", () => {
  it("the generated files match the tasks' declarations (node scripts/generate.mjs)", async () => {
    const { generatedFiles, isCurrent } = (await import(path.join(root, "scripts/generate.mjs"))) as {
      generatedFiles(): Promise<Map<string, string | object>>;
      isCurrent(file: string, content: string | object): Promise<boolean>;
    };
    for (const [file, content] of await generatedFiles())
      assert.ok(await isCurrent(file, content), `${file} is not current`);
  });
});
