// npm run package: dist/notebook-ops-<version>.vsix, by Microsoft's tfx-cli and without a network.
import { spawnSync } from "node:child_process";
import { cp, readdir, readFile, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const limitBytes = 6_000_000;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, "dist");
const extension = path.join(dist, "extension");
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

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
async function addContent() {
  for (const name of ["README.md", "LICENSE", "images"])
    await cp(path.join(root, name), path.join(extension, name), { recursive: true });
}

function createPackage(file) {
  const tfx = createRequire(import.meta.url).resolve("tfx-cli/_build/tfx-cli.js");
  const options = ["--root", extension, "--manifests", "vss-extension.json", "--output-path", file];
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

await import("./build.mjs");
await addContent();
const { version } = JSON.parse(await readFile(path.join(extension, "vss-extension.json"), "utf8"));
const vsix = path.join(dist, `notebook-ops-${version}.vsix`);
await rm(vsix, { force: true });
createPackage(vsix);

const { size } = await stat(vsix);
if (size > limitBytes) {
  console.error(
    `Could not keep ${path.relative(root, vsix)} below ${megabytes(limitBytes)}: it is ${megabytes(size)}; make its largest files smaller:`,
  );
  for (const { file, bytes } of (await filesBySize(extension)).slice(0, 10))
    console.error(`  ${megabytes(bytes).padStart(9)}  ${path.relative(extension, file)}`);
  process.exitCode = 1;
} else {
  console.log(`packed ${path.relative(root, vsix)}: ${megabytes(size)}`);
}
