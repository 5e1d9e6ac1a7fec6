// dist/notebook-ops-<version>.vsix, by Microsoft's tfx-cli.
import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { megabytes } from "./megabytes.mjs";

/** An agent downloads each task by itself, so this is about the Marketplace's download and about a bundle that grew by mistake. */
const limitBytes = 8_000_000;

/** Files below `folder`, the largest first. */
async function filesBySize(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => ({ file, bytes: (await stat(file)).size })));
  return sizes.sort((one, other) => other.bytes - one.bytes);
}

/** Adds what the Marketplace shows to what the build made. */
async function addContent(root, folder) {
  for (const name of ["overview.md", "LICENSE", "images"])
    await cp(path.join(root, name), path.join(folder, name), { recursive: true });
}

async function changeJson(file, change) {
  const content = JSON.parse(await readFile(file, "utf8"));
  change(content);
  await writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** An organisation replaces a task only if the version of the task itself rose, so the tasks get the extension's. */
async function setVersion(folder, { publisher, version }) {
  await changeJson(path.join(folder, "vss-extension.json"), (manifest) =>
    Object.assign(manifest, { publisher, version }),
  );
  const [, minor, patch] = version.split(".").map(Number);
  const tasks = path.join(folder, "tasks");
  for (const name of await readdir(tasks))
    await changeJson(path.join(tasks, name, "task.json"), (task) =>
      Object.assign(task.version, { Minor: minor, Patch: patch }),
    );
}

function createPackage(folder, file) {
  const tfx = createRequire(import.meta.url).resolve("tfx-cli/_build/tfx-cli.js");
  const options = ["--root", folder, "--manifests", "vss-extension.json", "--output-path", file];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tfx, "extension", "create", ...options, "--no-prompt", "--no-color"],
    { encoding: "utf8" },
  );
  if (status !== 0)
    throw new Error(
      `Could not pack the extension: tfx extension create ended with ${status}; correct what it printed:\n${stdout}${stderr}`,
    );
}

async function checkSize(folder, name, size) {
  if (size <= limitBytes) return;
  const largest = (await filesBySize(folder))
    .slice(0, 10)
    .map(({ file, bytes }) => `  ${megabytes(bytes).padStart(9)}  ${path.relative(folder, file)}`);
  throw new Error(
    `Could not keep ${name} below ${megabytes(limitBytes)}: it is ${megabytes(size)}; make its largest files smaller:\n${largest.join("\n")}`,
  );
}

/** Node leaves a compile cache beside a task that ran: see `starter` in scripts/build/task.mjs. */
const isBuilt = (file) => !path.basename(file).startsWith(".");

/** Packs what the build made. @returns what was packed, for a person to read */
export async function packExtension(root, { publisher, version }) {
  const name = path.join("dist", `notebook-ops-${version}.vsix`);
  const file = path.join(root, name);
  const folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-vsix-"));
  try {
    await cp(path.join(root, "dist", "extension"), folder, { recursive: true, filter: isBuilt });
    await addContent(root, folder);
    await setVersion(folder, { publisher, version });
    await rm(file, { force: true });
    createPackage(folder, file);
    const { size } = await stat(file);
    await checkSize(folder, name, size);
    return `${name} for the publisher ${publisher}: ${megabytes(size)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
