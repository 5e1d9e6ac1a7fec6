import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { requireSmall } from "../../shared/databricks/folders/importable.ts";
import { type Project, readProject } from "../../shared/databricks/folders/project.ts";
import { importedPath } from "../../shared/databricks/folders/upload-folder.ts";
import { type NotebookFile, readNotebookFolder } from "../../shared/notebook/notebook-folder.ts";
import { selectPaths } from "../../shared/notebook/select-notebooks.ts";
import type { Iteration, NotebookStep, StreamingDefinition } from "../../shared/streaming/definition.ts";
import { readStreamingDefinition } from "../../shared/streaming/read-definition.ts";
import { expandFolder } from "../../shared/streaming/target-folder.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { didYouMean } from "../../shared/text/did-you-mean.ts";
import type { Inputs } from "./inputs.ts";

/** The largest payload file; a file is held in memory while it is sent. */
const maxPayloadBytes = 100 * 1024 * 1024;

/** A streaming test whose notebooks and payload files all exist on this machine. */
export interface TestPlan {
  definition: StreamingDefinition;
  /** Hex SHA-256 of the definition file. */
  sha256: string;
  /** The folder of the definition, to which its paths are relative. */
  folder: string;
  project: Project;
  /** The files of each iteration that uploads some, and the folder that they are uploaded to. */
  payloads: Map<Iteration, { files: NotebookFile[]; to: string }>;
}

/** Reads the definition and checks that everything that it names exists, before anything is created in the workspace. */
export async function readTestPlan(inputs: Inputs): Promise<TestPlan> {
  const content = await readFile(inputs.definition, "utf8").catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === "ENOENT" ? "it does not exist" : `reading it failed with ${error.code}`;
    throw new Error(
      couldNot(`read the streaming test ${inputs.definition}`, problem, "correct the input 'definition'"),
    );
  });
  const definition = readStreamingDefinition(content, {
    file: path.basename(inputs.definition),
    mode: inputs.mode,
  });
  const folder = path.dirname(inputs.definition);
  const project = await readProject(inputs.notebookFolder, []);
  requireNotebooks(definition, project);
  return {
    definition,
    sha256: createHash("sha256").update(content).digest("hex"),
    folder,
    project,
    payloads: await payloadsOf(definition, folder, inputs),
  };
}

/** The notebooks of a test that run outside its job, in the order in which they first run. */
function notebooksOf({
  cleanBefore,
  job,
  ready,
  iterations,
  cleanAfter,
}: StreamingDefinition): NotebookStep[] {
  return [
    cleanBefore,
    ...(job.kind === "created" ? job.tasks : []),
    ready.validate,
    ...iterations.flatMap(({ produce, validate }) => [
      produce.kind === "notebook" ? produce : undefined,
      validate,
    ]),
    cleanAfter,
  ].filter((step) => step !== undefined);
}

function requireNotebooks(definition: StreamingDefinition, project: Project): void {
  const names = project.notebooks.map(importedPath);
  for (const { notebook } of notebooksOf(definition))
    if (!names.includes(notebook))
      throw new Error(
        couldNot(
          `find the notebook "${notebook}" of the streaming test ${definition.name}`,
          `${project.folder} has no such notebook`,
          didYouMean(notebook, names, "correct its path, which is relative to the input 'notebookFolder'"),
        ),
      );
}

async function payloadsOf(
  definition: StreamingDefinition,
  folder: string,
  { parameters }: Inputs,
): Promise<TestPlan["payloads"]> {
  const payloads: TestPlan["payloads"] = new Map();
  let all: NotebookFile[] | undefined;
  for (const iteration of definition.iterations) {
    const { name, produce } = iteration;
    if (produce.kind !== "files") continue;
    all ??= await readNotebookFolder(folder);
    const files = filesOf(produce.globs, { name, all, folder });
    const to = expandFolder(produce.to, { ...definition.parameters, ...parameters });
    if (to.startsWith("/Workspace/")) requireSmall(files);
    payloads.set(iteration, { files, to });
  }
  return payloads;
}

function filesOf(
  globs: readonly string[],
  { name, all, folder }: { name: string; all: readonly NotebookFile[]; folder: string },
): NotebookFile[] {
  const paths = all.map((file) => file.path);
  const doWhat = `produce the payload of "${name}"`;
  for (const glob of globs)
    if (!glob.startsWith("!") && selectPaths(paths, [glob]).length === 0)
      throw new Error(
        couldNot(
          doWhat,
          `no file in ${folder} matches "${glob}"`,
          didYouMean(glob, paths, "correct the glob, which is relative to the definition"),
        ),
      );
  const chosen = new Set(selectPaths(paths, globs));
  const files = all.filter((file) => chosen.has(file.path));
  if (files.length === 0)
    throw new Error(couldNot(doWhat, `${globs.join(", ")} excludes every file`, "correct the globs"));
  const byName = new Map<string, NotebookFile>();
  for (const file of files) {
    const other = byName.get(path.posix.basename(file.path));
    if (other !== undefined)
      throw new Error(
        couldNot(
          doWhat,
          `${other.path} and ${file.path} would have the same name in the folder that they are uploaded to`,
          "rename one of them",
        ),
      );
    byName.set(path.posix.basename(file.path), file);
    if (file.size > maxPayloadBytes)
      throw new Error(
        couldNot(
          doWhat,
          `${file.path} is ${Math.ceil(file.size / 1024 / 1024)} MB, and a payload file may have ${maxPayloadBytes / 1024 / 1024} MB`,
          "divide it, or produce it by a notebook",
        ),
      );
  }
  return files;
}
