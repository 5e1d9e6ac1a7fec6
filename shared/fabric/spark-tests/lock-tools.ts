import { execFile } from "node:child_process";
import { couldNot } from "../../text/could-not.ts";
import { oneLine, plainText } from "../../text/plain-text.ts";

export type LockTool = "uv" | "poetry" | "pdm";

/**
 * Everything that is locked, with all extras and groups: which of them the tests need is not known, and what is left out would be missing.
 * https://docs.astral.sh/uv/reference/cli/#uv-export, https://github.com/python-poetry/poetry-plugin-export, https://pdm-project.org/en/latest/reference/cli/#export
 */
const commands: Record<LockTool, { file: string; args: string[]; install: string }> = {
  uv: {
    file: "uv.lock",
    args: "export --quiet --frozen --format requirements-txt --all-extras --all-groups --no-emit-project --no-header --no-annotate".split(
      " ",
    ),
    install: "pip install uv",
  },
  poetry: {
    file: "poetry.lock",
    args: "export --no-interaction --no-ansi --format requirements.txt --all-extras --all-groups".split(" "),
    install: "pip install poetry poetry-plugin-export",
  },
  pdm: {
    file: "pdm.lock",
    args: "export --format requirements --group :all".split(" "),
    install: "pip install pdm",
  },
};
/** PDM exports hashes for all entries or for none, and asks for this option if a folder of the project is one of them. */
const noHashes = "--no-hashes";
const timeoutMs = 120_000;
const maxBytes = 64 * 1024 * 1024;
const longestReason = 600;

/** The content of a lock file as the text of a requirements file. */
export function exportLock(
  project: string,
  { tool, signal, options = [] }: { tool: LockTool; signal: AbortSignal; options?: string[] },
): Promise<string> {
  const { file, args, install } = commands[tool];
  const attempt = `read the dependencies of the project from ${file}`;
  const otherwise =
    "or write requirements-remote.txt into the project folder in an earlier step, which is then taken instead";
  return new Promise((resolve, reject) => {
    execFile(
      tool,
      [...args, ...options],
      { cwd: project, signal, timeout: timeoutMs, maxBuffer: maxBytes },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        if (error.name === "AbortError") return reject(error);
        if (stderr.includes(noHashes) && options.length === 0)
          return resolve(exportLock(project, { tool, signal, options: [noHashes] }));
        const isMissing = "code" in error && (error.code as unknown) === "ENOENT";
        const said = oneLine(lastLines(stderr) || lastLines(stdout), longestReason);
        const exportIsMissing =
          tool === "poetry" && /command "?export"? (does not exist|is not defined)/i.test(said);
        reject(
          new Error(
            couldNot(
              attempt,
              isMissing
                ? `this agent has no ${tool}, which can export that file`
                : error.killed
                  ? `${tool} export took longer than ${timeoutMs / 1000} s`
                  : `${tool} export failed: ${said || "it printed nothing"}`,
              isMissing || exportIsMissing
                ? `run \`${install}\` in a step before this one, ${otherwise}`
                : `check that ${file} is up to date, ${otherwise}`,
            ),
            { cause: error },
          ),
        );
      },
    );
  });
}

/** Tools print what they did before why they failed. */
function lastLines(text: string): string {
  return plainText(text).trim().split("\n").slice(-5).join("\n");
}
