import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Log } from "../../task/host.ts";
import { clause, couldNot } from "../../text/could-not.ts";
import { exportLock, type LockTool } from "./lock-tools.ts";
import { readRequirementsFile } from "./requirements-file.ts";
import { type Requirements, sortRequirements } from "./requirements-text.ts";

/** What the remote side installs before the tests run. */
export interface Dependencies {
  /** Requirements files for the folder of the run, in the order in which they are installed. */
  files: { name: string; content: string; exact: boolean }[];
  /** How the project itself is installed; `none` if it is not a package. */
  install: "alone" | "withDependencies" | "none";
  /** The file that they come from; undefined if there is none. */
  source?: string;
}

/** Files that list the dependencies, in the order in which they are looked for. */
const lists: { file: string; tool?: LockTool }[] = [
  // A list that an earlier step made, for projects whose lock file cannot be exported here.
  { file: "requirements-remote.txt" },
  { file: "uv.lock", tool: "uv" },
  { file: "poetry.lock", tool: "poetry" },
  { file: "pdm.lock", tool: "pdm" },
  { file: "requirements.txt" },
];
const shownNames = 10;

/**
 * Reads the exact dependencies of a project from its lock file, or else what comes nearest.
 *
 * The tool that wrote a lock file exports it. Each tool has its own rules for groups, extras, markers and sources, which change with its
 * versions; a reader of ours would install something else than the developers have, and nobody would see it.
 */
export async function readDependencies(
  project: string,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<Dependencies> {
  const found = lists.find(({ file }) => existsSync(path.join(project, file)));
  const install = await installOf(project);
  if (found === undefined) {
    log.warning(
      `The project has no lock file (uv.lock, poetry.lock, pdm.lock) and no requirements.txt, so the versions of its dependencies are not pinned: Fabric installs ${install === "none" ? "pytest, if it has none, and nothing else" : "the newest ones that its pyproject.toml allows"}.`,
    );
    return install === "none"
      ? {
          files: [{ name: "requirements.txt", content: "pytest\n", exact: false }],
          install,
        }
      : { files: [], install: "withDependencies", source: "pyproject.toml" };
  }
  const { file, tool } = found;
  const text = tool
    ? await exportLock(project, { tool, signal })
    : await readRequirementsFile(path.join(project, file));
  const sorted = sortRequirements(text, { project, base: project, source: file });
  warn(sorted, { file, isExact: tool !== undefined, log });
  return { files: filesOf(sorted, tool !== undefined), install, source: file };
}

function filesOf({ hashed, unhashed }: Requirements, exact: boolean): Dependencies["files"] {
  const lines = (entries: string[]) => `${entries.join("\n")}\n`;
  // pip resolves a list that is not exact, which it can do only as a whole.
  if (!exact) {
    const all = [...new Set([...hashed, ...unhashed])];
    return all.length > 0 ? [{ name: "requirements.txt", content: lines(all), exact }] : [];
  }
  return [
    ...(hashed.length > 0 ? [{ name: "requirements.txt", content: lines(hashed), exact }] : []),
    ...(unhashed.length > 0
      ? [{ name: "requirements-without-hashes.txt", content: lines(unhashed), exact }]
      : []),
  ];
}

function warn(
  { provided, unpinned }: Requirements,
  { file, isExact, log }: { file: string; isExact: boolean; log: Log },
): void {
  if (provided.length > 0)
    log.line(`Left out of ${file}, because Fabric brings its own: ${[...new Set(provided)].join(", ")}.`);
  if (isExact || unpinned.length === 0) return;
  const names = unpinned.slice(0, shownNames).join(", ");
  const more = unpinned.length > shownNames ? ` and ${unpinned.length - shownNames} more` : "";
  log.warning(
    `${file} does not pin the version of ${names}${more}, so that Fabric installs the newest one that it allows.`,
  );
}

/**
 * Whether the project is a package. Without a build system, uv, Poetry and PDM do not install it either, and pip would take any folder of
 * modules for a package. https://docs.astral.sh/uv/concepts/projects/config/#build-systems
 */
async function installOf(project: string): Promise<"alone" | "none"> {
  const text = await readFile(path.join(project, "pyproject.toml"), "utf8").catch((cause) => {
    if (cause.code === "ENOENT") return "";
    throw new Error(couldNot("read pyproject.toml of the project", clause(cause.message)), { cause });
  });
  if (
    /^\s*package-mode\s*=\s*false\b/m.test(text) ||
    /^\s*package\s*=\s*false\b/m.test(toolTable(text, "uv"))
  )
    return "none";
  return /^\s*\[\s*build-system\s*\]/m.test(text) || existsSync(path.join(project, "setup.py"))
    ? "alone"
    : "none";
}

/** The lines of `[tool.<name>]`. */
function toolTable(text: string, name: string): string {
  return (
    new RegExp(`^\\s*\\[\\s*tool\\.${name}\\s*\\]([^]*?)(?=^\\s*\\[|$(?![^]))`, "m").exec(text)?.[1] ?? ""
  );
}
