import { accessSync, chmodSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { wholeFolder } from "../files/remove-folder.ts";
import { rename } from "../files/rename.ts";
import { couldNot } from "../text/could-not.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { type FileContent, readPinned, writeCopy } from "./artifact/copy-files.ts";
import type { ArtifactFile } from "./artifact/digest.ts";
import { hasWindowsLineEnds, withUnixLineEnds } from "./artifact/line-ends.ts";
import type { ArtifactPin } from "./artifact/manifest.ts";
import { fillNewFolder } from "./artifact/new-folder.ts";
import { type SelectedFile, type Selection, selectFiles, stagingPrefix } from "./artifact/select-files.ts";
import { declaredWidgets } from "./declarations/find-declarations.ts";
import { NotebookError, quote } from "./notebook-error.ts";
import type { WidgetPin } from "./pin.ts";
import { maxNotebookBytes, mayBeNotebook, readNotebook } from "./read-notebook.ts";

export interface PinnedFolder {
  /** One for each notebook that declares the widget, sorted by path. */
  pins: ArtifactPin[];
  /** The number of notebooks that had another default before. */
  changed: number;
  warnings: string[];
  leftOut: Selection["leftOut"];
}

/**
 * Pins a widget in every notebook of a folder, in place. Nothing is written before all notebooks are read. Each file is then replaced
 * by a rename and keeps its mode, so that nobody ever sees half a file.
 * Throws NotebookError and ArtifactError, and then the folder is unchanged.
 */
export async function pinFolder(folder: string, pin: WidgetPin, signal?: AbortSignal): Promise<PinnedFolder> {
  const { files, leftOut } = selectFiles(folder);
  const result: PinnedFolder = { pins: [], changed: 0, warnings: [], leftOut };
  const staging = mkdtempSync(join(folder, stagingPrefix));
  try {
    const staged: { from: string; to: string }[] = [];
    // A link points to another file of the folder, which is pinned itself.
    const own = files.filter((file) => !file.linked);
    for await (const content of readPinned(own, pin, signal)) {
      if (!addToResult(result, content, pin)) continue;
      const from = join(staging, String(staged.length));
      stage(from, content.file, content.pinned!.content);
      staged.push({ from, to: content.file.source });
    }
    requireDeclaration(folder, result, pin, files);
    for (const { from, to } of staged) await rename(from, to);
  } finally {
    rmSync(staging, wholeFolder);
  }
  return result;
}

/** Like pinFolder, but writes to the new folder `out`, which gets the files that an artifact would have (see selectFiles). */
export async function copyPinned(
  folder: string,
  out: string,
  pin: WidgetPin,
  signal?: AbortSignal,
): Promise<PinnedFolder> {
  return fillNewFolder(
    out,
    folder,
    async (staging) => (await stageCopy(folder, staging, { pin, signal })).result,
  );
}

/**
 * Copies the files of an artifact into `staging`, with the widget pinned if `pin` is given.
 * @param options.unixLineEnds whether notebooks get the line ends of Unix
 * @returns `windowsLineEnds`: the paths of the text files other than notebooks that have the line ends of Windows
 */
export async function stageCopy(
  folder: string,
  staging: string,
  {
    pin,
    unixLineEnds = false,
    signal,
  }: { pin: WidgetPin | undefined; unixLineEnds?: boolean; signal?: AbortSignal },
): Promise<{ result: PinnedFolder; copied: ArtifactFile[]; windowsLineEnds: string[] }> {
  const { files, leftOut } = selectFiles(folder);
  const result: PinnedFolder = { pins: [], changed: 0, warnings: [], leftOut };
  const copied: ArtifactFile[] = [];
  const windowsLineEnds: string[] = [];
  for await (const content of readPinned(files, pin, signal)) {
    if (pin) addToResult(result, content, pin);
    if (hasWindowsLineEnds(content)) windowsLineEnds.push(content.file.path);
    copied.push(await writeCopy(staging, unixLineEnds ? withUnixLineEnds(content) : content));
  }
  if (pin) requireDeclaration(folder, result, pin, files);
  return { result, copied, windowsLineEnds };
}

/** Adds a file to the result. Returns whether pinning changed it. */
function addToResult(result: PinnedFolder, { file, pinned }: FileContent, pin: WidgetPin): boolean {
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
  const name = quote(widget);
  const message = couldNot(
    `pin the widget ${name} in ${folder}`,
    `no notebook among its ${files.length === 1 ? "1 file" : `${files.length} files`} declares this widget`,
    didYouMean(
      widget,
      declaredIn(files),
      `check the folder and the name, which must be a literal in dbutils.widgets.text, dropdown or combobox(${name}, …), in CREATE WIDGET … ${widget} DEFAULT …, or in ${widget} = "…" of a Fabric parameters cell`,
    ),
  );
  throw new NotebookError("no-declaration", message);
}

/** The names of the widgets that the notebooks declare. Reads them again, because only this error needs the names. */
function declaredIn(files: readonly SelectedFile[]): string[] {
  const readable = files.filter(({ path, size }) => mayBeNotebook(path) && size <= maxNotebookBytes);
  return readable.flatMap(({ path, source }) => {
    const notebook = readNotebook(path, readFileSync(source));
    return notebook ? declaredWidgets(notebook) : [];
  });
}
