import { invalidParameter } from "../errors.ts";

interface Node {
  taskKey: string;
  dependsOn: readonly string[];
}

/** Refuses tasks that could never all run: keys that are not unique, dependencies that do not exist, and circles. */
export function requireGraph(tasks: readonly Node[]): void {
  const byKey = new Map(tasks.map((task) => [task.taskKey, task]));
  if (byKey.size < tasks.length) throw invalidParameter("Task keys must be unique within a run.");
  for (const { taskKey, dependsOn } of tasks) {
    const unknown = dependsOn.find((key) => !byKey.has(key));
    if (unknown) throw invalidParameter(`Task ${taskKey} depends on task ${unknown}, which does not exist.`);
  }
  const circle = circleOf(byKey);
  if (circle) throw invalidParameter(`The tasks depend on each other in a circle: ${circle.join(" → ")}.`); // unconfirmed wording
}

/** The keys of tasks of which each depends on the next, ending with the first; undefined if there are none. */
function circleOf(byKey: ReadonlyMap<string, Node>): string[] | undefined {
  const free = new Set<string>();
  const walk = (key: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    if (free.has(key)) return undefined;
    for (const next of byKey.get(key)?.dependsOn ?? []) {
      const circle = walk(next, [...path, key]);
      if (circle) return circle;
    }
    free.add(key);
    return undefined;
  };
  for (const key of byKey.keys()) {
    const circle = walk(key, []);
    if (circle) return circle;
  }
  return undefined;
}
