import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

export const taskType = "ms.vss-distributed-task.task";

/**
 * Every folder below tasks/ that has a task.json, with its outputs.json. In the order in which the extension lists them, which is that of a
 * pipeline and anyone's to change there; those that it does not list yet follow by name.
 */
export async function readTasks(root) {
  const extension = JSON.parse(await readFile(path.join(root, "vss-extension.json"), "utf8"));
  const listed = extension.contributions
    .filter(({ type }) => type === taskType)
    .map(({ properties }) => path.basename(properties.name));
  const names = (await readdir(path.join(root, "tasks")))
    .filter((name) => existsSync(path.join(root, "tasks", name, "task.json")))
    .sort();
  const ordered = [
    ...listed.filter((name) => names.includes(name)),
    ...names.filter((name) => !listed.includes(name)),
  ];
  return Promise.all(ordered.map((name) => readTask(path.join(root, "tasks", name))));
}

async function readTask(folder) {
  const outputs = path.join(folder, "outputs.json");
  return {
    ...JSON.parse(await readFile(path.join(folder, "task.json"), "utf8")),
    outputs: existsSync(outputs) ? JSON.parse(await readFile(outputs, "utf8")) : [],
  };
}
