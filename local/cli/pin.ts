import { parseArgs } from "node:util";
import { ArtifactError } from "../../shared/notebook/artifact/artifact-error.ts";
import { NotebookError } from "../../shared/notebook/notebook-error.ts";
import { copyPinned, type PinnedFolder, pinFolder } from "../../shared/notebook/pin-folder.ts";

/** What the command prints to: process.stdout, process.stderr, or a test's. */
interface Output {
  write(text: string): unknown;
}

const Usage = "notebook-ops pin FOLDER --widget NAME --value VALUE [--out FOLDER] [--json]";

/**
 * `notebook-ops pin`: sets a widget's default in every notebook of a folder, in place or into the new folder `--out`.
 * Answers the exit code: 0; 1 where the notebooks cannot be pinned (nothing is changed then); 2 for wrong arguments.
 * With `--json` stdout holds one object: {widget, value, folder, changed, pins, warnings, leftOut}.
 */
export async function pinCommand(args: string[], out: Output, err: Output): Promise<number> {
  const options = readArguments(args);
  if (typeof options === "string") {
    err.write(`${options}; usage: ${Usage}\n`);
    return 2;
  }
  const { folder, widget, value, outFolder } = options;
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
    if (!(error instanceof NotebookError || error instanceof ArtifactError || isSystemError(error)))
      throw error;
    err.write(`${error.message}\n`);
    return 1;
  }
}

interface PinArguments {
  folder: string;
  widget: string;
  value: string;
  outFolder: string | undefined;
  json: boolean;
}

/** The arguments, or what is wrong with them. */
function readArguments(args: string[]): PinArguments | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        widget: { type: "string" },
        value: { type: "string" },
        out: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const [folder, ...others] = positionals;
    if (!folder || others.length > 0) return "notebook-ops pin takes one folder";
    if (!values.widget) return "notebook-ops pin needs --widget, the name of the widget to pin";
    if (values.value === undefined)
      return "notebook-ops pin needs --value, the default that the widget is to have";
    return { folder, widget: values.widget, value: values.value, outFolder: values.out, json: values.json };
  } catch (error) {
    return `notebook-ops pin cannot read its arguments: ${(error as Error).message}`;
  }
}

function describe({ pins, changed }: PinnedFolder, widget: string, value: string, folder: string): string {
  const notebooks = pins.length === 1 ? "1 notebook" : `${pins.length} notebooks`;
  const lines = pins.map(({ file }) => `  ${file}\n`).join("");
  return `Pinned ${JSON.stringify(widget)} to ${JSON.stringify(value)} in ${notebooks} of ${folder} (${changed} changed):\n${lines}`;
}

/** No permission, no space, …: Node's sentence names the call and the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
