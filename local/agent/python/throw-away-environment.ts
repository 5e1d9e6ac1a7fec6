import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { consoleScripts, scriptFile } from "./console-scripts.ts";
import type { Interpreter } from "./interpreters.ts";

const run = promisify(execFile);
const isWindows = process.platform === "win32";

/** A virtual environment into which the steps of one job install, instead of into a Python of the machine. */
export interface ThrowAwayEnvironment {
  interpreter: Interpreter;
  folder: string;
  /** The folder with `python` and `pip`. */
  scripts: string;
}

/** Where the Python of a job is. */
export interface PythonFolders {
  /** Agent.ToolsDirectory */
  tools: string;
  /** PYTHONUSERBASE */
  userBase: string;
}

/**
 * Makes the environment of an interpreter in a folder `name` of the tools of a job, or finds the one that an earlier step made.
 *
 * The packages that the interpreter has can be imported, but pip does not change them: it regards everything outside of a virtual environment
 * as not its own (`Not uninstalling …, outside environment …`, UninstallPathSet of pip/_internal/req/req_uninstall.py), and installs
 * another version beside it, which comes first.
 */
export async function environmentOf(
  interpreter: Interpreter,
  { tools, userBase }: PythonFolders,
  name = "Python",
): Promise<ThrowAwayEnvironment> {
  // As in the tool cache of an agent.
  const folder = path.join(tools, name, interpreter.version, process.arch === "arm64" ? "arm64" : "x64");
  const environment = { interpreter, folder, scripts: path.join(folder, isWindows ? "Scripts" : "bin") };
  if (existsSync(folder)) return environment;
  if (isWindows) await makeByVenv(environment);
  else await make(environment);
  await addPackages(environment, userBase);
  await addScripts(environment);
  return environment;
}

/** What the log says of an environment, in one line. */
export function describe({ interpreter, folder }: ThrowAwayEnvironment): string {
  const { version, base, prefix, isVirtual } = interpreter;
  const packages = isVirtual ? `${base} with the packages of ${prefix}` : prefix;
  return `Using Python ${version} of ${packages}, in a throw-away environment: steps install into ${folder}`;
}

/** What UsePythonVersion adds to the PATH, in the order of its commands: the folder of the installation, and before it that of its scripts. */
export function pathEntries({ folder, scripts }: ThrowAwayEnvironment): string[] {
  return [folder, scripts];
}

/** Makes what `python -m venv --system-site-packages --without-pip` makes, without the 0.3 s that it takes. */
async function make({ interpreter, folder }: ThrowAwayEnvironment): Promise<void> {
  const { base, version } = interpreter;
  const minor = minorOf(version);
  const made = `${folder}.part`; // so that no half an environment is found after an error
  await rm(made, { recursive: true, force: true });
  await mkdir(path.join(made, "lib", `python${minor}`, "site-packages"), { recursive: true });
  await mkdir(path.join(made, "include"));
  await mkdir(path.join(made, "bin"));
  if (process.platform === "linux" && process.arch !== "ia32") await symlink("lib", path.join(made, "lib64"));
  await symlink(base, path.join(made, "bin", "python"));
  for (const name of ["python3", `python${minor}`]) await symlink("python", path.join(made, "bin", name));
  // The tool cache of an agent has a link here: pipelines run $(name.pythonLocation)/python. By a link Python would not find its environment.
  const program = path.join(folder, "bin", "python").replaceAll("'", "'\\''");
  await writeFile(path.join(made, "python"), `#!/bin/sh\nexec '${program}' "$@"\n`, { mode: 0o755 });
  const settings = {
    home: path.dirname(base),
    // With false, pip refuses `pip install --user`.
    "include-system-site-packages": "true",
    version,
    executable: base,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
  await writeFile(path.join(made, "pyvenv.cfg"), lines.join(""));
  await rename(made, folder);
}

async function makeByVenv({ interpreter, folder }: ThrowAwayEnvironment): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true });
  await run(interpreter.base, ["-m", "venv", "--system-site-packages", "--without-pip", folder]);
}

/** Makes the packages of the interpreter's environment importable, behind what steps install. */
async function addPackages({ interpreter, folder }: ThrowAwayEnvironment, userBase: string): Promise<void> {
  const site = siteOf(folder, interpreter);
  // pip writes `pip config set` into this file if it exists, and else into the home folder (_determine_file of pip's commands/configuration.py).
  await writeFile(path.join(folder, isWindows ? "pip.ini" : "pip.conf"), "");
  const lines = [
    path.join(userBase, interpreter.userSite), // before the packages below, so that `pip install --user` of another version has an effect
    // addsitedir reads the .pth files in it, too, such as those of editable packages.
    ...interpreter.packages.map((each) => `import site; site.addsitedir(${literal(each)})`),
  ];
  await writeFile(path.join(site, "_packages_of_the_machine.pth"), `${lines.join("\n")}\n`);
}

async function addScripts({ interpreter, folder, scripts }: ThrowAwayEnvironment): Promise<void> {
  const python = path.join(scripts, isWindows ? "python.exe" : "python");
  const entries = await consoleScripts(interpreter.sites);
  const minor = minorOf(interpreter.version);
  for (const name of [...entries.keys()]) if (/^pip[\d.]*$/.test(name)) entries.delete(name);
  if (!interpreter.hasPip && interpreter.pipWheel !== null)
    await run(python, ["-m", "zipfile", "-e", interpreter.pipWheel, siteOf(folder, interpreter)]);
  if (interpreter.hasPip || interpreter.pipWheel !== null)
    for (const name of ["pip", "pip3", `pip${minor}`])
      entries.set(name, { module: "pip._internal.cli.main", call: "main" });
  for (const [name, entry] of entries) {
    const { file, text } = scriptFile(name, entry, python);
    await writeFile(path.join(scripts, file), text, { mode: 0o755, flag: "wx" }).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error; // `python`, or two names that differ only in case
}

function siteOf(folder: string, { version }: Interpreter): string {
  return isWindows
    ? path.join(folder, "Lib", "site-packages")
    : path.join(folder, "lib", `python${minorOf(version)}`, "site-packages");
}

function minorOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** A text as a literal of Python that has only ASCII: older versions read .pth files in the encoding of the locale. */
function literal(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
