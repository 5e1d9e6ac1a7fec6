import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isContinuousIntegration } from "./continuous-integration.ts";

type Environment = Record<string, string | undefined>;

/**
 * Compares with a file that a person can read; `UPDATE_GOLDEN=1 npm test` writes it again.
 * @param test `import.meta.url` of the test: the file is in `golden/` beside it
 */
export function assertGolden(
  test: string,
  name: string,
  actual: string,
  environment: Environment = process.env,
): void {
  const file = path.join(path.dirname(fileURLToPath(test)), "golden", name);
  // An empty value would assert nothing, written or compared: what produces it is broken.
  assert.ok(actual?.trim(), `Could not compare with ${file}: the value is empty; correct what produces it.`);
  if (updatesGolden(environment)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.equal(actual, readFileSync(file, "utf8"), `differs from ${file}; UPDATE_GOLDEN=1 updates it`);
}

/**
 * Whether this run updates the golden files instead of comparing with them.
 * @throws AssertionError in continuous integration, where a test that rewrites what it is compared with could never fail
 */
export function updatesGolden(environment: Environment = process.env): boolean {
  const isAsked = environment.UPDATE_GOLDEN === "1";
  assert.ok(
    !isAsked || !isContinuousIntegration(environment),
    "Could not update the golden files: UPDATE_GOLDEN is set in continuous integration (CI); remove it there and update them on your machine.",
  );
  return isAsked;
}
