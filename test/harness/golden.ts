import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Compares with a file that a person can read; `UPDATE_GOLDEN=1 npm test` writes it anew.
 * @param test `import.meta.url` of the test: the file stands in `golden/` beside it
 */
export function assertGolden(test: string, name: string, actual: string): void {
  const file = path.join(path.dirname(new URL(test).pathname), "golden", name);
  if (process.env.UPDATE_GOLDEN === "1") {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.equal(actual, readFileSync(file, "utf8"), `differs from ${file}; UPDATE_GOLDEN=1 takes it over`);
}
