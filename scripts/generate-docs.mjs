// node scripts/generate-docs.mjs [--check]: the READMEs of the tasks, and the tables of README.md and docs/tasks.md between
// <!-- tasks:begin --> and <!-- tasks:end -->, from task.json and outputs.json. With --check it writes nothing and fails on a stale file.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Every generated file with the content that it should have: path from the root → text. */
export async function generateDocs() {
  const tasks = await readTasks();
  const files = new Map(tasks.map((task) => [`tasks/${task.name}/README.md`, readMe(task)]));
  for (const [file, content] of [
    ["README.md", overview(tasks, "docs/tasks.md")],
    ["docs/tasks.md", tasks.map((task) => section(task, "##")).join("\n\n")],
  ])
    files.set(file, between(await readFile(path.join(root, file), "utf8"), content, file));
  return files;
}

/** In the order in which the extension lists them, which is the one of a pipeline. */
async function readTasks() {
  const extension = JSON.parse(await readFile(path.join(root, "vss-extension.json"), "utf8"));
  const folders = extension.contributions
    .filter(({ type }) => type === "ms.vss-distributed-task.task")
    .map(({ properties }) => path.join(root, properties.name));
  return Promise.all(
    folders.map(async (folder) => {
      const outputs = path.join(folder, "outputs.json");
      return {
        ...JSON.parse(await readFile(path.join(folder, "task.json"), "utf8")),
        outputs: existsSync(outputs) ? JSON.parse(await readFile(outputs, "utf8")) : [],
      };
    }),
  );
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

function readMe(task) {
  return `<!-- Generated from task.json and outputs.json by scripts/generate-docs.mjs. -->\n\n${section(task, "#")}\n`;
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
      ? `It sets these variables, each as \`$(name)\` in the job and as an output of the step for other jobs.\n\n${table(["variable", "meaning"], outputs)}`
      : "It sets no variables.",
  ].join("\n\n");
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
    throw new Error(`${file} has no lines <!-- tasks:begin --> and <!-- tasks:end -->: add them.`);
  return text.replace(marked, (_all, begin, end) => `${begin}${content}\n${end}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const check = process.argv.includes("--check");
  const stale = [];
  for (const [file, content] of await generateDocs()) {
    const full = path.join(root, file);
    if (existsSync(full) && (await readFile(full, "utf8")) === content) continue;
    stale.push(file);
    if (!check) await writeFile(full, content);
  }
  if (check && stale.length > 0) {
    console.error(
      `${stale.join(", ")} differ from what the tasks declare: run node scripts/generate-docs.mjs.`,
    );
    process.exitCode = 1;
  } else
    console.log(stale.length > 0 ? `wrote ${stale.join(", ")}` : "the generated documentation is current");
}
