import { accessSync, chmodSync, constants, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FileContent, readPinned, writeCopy } from "./artifact/copy-files.ts";
import type { ArtifactFile } from "./artifact/digest.ts";
import type { ArtifactPin } from "./artifact/manifest.ts";
import { fillNewFolder } from "./artifact/new-folder.ts";
import { type SelectedFile, type Selection, selectFiles, stagingPrefix } from "./artifact/select-files.ts";
import { NotebookError } from "./notebook-error.ts";
import type { WidgetPin } from "./pin.ts";

export interface PinnedFolder {
  /** One for each notebook that declares the widget, sorted by path. */
  pins: ArtifactPin[];
  /** How many notebooks had another default before. */
  changed: number;
  warnings: string[];
  leftOut: Selection["leftOut"];
}

/**
 * Pins a widget in every notebook of a folder, in place. Nothing is written before all is read; each file is then replaced
 * by a rename and keeps its mode, so that a failure, or a reader meanwhile, never finds half a file.
 * Throws NotebookError, ArtifactError; the folder is then as it was.
 */
export async function pinFolder(folder: string, pin: WidgetPin, signal?: AbortSignal): Promise<PinnedFolder> {
  const { files, leftOut } = selectFiles(folder);
  const result: PinnedFolder = { pins: [], changed: 0, warnings: [], leftOut };
  const staging = mkdtempSync(join(folder, stagingPrefix));
  try {
    const staged: { from: string; to: string }[] = [];
    // A link's content is another file of the folder, which is pinned where it stands.
    const own = files.filter((file) => !file.linked);
    for await (const content of readPinned(own, pin, signal)) {
      if (!note(result, content, pin)) continue;
      const from = join(staging, String(staged.length));
      stage(from, content.file, content.pinned!.content);
      staged.push({ from, to: content.file.source });
    }
    requireDeclaration(folder, result, pin, files);
    for (const { from, to } of staged) renameSync(from, to);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return result;
}

/** As pinFolder, into the new folder `out`; `folder` stays as it is. Holds what an artifact would (see selectFiles). */
export async function copyPinned(
  folder: string,
  out: string,
  pin: WidgetPin,
  signal?: AbortSignal,
): Promise<PinnedFolder> {
  return fillNewFolder(
    out,
    folder,
    async (staging) => (await stageCopy(folder, staging, pin, signal)).result,
  );
}

/** Copies the files of an artifact into `staging`, pinned where `pin` is given. */
export async function stageCopy(
  folder: string,
  staging: string,
  pin: WidgetPin | undefined,
  signal?: AbortSignal,
): Promise<{ result: PinnedFolder; copied: ArtifactFile[] }> {
  const { files, leftOut } = selectFiles(folder);
  const result: PinnedFolder = { pins: [], changed: 0, warnings: [], leftOut };
  const copied: ArtifactFile[] = [];
  for await (const content of readPinned(files, pin, signal)) {
    if (pin) note(result, content, pin);
    copied.push(await writeCopy(staging, content));
  }
  if (pin) requireDeclaration(folder, result, pin, files);
  return { result, copied };
}

/** Adds a file to the result; answers whether pinning changed it. */
function note(result: PinnedFolder, { file, pinned }: FileContent, pin: WidgetPin): boolean {
  if (!pinned || pinned.declarations === 0) return false;
  result.pins.push({ file: file.path, widget: pin.widget, value: pin.value });
  result.warnings.push(...pinned.warnings);
  if (pinned.changed) result.changed += 1;
  return pinned.changed;
}

function stage(path: string, file: SelectedFile, content: Buffer): void {
  accessSync(dirname(file.source), constants.W_OK);
  writeFileSync(path, content);
  chmodSync(path, file.mode);
}

function requireDeclaration(
  folder: string,
  result: PinnedFolder,
  { widget }: WidgetPin,
  files: SelectedFile[],
): void {
  if (result.pins.length > 0) return;
  const name = JSON.stringify(widget);
  const message = `Cannot pin the widget ${name} in ${folder}: none of its ${files.length} files is a notebook with dbutils.widgets.text, dropdown or combobox(${name}, …), CREATE WIDGET … ${widget} DEFAULT …, or ${widget} = "…" in a Fabric parameters cell; check the folder and the widget's name, which must be written there as a literal.`;
  throw new NotebookError("no-declaration", message);
}
