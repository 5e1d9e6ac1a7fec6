import assert from "node:assert/strict";
import path from "node:path";
import { HostileStage } from "./stage.ts";

/** The problem that the judge has to report for each fault of the task in `leaky`. */
const expected: Record<string, RegExp | undefined> = {
  none: undefined,
  "prints a command": /^main: executed ##vso\[task\.setvariable \{"variable":"EXECUTED/m,
  "sets a variable": /^main: set the variable PATH$/m,
  "uploads a file": /^main: executed ##vso\[task\.uploadfile/m,
  "reads a file": /^main: read .*canary$/m,
  "writes a file": /^main: write .*written$/m,
  "attaches a file": /^main: attached .*canary$/m,
  "copies a file": /^main: (read|write) .*canary$/m,
  "names an attachment": /^main: named an attachment in /m,
  "shows a secret": /^main: showed a secret in leak\.txt, as plain text$/m,
  "shows a secret as base64": /^main: showed a secret in leak\.txt, as base64$/m,
  "shows a secret as HTML in HTML": /^main: showed a secret in leak\.txt, as markup$/m,
};

describe("the judge of hostile runs", function () {
  this.timeout(60_000);
  for (const [fault, problem] of Object.entries(expected))
    it(problem ? `reports a task that ${fault}` : "reports nothing for a task without a fault", async () => {
      await using stage = await HostileStage.open(path.join(import.meta.dirname, "leaky"));
      const canary = path.join(stage.outside, "canary");
      const { problems, results } = await stage.try({ name: fault, options: { inputs: { fault, canary } } });
      if (problem) assert.match(problems.join("\n"), problem);
      else assert.deepEqual(problems, [], results[0]!.log);
    });
});
