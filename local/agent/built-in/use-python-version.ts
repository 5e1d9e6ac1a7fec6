import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { couldNot } from "../../../shared/text/could-not.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

const run = promisify(execFile);

/**
 * UsePythonVersion@0. A hosted agent takes a Python from its tool cache. The local agent takes the `.venv` of the repository if its version
 * matches, else a Python on the PATH.
 */
export const usePythonVersion: BuiltInTask = {
  manifest: builtInManifest(
    "UsePythonVersion",
    0,
    "Use Python",
    [
      textInput("versionSpec", "3.x"),
      textInput("addToPath", "true", { type: "boolean" }),
      textInput("architecture", "x64"),
      textInput("disableDownloadFromRegistry", "false", { type: "boolean" }),
      textInput("allowUnstable", "false", { type: "boolean" }),
    ],
    ["pythonLocation"],
  ),
  async run(step) {
    const spec = step.inputs.get("versionSpec") ?? "";
    const isMatch = readVersionSpec(spec);
    const found: string[] = [];
    for (const file of candidates(step.services.virtualEnvironment)) {
      if (!existsSync(file)) continue;
      const version = await versionOf(file);
      if (version === undefined) continue;
      found.push(`${version} (${file})`);
      if (!isMatch(version)) continue;
      const folder = await folderWithPython(file, step.tempFolder);
      step.log(`Using Python ${version} of ${path.dirname(path.dirname(file))}`);
      step.processor.line(`##vso[task.setvariable variable=pythonLocation]${folder}`);
      if (step.inputs.get("addToPath")?.toLowerCase() !== "false")
        step.processor.line(`##vso[task.prependpath]${folder}`);
      return null;
    }
    throw new Error(
      couldNot(
        `find a Python for versionSpec ${spec}`,
        `the machine has ${found.join(", ") || "no Python"}`,
        "install one, or change versionSpec",
      ),
    );
  },
};

function candidates(virtualEnvironment: string): string[] {
  const isWindows = process.platform === "win32";
  const inRepository = isWindows
    ? path.join(virtualEnvironment, "Scripts", "python.exe")
    : path.join(virtualEnvironment, "bin", "python");
  const minors = Array.from({ length: 8 }, (_, index) => `python3.${17 - index}`);
  const names = isWindows ? ["python.exe"] : ["python3", "python", ...minors];
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return [inRepository, ...names.flatMap((name) => folders.map((folder) => path.join(folder, name)))];
}

async function versionOf(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ["-c", "import platform; print(platform.python_version())"]);
    return stdout.trim();
  } catch {
    return undefined; // a broken link, or a shim for a version that is not installed
  }
}

/** A folder in which the Python is called `python`, as scripts call it: if the machine has only `python3`, a folder with a link to it. */
async function folderWithPython(file: string, tempFolder: string): Promise<string> {
  const folder = path.dirname(file);
  if (path.basename(file).replace(/\.exe$/, "") === "python") return folder;
  const shim = path.join(tempFolder, "python");
  await rm(shim, { recursive: true, force: true });
  await mkdir(shim, { recursive: true });
  for (const name of ["python", "python3"]) await symlink(file, path.join(shim, name));
  return shim;
}

/** Reads a versionSpec, and returns a function that tells whether a version matches it: `3.11`, `3.x`, `>=3.10`, `>=3.10 <3.13`, `3.10 || 3.12`. */
export function readVersionSpec(spec: string): (version: string) => boolean {
  const alternatives = spec.split("||").map((alternative) =>
    alternative
      .replace(/([<>=~^]+)\s+/g, "$1")
      .trim()
      .split(/[\s,]+/)
      .filter((part) => part !== "")
      .map(readComparison),
  );
  if (alternatives.some((comparisons) => comparisons.length === 0))
    throw new Error(
      couldNot(`read versionSpec ${JSON.stringify(spec)}`, "a version is missing", "write 3.x or >=3.10"),
    );
  return (version) => {
    const parts = version.split(".").map((part) => Number.parseInt(part, 10));
    return alternatives.some((comparisons) => comparisons.every((comparison) => comparison(parts)));
  };
}

function readComparison(text: string): (version: readonly number[]) => boolean {
  const [, operator = "", digits = ""] = /^(>=|<=|>|<|={0,2}|~=?|\^)v?([\d.*xX]+)$/.exec(text) ?? [];
  if (digits === "")
    throw new Error(
      couldNot("read versionSpec", `${JSON.stringify(text)} is not a version`, "write 3.x or >=3.10"),
    );
  const expected: number[] = [];
  for (const part of digits.split(".")) {
    if (!/^\d+$/.test(part)) break;
    expected.push(Number(part));
  }
  const difference = (version: readonly number[]) => {
    for (const [index, part] of expected.entries()) {
      const step = (version[index] ?? 0) - part;
      if (step !== 0) return step;
    }
    return 0;
  };
  const sameUpTo = (version: readonly number[], count: number) =>
    expected.slice(0, count).every((part, index) => version[index] === part);
  switch (operator) {
    case ">=":
      return (version) => difference(version) >= 0;
    case "<=":
      return (version) => difference(version) <= 0;
    case ">":
      return (version) => difference(version) > 0;
    case "<":
      return (version) => difference(version) < 0;
    case "^":
      return (version) => sameUpTo(version, 1) && difference(version) >= 0;
    case "~":
    case "~=":
      return (version) =>
        sameUpTo(version, Math.max(1, Math.min(2, expected.length))) && difference(version) >= 0;
    default:
      return (version) => difference(version) === 0;
  }
}
