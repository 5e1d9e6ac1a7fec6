import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const read = (...parts: string[]) => readFileSync(path.join(root, ...parts), "utf8");
const tasks = readdirSync(path.join(root, "tasks")).filter((name) => name.startsWith("Databricks"));
const connectionInputs = [...read("shared/databricks/connection.ts").matchAll(/[iI]nput\("(\w+)"\)/g)].map(
  ([, name]) => name!,
);

/** Names of inputs that the code of a task asks its host for. */
function inputsRead(task: string): string[] {
  const sources = readdirSync(path.join(root, "tasks", task)).filter((file) => file.endsWith(".ts"));
  const text = sources.map((file) => read("tasks", task, file)).join("\n");
  const own = [...text.matchAll(/\.(?:\w*[iI]nput|connection)(?:<[^>]*>)?\(\s*"(\w+)"/g)].map(
    ([, name]) => name!,
  );
  return [...own, ...(text.includes("connectWorkspace") ? connectionInputs : [])];
}

describe("task.json", () => {
  for (const task of tasks)
    it(`of ${task} declares the inputs that its code reads, and no others`, () => {
      const declared = (JSON.parse(read("tasks", task, "task.json")).inputs as { name: string }[]).map(
        (input) => input.name,
      );
      assert.deepEqual([...new Set(inputsRead(task))].sort(), declared.sort());
    });
});
