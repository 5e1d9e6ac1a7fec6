/** A definition that is refused, or that shows what is just allowed. */
export interface Case {
  what: string;
  content: string;
  /** What the reader says after the name of the file. Undefined: it accepts the definition. */
  problem?: RegExp;
  /** Why the schema, which editors use, accepts what the reader refuses. */
  onlyReader?: string;
}

/** A definition with other lines at the top, and with no line of its own that those have. */
export function definition(lines: string): string {
  const own = {
    job: "job: { notebook: run }",
    iterations: "iterations: [{ name: A, produce: p, validate: v }]",
  };
  const missing = Object.entries(own).filter(([key]) => !new RegExp(`^${key}:`, "m").test(lines));
  return [lines, ...missing.map(([, line]) => line)].filter((line) => line !== "").join("\n");
}

export const job = (fields: string) => definition(`job: { ${fields} }`);
export const tasks = (...items: string[]) =>
  definition(`job:\n  tasks:\n${items.map((item) => `    - { ${item} }\n`).join("")}`);
export const produce = (value: string) =>
  definition(`iterations:\n  - name: A\n    validate: v\n    produce: ${value}`);
export const validate = (value: string) =>
  definition(`iterations:\n  - name: A\n    produce: p\n    validate: ${value}`);
export const files = (globs: string) => produce(`{ files: ${globs}, to: dbfs:/landing }`);
export const to = (folder: string) => produce(`{ files: a.json, to: ${folder} }`);
export const list = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index));
export const iterations = (count: number) =>
  definition(
    `iterations:\n${list(count, (index) => `  - { name: i${index}, produce: p, validate: v }\n`).join("")}`,
  );

export const comparison = "compares several items";
export const limits = "compares durations";
export const invisible = "knows all invisible characters";
export const windows = "knows the names that Windows does not allow";
