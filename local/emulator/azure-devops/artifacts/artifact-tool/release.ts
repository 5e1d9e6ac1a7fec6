import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { zip } from "../zip.ts";

const programFile = "local/emulator/azure-devops/artifacts/artifact-tool/artifacttool.mjs";

/** A release of the stand-in for ArtifactTool: its version, and the zip that clients unpack. */
export interface ToolRelease {
  version: string;
  archive: Buffer;
}

/**
 * The stand-in, packed as Microsoft packs ArtifactTool: `artifacttool` in the root of a zip. It is a launcher that starts the program with
 * the absolute path of the Node that runs the workspace, because a task may have no Node on its PATH.
 */
export function makeToolRelease(): ToolRelease {
  const program = readFileSync(findProgram());
  const launcher = Buffer.from(
    `#!/bin/sh\nexec ${quote(process.execPath)} "$(dirname "$0")/artifacttool.mjs" "$@"\n`,
  );
  const archive = zip(
    [
      { name: "artifacttool", content: launcher, mode: 0o755 },
      { name: "artifacttool.mjs", content: program, mode: 0o644 },
    ],
    "deflated",
  );
  // Clients cache a tool by its version, so another program or another Node needs another version.
  const digest = createHash("sha256").update(archive).digest();
  return { version: `0.2.${digest.readUInt32LE() % 1_000_000_000}`, archive };
}

/** Works from the sources and from the bundled command. */
function findProgram(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, programFile)) && folder !== path.dirname(folder)) {
    folder = path.dirname(folder);
  }
  return path.join(folder, programFile);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
