import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import ignore, { type Ignore } from "ignore";
import { quotePath } from "../../notebook/artifact/paths.ts";
import { InputError } from "../../task/host.ts";
import { clause, couldNot } from "../../text/could-not.ts";

/** What no test needs, and what may contain secrets. Patterns of .gitignore. */
const neverCopied = [
  ...[
    ".git",
    ".venv",
    "__pycache__",
    ".cache",
    ".claude",
    ".ruff_cache",
    ".pytest_cache",
    ".mypy_cache",
    ".eggs",
  ],
  ...[".vscode", ".idea", ".tox", ".nox", "node_modules", "/logs", "/dist", "/build", "/site"],
  ...["/remote-test-results", "/dbt-test-artifacts"],
].map((folder) => `${folder}/`);
/** `.git` is a file in a worktree and in a submodule. */
const neverCopiedFiles = [".git", "*.pyc", "*.pyo", "*.egg-info", ".env", ".env.*", "test.env"];

/** The files of a Python project that Fabric gets. */
export interface ProjectFiles {
  /** Slash-separated, relative to the project folder, sorted. */
  files: string[];
  /** What is left out, by the rules of gitignore, so that one list says it for all .gitignore files. */
  exclude: string[];
}

/**
 * The files of a project, without what its .gitignore files exclude. Those of the folders above it count up to the root of the repository.
 * Links are not among the files.
 */
export async function readProjectFiles(project: string): Promise<ProjectFiles> {
  const rules = new IgnoreRules(project);
  const files: string[] = [];
  const exclude = [...neverCopied, ...neverCopiedFiles];
  await walk("");
  if (files.length === 0)
    throw new InputError(
      couldNot(
        `use ${quotePath(project)} as the project folder`,
        existsSync(project) ? "it contains no file that is not excluded" : "it does not exist",
        "give the folder that contains the project's pyproject.toml or tests",
      ),
    );
  return { files: files.sort(), exclude };

  async function walk(prefix: string): Promise<void> {
    const entries = await readdir(path.join(project, prefix), { withFileTypes: true }).catch((cause) => {
      if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return [];
      throw new Error(couldNot(`read ${quotePath(path.join(project, prefix))}`, clause(cause.message)), {
        cause,
      });
    });
    rules.read(path.join(project, prefix));
    for (const entry of entries) {
      const name = `${prefix}${entry.name}`;
      const ruled = entry.isDirectory() ? `${name}/` : name;
      if (rules.excludes(ruled)) exclude.push(patternOf(ruled));
      else if (entry.isDirectory()) await walk(`${name}/`);
      else if (entry.isFile()) files.push(name);
    }
  }
}

/** The rules of several .gitignore files, each for the folder that it is in. The last rule that matches decides. */
class IgnoreRules {
  readonly #project: string;
  /** Outermost first. */
  readonly #rules: { folder: string; rules: Ignore }[] = [];
  /** In any case: a copy compares names by their case, and `.ENV` has the same secrets as `.env`. */
  readonly #always = ignore().add([...neverCopied, ...neverCopiedFiles]);

  constructor(project: string) {
    this.#project = project;
    for (const folder of foldersOfRepository(project)) this.read(folder);
  }

  read(folder: string): void {
    const file = path.join(folder, ".gitignore");
    if (!existsSync(file) || this.#rules.some((known) => known.folder === folder)) return;
    this.#rules.push({ folder, rules: ignore({ ignorecase: false }).add(readFileSync(file, "utf8")) });
  }

  /** @param file relative to the project; that of a folder ends with a slash */
  excludes(file: string): boolean {
    if (this.#always.ignores(file)) return true;
    const isFolder = file.endsWith("/");
    let isIgnored = false;
    for (const { folder, rules } of this.#rules) {
      const relative = path.relative(folder, path.join(this.#project, file)).split(path.sep).join("/");
      if (relative === "" || relative.startsWith("../")) continue;
      const { ignored, unignored } = rules.test(isFolder ? `${relative}/` : relative);
      if (ignored) isIgnored = true;
      else if (unignored) isIgnored = false;
    }
    return isIgnored;
  }
}

/** The pattern that matches one path only. */
function patternOf(file: string): string {
  return `/${file.replace(/[\\*?[\]!# ]/g, "\\$&")}`;
}

/** The folders above a project, from the root of its repository; none if it is not in one. */
function foldersOfRepository(project: string): string[] {
  const folders: string[] = [];
  for (let folder = path.resolve(project); ; folder = path.dirname(folder)) {
    if (folder !== path.resolve(project)) folders.unshift(folder);
    if (existsSync(path.join(folder, ".git"))) return folders;
    if (path.dirname(folder) === folder) return [];
  }
}
