// shared/task/setters.ts: which task sets which variable, for errors that name the step that is missing.

/** Where several tasks set a variable, the first of a pipeline is named. Names that the author of a pipeline chooses are left out. */
export function settersOf(tasks) {
  const setters = new Map();
  for (const { name: task, outputs } of tasks)
    for (const { name } of outputs)
      if (!name.startsWith("<") && !setters.has(name.toLowerCase())) setters.set(name.toLowerCase(), task);
  const lines = [...setters].map(([variable, task]) => `  ${variable}: "${task}",`);
  return new Map([
    [
      "shared/task/setters.ts",
      `// Generated from the tasks' outputs.json by scripts/generate.mjs.

/**
 * Which task sets which variable, by the variable's lower-cased name: so that an error can name the step that is missing. Kept here, not
 * read from the tasks, as a task must start quickly.
 */
export const setters: Readonly<Record<string, string>> = {
${lines.join("\n")}
};
`,
    ],
  ]);
}
