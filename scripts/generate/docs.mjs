// The READMEs of the tasks, and the tables of README.md, overview.md and docs/tasks.md between <!-- tasks:begin --> and <!-- tasks:end -->.
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Path from the root → content. */
export async function docsOf(root, tasks) {
  const files = new Map(tasks.map((task) => [`tasks/${task.name}/README.md`, readMe(task)]));
  for (const [file, content] of [
    ["README.md", overview(tasks, "docs/tasks.md")],
    ["overview.md", listing(tasks)],
    ["docs/tasks.md", tasks.map((task) => section(task, "##")).join("\n\n")],
  ])
    files.set(file, between(await readFile(path.join(root, file), "utf8"), content, file));
  return files;
}

function overview(tasks, details) {
  return table(
    ["task", "what it does", "sets"],
    tasks.map((task) => [
      `[${task.name}](${details}#${task.name.toLowerCase()})`,
      task.description,
      task.outputs.map(({ name }) => `\`${name}\``).join(", ") || "–",
    ]),
  );
}

/** Without links, because the Marketplace shows only what the extension packs. */
function listing(tasks) {
  return table(
    ["task", "what it does"],
    tasks.map((task) => [task.name, task.description]),
  );
}

function readMe(task) {
  return `<!-- Generated from task.json and outputs.json by scripts/generate.mjs. -->\n\n${section(task, "#")}\n`;
}

function section(task, heading) {
  const inputs = task.inputs.map(({ name, required, defaultValue, helpMarkDown, type, options }) => [
    `\`${name}\``,
    defaultOf({ required, defaultValue, type }),
    [
      helpMarkDown,
      options &&
        `One of ${Object.keys(options)
          .map((option) => `\`${option}\``)
          .join(", ")}.`,
    ]
      .filter(Boolean)
      .join(" "),
  ]);
  const outputs = task.outputs.map(({ name, description }) => [`\`${name}\``, description]);
  return [
    `${heading} ${task.name}`,
    task.description,
    `\`\`\`yaml\n${example(task)}\n\`\`\``,
    table(["input", "default", "meaning"], inputs),
    outputs.length > 0
      ? `${setVariables(task)}\n\n${table(["variable", "meaning"], outputs)}`
      : "It sets no variables.",
  ].join("\n\n");
}

function setVariables({ inputs }) {
  const secretsOnRequest = inputs.some(({ name }) => name === "setOutputs");
  const outputs = "as an output of the step for other jobs";
  return `It sets these variables, each as \`$(name)\` in the job and ${outputs}${secretsOnRequest ? "; secrets as outputs only if `setOutputs` is true" : ""}.`;
}

/** The step with what it cannot do without. */
function example({ name, version, inputs }) {
  const needed = inputs.filter(
    ({ required, defaultValue, visibleRule }) => required && !defaultValue && !visibleRule,
  );
  const lines = needed.map((input) => `    ${input.name}: # ${input.label.toLowerCase()}`);
  return [`- task: ${name}@${version.Major}`, ...(lines.length > 0 ? ["  inputs:", ...lines] : [])].join(
    "\n",
  );
}

function defaultOf({ required, defaultValue, type }) {
  if (defaultValue !== undefined && defaultValue !== "") return `\`${defaultValue}\``;
  if (type === "boolean") return "`false`";
  return required ? "required" : "–";
}

function table(columns, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |`;
  return [line(columns), `|${columns.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function between(text, content, file) {
  const marked = /(<!-- tasks:begin -->\n)[\s\S]*?(<!-- tasks:end -->)/;
  if (!marked.test(text))
    throw new Error(
      `Could not write the table of the tasks into ${file}: it has no lines <!-- tasks:begin --> and <!-- tasks:end -->; add them.`,
    );
  return text.replace(marked, (_all, begin, end) => `${begin}${content}\n${end}`);
}
