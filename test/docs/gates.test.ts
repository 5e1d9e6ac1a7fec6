import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { evaluate } from "../../local/agent/expressions/evaluate.ts";
import type { Value } from "../../local/agent/expressions/values.ts";
import type { EarlierBuild } from "../../local/emulator/azure-devops/config.ts";
import { projectId } from "../../local/emulator/azure-devops/urls.ts";
import { passedTag, statusTag } from "../../shared/results/status-tag.ts";
import { askAzureDevOps } from "../harness/azure-devops-api.ts";
import { startWorkspace } from "../harness/workspace.ts";

const root = path.join(import.meta.dirname, "..", "..");
const page = readFileSync(path.join(root, "docs", "gates.md"), "utf8");

/** A block of the page, which a comment before it names. */
function block(name: string): string {
  const found = new RegExp(`<!-- ${name} -->\\n\\n\`\`\`text\\n(.*)\\n\`\`\``).exec(page);
  assert.ok(found, `docs/gates.md has no block "${name}"`);
  return found[1]!;
}

const tested = { artifact: { name: "weather", version: "1.2.7", digest: "" }, environment: "qa" };
const status = statusTag(tested);
const passed = passedTag(tested);

/** What Azure Pipelines puts into the fields of the check, as the variables of run 345 with the build number 1.2.7. */
const expand = (text: string) =>
  text
    .replaceAll("$(system.TeamProjectId)", projectId)
    .replaceAll("$(Build.BuildId)", "345")
    .replaceAll("$(Build.BuildNumber)", "1.2.7");

/** What the check decides if these runs exist, by its URL and its criterion as they are in the page. */
async function check(form: "own run" | "newest run", builds: EarlierBuild[]): Promise<Value> {
  await using workspace = await startWorkspace({ devops: { builds } });
  const url = expand(block(`url: ${form}`));
  const criterion = expand(block(`criterion: ${form}`));
  assert.doesNotMatch(url + criterion, /\$\(/, "variables that a check does not know");
  const body = await askAzureDevOps<Value>(workspace, "GET", `/${url}`);
  return evaluate(criterion, { names: { root: body } });
}

const definition = { id: 12, name: "weather" };
const at = (hour: number) => ({
  startTime: `2026-11-20T${hour}:00:00Z`,
  finishTime: `2026-11-20T${hour}:30:00Z`,
});
const run = (changes: Partial<EarlierBuild>): EarlierBuild => ({
  id: 345,
  definition,
  ...at(10),
  ...changes,
});

describe("the check Invoke REST API of docs/gates.md", () => {
  describe("for a run that tests and deploys", () => {
    it("is met if the version passed in this run", async () => {
      assert.equal(await check("own run", [run({ tags: [status, passed] })]), true);
    });

    it("is not met if the version failed, was not tested, or is another one", async () => {
      assert.equal(await check("own run", [run({ tags: [status] })]), false, "failed");
      assert.equal(await check("own run", [run({ tags: [] })]), false, "not tested");
      const other = passedTag({ ...tested, artifact: { ...tested.artifact, version: "1.2.8" } });
      assert.equal(await check("own run", [run({ tags: [other] })]), false, "another version");
      const elsewhere = passedTag({ ...tested, environment: "dev" });
      assert.equal(await check("own run", [run({ tags: [elsewhere] })]), false, "another environment");
    });

    it("is not met by the tag of another run", async () => {
      assert.equal(await check("own run", [run({}), run({ id: 300, tags: [status, passed] })]), false);
    });
  });

  describe("for a version that another pipeline tests", () => {
    it("is met if the version passed in the newest run that tested it", async () => {
      const runs = [run({ id: 300, tags: [status] }), run({ id: 301, ...at(12), tags: [status, passed] })];
      assert.equal(await check("newest run", runs), true);
    });

    it("is not met if a newer run failed", async () => {
      const runs = [run({ id: 300, tags: [status, passed] }), run({ id: 301, ...at(12), tags: [status] })];
      assert.equal(await check("newest run", runs), false);
    });

    it("is not met if the version was never tested, or only another one", async () => {
      assert.equal(await check("newest run", []), false);
      const other = { ...tested, artifact: { ...tested.artifact, version: "1.2.70" } };
      assert.equal(await check("newest run", [run({ tags: [statusTag(other), passedTag(other)] })]), false);
    });

    it("is not met by a run of another pipeline", async () => {
      const forged = run({ id: 301, definition: { id: 13, name: "weather" }, tags: [status, passed] });
      assert.equal(await check("newest run", [forged]), false);
    });

    it("is decided neither by a pull request nor by another branch", async () => {
      const main = run({ id: 300, tags: [status] });
      const later = { id: 301, ...at(12), tags: [status, passed] };
      for (const sourceBranch of ["refs/pull/7/merge", "refs/heads/feature"])
        assert.equal(await check("newest run", [main, run({ ...later, sourceBranch })]), false, sourceBranch);
    });

    it("is not met if retention has deleted the run", async () => {
      assert.equal(await check("newest run", [run({ tags: [status, passed], deleted: true })]), false);
    });
  });
});

describe("the pipelines of docs/gates.md", () => {
  for (const [, yaml] of page.matchAll(/```yaml\n(.*?)```/gs)) {
    const name = yaml!.split("\n")[0]!.trim();
    it(`the block that begins with "${name}" has only inputs that the tasks have`, () => {
      const check = (value: unknown): void => {
        if (typeof value !== "object" || value === null) return;
        const { task, inputs = {} } = value as { task?: string; inputs?: object };
        if (typeof task === "string") {
          const file = path.join(root, "tasks", task.replace("@1", ""), "task.json");
          const known = JSON.parse(readFileSync(file, "utf8")).inputs.map(
            (input: { name: string }) => input.name,
          );
          for (const input of Object.keys(inputs)) assert.ok(known.includes(input), `${task}: ${input}`);
        }
        Object.values(value).forEach(check);
      };
      check(parse(yaml!));
    });
  }
});
