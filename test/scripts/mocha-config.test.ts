import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "..", "..");
const mocha = path.join(root, "node_modules", "mocha", "bin", "mocha.js");

/** The files whose tests `npx mocha` with these arguments would run. */
async function filesOf(...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [mocha, "--dry-run", "--reporter", "json", ...args],
    { cwd: root, maxBuffer: 64 * 1024 ** 2 },
  );
  const { tests } = JSON.parse(stdout) as { tests: { file: string }[] };
  return [...new Set(tests.map(({ file }) => path.relative(root, file)))].sort();
}

describe("npx mocha", () => {
  it("npx mocha runs only the file that it is given", async () => {
    assert.deepEqual(await filesOf("test/harness/secrets.test.ts"), ["test/harness/secrets.test.ts"]);
  });

  it("npx mocha runs only the files of the folder that a glob names", async () => {
    const files = await filesOf("test/harness/*.test.ts");
    assert.deepEqual(files, ["test/harness/golden.test.ts", "test/harness/secrets.test.ts"]);
  });

  it("npx mocha runs all files but the ignored ones if it is given none", async () => {
    const files = await filesOf("--ignore", "test/[!h]*/**");
    for (const folder of ["harness", "hostile"])
      assert.ok(
        files.some((file) => file.startsWith(`test/${folder}/`)),
        files.join("\n"),
      );
  });
});
