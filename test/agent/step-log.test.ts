import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SecretMasker } from "../../local/agent/commands/secret-masker.ts";
import { StepLog } from "../../local/agent/step-log.ts";

describe("step logs", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "notebook-ops-test-"));
    file = path.join(folder, "logs", "step.log");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("the log of a step masks secrets in memory, in the file and in the lines that it passes on", () => {
    const masker = new SecretMasker();
    masker.add("hidden");
    const passedOn: string[] = [];
    const log = new StepLog(masker, { file, onLine: (line) => passedOn.push(line) });
    log.write("it is hidden");
    log.close();
    assert.deepEqual(
      [log.text(), readFileSync(file, "utf8"), ...passedOn],
      ["it is ***", "it is ***\n", "it is ***"],
    );
  });

  it("the log of a step keeps the last 4 MB in memory, and all of 10 MB in the file", () => {
    const log = new StepLog(new SecretMasker(), { file });
    for (let number = 0; number < 10_000; number++) log.write(`${number} `.padEnd(999, "x"));
    log.close();
    const text = log.text();
    assert.equal(text.length, 3_999_999);
    assert(text.startsWith("6000 ") && text.includes("\n9999 "));
    const written = readFileSync(file, "utf8");
    assert.equal(written.length, 10_000_000);
    assert(written.startsWith("0 x"));
  });
});
