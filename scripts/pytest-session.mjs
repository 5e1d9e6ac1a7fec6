// node scripts/pytest-session.mjs: runs the project scripts/pytest-session by `pytest --remote` on the local workspace, and writes what pytest
// printed into pytest-plugin/README.md. The plugin is installed from its wheel. Only the paths of the temporary folder and of .venv are replaced.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pythonOf } from "./setup/python.mjs";
import { root } from "./setup.mjs";

const readMe = path.join(root, "pytest-plugin", "README.md");
const begin = "<!-- session:begin -->";
const end = "<!-- session:end -->";
const pytest = ["pytest", "--remote", "-k", "TestOrders", "-v"];

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "pytest-session-")));
try {
  const project = path.join(folder, "shop");
  cpSync(path.join(root, "scripts", "pytest-session"), project, { recursive: true });
  const python = pythonOf(root);
  run(python, ["-m", "hatchling", "build", "-t", "wheel", "-d", folder], {
    cwd: path.join(root, "pytest-plugin"),
  });
  const [wheel] = readdirSync(folder).filter((name) => name.endsWith(".whl"));
  const packages = path.join(folder, "packages");
  run(python, [
    ...["-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", packages],
    path.join(folder, wheel),
  ]);
  const command = path.join(root, "local", "cli", "main.ts");
  const config = path.join(project, "notebook-ops.local.yml");
  const output = run(
    process.execPath,
    [
      ...["--import", import.meta.resolve("tsx"), command, "emulator", "--config", config, "--"],
      ...[python, "-m", ...pytest],
    ],
    // A test of the project fails, as one of a reader's does.
    { cwd: project, env: { ...process.env, PYTHONPATH: packages, COLUMNS: "100" }, exitCode: 1 },
  );
  const session = `$ ${pytest.join(" ")}\n${output.replaceAll(folder, "/home/ada").replaceAll(root, "/home/ada/shop").replaceAll(/ +$/gm, "").trim()}`;
  const block = `${begin}\n\n\`\`\`console\n${session}\n\`\`\`\n\n${end}`;
  const text = readFileSync(readMe, "utf8");
  if (!text.includes(begin) || !text.includes(end))
    throw new Error(
      `Could not write the session: ${readMe} has no lines ${begin} and ${end}; write them into it.`,
    );
  writeFileSync(
    readMe,
    text.slice(0, text.indexOf(begin)) + block + text.slice(text.indexOf(end) + end.length),
  );
  console.log(session);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(command, args, { exitCode = 0, ...options } = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", ...options });
  if (error || status !== exitCode)
    throw new Error(
      `Could not record the session: ${path.basename(command)} ended with ${error ?? status}; correct what it printed:\n${stdout}${stderr}`,
    );
  return stdout;
}
