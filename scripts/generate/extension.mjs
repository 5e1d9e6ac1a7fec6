// What vss-extension.json says of tasks: a contribution for each, and on which of them the tab "Notebooks" appears.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { taskType } from "./tasks.mjs";

/** By these outputs a task says that it attaches test results, which the tab shows. */
const resultOutputs = ["ResultsFile", "StatusRecord"];

export async function extensionOf(root, tasks) {
  const manifest = JSON.parse(await readFile(path.join(root, "vss-extension.json"), "utf8"));
  const others = manifest.contributions.filter(({ type }) => type !== taskType);
  for (const { type, properties } of others)
    if (type === "ms.vss-build-web.build-results-tab")
      properties.supportsTasks = tasks
        .filter(({ outputs }) => outputs.some(({ name }) => resultOutputs.includes(name)))
        .map(({ id }) => id);
  const contributions = [...tasks.map(contributionOf), ...others];
  return new Map([["vss-extension.json", { ...manifest, contributions }]]);
}

function contributionOf({ name }) {
  return {
    id: kebabCase(name),
    type: taskType,
    targets: ["ms.vss-distributed-task.tasks"],
    properties: { name: `tasks/${name}` },
  };
}

function kebabCase(name) {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}
