import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");

describe("the generated documentation", () => {
  it("is what the tasks declare (node scripts/generate-docs.mjs)", async () => {
    const { generateDocs } = (await import(path.join(root, "scripts/generate-docs.mjs"))) as {
      generateDocs(): Promise<Map<string, string>>;
    };
    for (const [file, content] of await generateDocs())
      assert.equal(await readFile(path.join(root, file), "utf8"), content, `${file} is stale`);
  });
});
