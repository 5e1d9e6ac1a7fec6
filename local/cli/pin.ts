import { ArtifactError } from "../../shared/notebook/artifact/artifact-error.ts";
import { NotebookError } from "../../shared/notebook/notebook-error.ts";
import { copyPinned, type PinnedFolder, pinFolder } from "../../shared/notebook/pin-folder.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { CommandLine } from "./command-line/declaration.ts";
import type { pinDeclaration } from "./declarations.ts";

/** What the command prints to: process.stdout, process.stderr, or a test's. */
interface Output {
  write(text: string): unknown;
}

/**
 * `notebook-ops pin`: sets the default of a widget in every notebook of a folder, in place or into the new folder `--out`. With `--json`
 * standard output is one object: {widget, value, folder, changed, pins, warnings, leftOut}.
 * @returns the exit code: 0, or 1 if the notebooks cannot be pinned, and then nothing is changed
 */
export async function pinCommand(
  { arguments: [folder], options }: CommandLine<typeof pinDeclaration>,
  out: Output,
  err: Output,
): Promise<number> {
  const { widget, value, out: outFolder } = options;
  try {
    const pin = { widget, value };
    const result =
      outFolder === undefined ? await pinFolder(folder, pin) : await copyPinned(folder, outFolder, pin);
    const written = outFolder ?? folder;
    if (options.json) out.write(`${JSON.stringify({ widget, value, folder: written, ...result })}\n`);
    else out.write(describe(result, widget, value, written));
    for (const { path, reason } of result.leftOut) err.write(`warning: ${path} was left out: ${reason}.\n`);
    for (const warning of result.warnings) err.write(`warning: ${warning}\n`);
    return 0;
  } catch (error) {
    const problem = describeFailure(error, folder);
    if (problem === undefined) throw error;
    err.write(`${problem}\n`);
    return 1;
  }
}

function describe({ pins, changed }: PinnedFolder, widget: string, value: string, folder: string): string {
  const notebooks = pins.length === 1 ? "1 notebook" : `${pins.length} notebooks`;
  const lines = pins.map(({ file }) => `  ${file}\n`).join("");
  return `Pinned ${JSON.stringify(widget)} to ${JSON.stringify(value)} in ${notebooks} of ${folder} (${changed} changed):\n${lines}`;
}

function describeFailure(error: unknown, folder: string): string | undefined {
  if (error instanceof NotebookError || error instanceof ArtifactError) return error.message;
  // No permission, no space, …: Node's message names the call and the path.
  if (error instanceof Error && "syscall" in error)
    return couldNot(
      `pin the notebooks of ${folder}`,
      error.message,
      "check that its files can be read and written",
    );
  return undefined;
}
