// dist/notebook-ops-<version>.tgz: the notebook-ops command as an npm package, which needs no other package and nothing of this repository.
import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { megabytes } from "./megabytes.mjs";

/** What the command reads: beside its bundle, the tasks, what executes notebooks and sets that up, and the programs that it starts. */
const contents = [
  "LICENSE",
  "README.md",
  "bin",
  "dist/cli/notebook-ops.mjs",
  "dist/extension/package.json",
  "dist/extension/tasks",
  "local/driver/home.mjs",
  "local/driver/notebook_driver",
  "local/driver/requirements.txt",
  "local/emulator/azure-devops/artifacts/artifact-tool/artifacttool.mjs",
  "local/guardian/guardian.mjs",
  "scripts/setup",
];

/** Without what programs leave beside their sources (hidden files, such as compile caches, and compiled Python), and without types. */
const isSource = (file) => !/^\.|^__pycache__$|\.d\.mts$/.test(path.basename(file));

async function writeManifest(root, folder, version) {
  const { name, description, license, type, engines, bin } = JSON.parse(
    await readFile(path.join(root, "package.json"), "utf8"),
  );
  const manifest = { name, version, private: true, description, license, type, engines, bin };
  await writeFile(path.join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

function npmPack(folder, destination) {
  const { status, stderr, error } = spawnSync(
    process.platform === "win32" ? "npm.cmd" : "npm",
    ["pack", "--silent", "--pack-destination", destination],
    { cwd: folder, encoding: "utf8" },
  );
  if (status !== 0)
    throw new Error(
      `Could not pack the command: npm pack ended with ${error?.message ?? status}; correct what it printed:\n${stderr}`,
    );
}

/** Packs what the build made. @returns what was packed, for a person to read */
export async function packCommand(root, { version }) {
  const name = path.join("dist", `notebook-ops-${version}.tgz`);
  const folder = await mkdtemp(path.join(tmpdir(), "notebook-ops-tgz-"));
  try {
    for (const file of contents) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await cp(path.join(root, file), path.join(folder, file), { recursive: true, filter: isSource });
    }
    await writeManifest(root, folder, version);
    await rm(path.join(root, name), { force: true });
    npmPack(folder, path.join(root, "dist"));
    const { size } = await stat(path.join(root, name));
    return `${name}, the notebook-ops command: ${megabytes(size)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
