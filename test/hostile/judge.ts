import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import type { StageResult } from "../../local/agent/step-session.ts";
import { secretIn } from "../harness/secrets.ts";
import type { TestWorkspace } from "../harness/workspace.ts";
import { executedMark } from "./texts.ts";

/** One stage of a task with hostile texts, and what it is allowed to do. */
export interface HostileRun {
  result: StageResult;
  workspace: TestWorkspace;
  /** Values that must not be in anything that left the task. */
  secrets: readonly string[];
  /** Variables that this task sets; `*` for names that its inputs choose. */
  outputs: readonly string[];
  /** The run's own folders. */
  own: readonly string[];
  /** Folders of the machine that it may read: certificates, programs. */
  readable: readonly string[];
  /** A folder outside with a file that no step may touch. */
  outside: string;
  opened: readonly { kind: "read" | "write"; file: string }[];
}

/** Commands that our tasks give the agent. */
const ours = new Set([
  "task.setvariable",
  "task.settaskvariable",
  "task.setsecret",
  "task.issue",
  "task.logissue",
  "task.complete",
  "task.setprogress",
  "task.debug",
  "task.addattachment",
  "task.uploadsummary",
  "artifact.upload",
  "results.publish",
]);

/** The problems of a run, a line each: what a text from outside has caused. */
export function problemsOf(run: HostileRun): string[] {
  return [...executedCommands(run), ...shownSecrets(run), ...touchedFiles(run)];
}

function* executedCommands({ result, outputs }: HostileRun): Generator<string> {
  for (const { area, event, properties, data } of result.commands) {
    const name = `${area}.${event}`;
    const command = `##vso[${name} ${JSON.stringify(properties)}]${data.slice(0, 80)}`;
    if (!ours.has(name)) yield `executed ${command}`;
    if (
      Object.values(properties).some((value) => value.includes(executedMark)) ||
      data.trim() === executedMark
    )
      yield `executed ${command}`;
    const { variable } = properties;
    if (name === "task.setvariable" && !outputs.includes("*") && !outputs.includes(variable ?? ""))
      yield `set the variable ${variable}`;
  }
  if (result.commands.filter(({ area, event }) => area === "task" && event === "complete").length !== 1)
    yield "completed the step other than once";
  const { prependPath, files, artifacts, endpoints, buildNumber } = result.effects;
  if ([prependPath, files, endpoints].some((each) => each.length > 0) || buildNumber !== undefined)
    yield "had an effect that no task of ours has";
  for (const { name } of artifacts)
    if (!/^test-report-[\w. -]+$/.test(name)) yield `published the artifact ${name}`;
}

function* shownSecrets(run: HostileRun): Generator<string> {
  // A task sends values to a service on purpose; the list of requests hides them, but does not recognise every escaped form.
  const asked = JSON.stringify(run.workspace.emulator.requests());
  for (const secret of run.secrets)
    if (asked.includes(JSON.stringify(secret).slice(1, -1))) yield "showed a secret in GET /requests";
  for (const { where, text } of left(run))
    for (const secret of run.secrets) {
      const form = secretIn(text, secret);
      if (form !== undefined) yield `showed a secret in ${where}, as ${form}`;
    }
}

/** All that leaves a task and that others read afterwards. */
function* left({ result, workspace, own }: HostileRun): Generator<{ where: string; text: string }> {
  yield { where: "the log", text: result.log };
  for (const { message } of result.issues) yield { where: "an issue", text: message };
  for (const [name, value] of Object.entries(result.variables))
    yield { where: `variable ${name}`, text: value };
  const { attachments, artifacts, summaries, testResults } = result.effects;
  const files = [
    ...attachments.map(({ file }) => file),
    ...artifacts.map((artifact) => artifact.path),
    ...summaries,
    ...testResults.flatMap(({ files }) => files),
  ];
  for (const file of files)
    yield { where: path.basename(file), text: isOwn(file, own) ? readFileSync(file, "utf8") : "" };
  const { emulator } = workspace;
  for (const { tags } of emulator.azureDevOps.builds.list())
    yield { where: "the build tags", text: [...tags].join("\n") };
  for (const { id } of emulator.config.devops?.pullRequests ?? []) {
    const { threads, statuses } = emulator.azureDevOps.pullRequests.get(String(id));
    yield {
      where: "the pull request",
      text: threads.flatMap(({ comments }) => comments.map(({ content }) => content)).join("\n"),
    };
    yield { where: "the pull request's statuses", text: JSON.stringify(statuses) };
  }
}

function* touchedFiles({ result, own, readable, outside, opened }: HostileRun): Generator<string> {
  const { attachments, summaries, testResults, files, artifacts } = result.effects;
  const sent = [
    ...attachments.map(({ file }) => file),
    ...summaries,
    ...files,
    ...artifacts.map((artifact) => artifact.path),
    ...testResults.flatMap((each) => each.files),
  ];
  for (const file of sent) if (!isOwn(file, own)) yield `attached ${file}`;
  for (const file of testResults.flatMap((each) => each.files))
    if (/\[\[\s*attachment/i.test(readFileSync(file, "utf8"))) yield `named an attachment in ${file}`;
  for (const { kind, file } of opened)
    if (!isOwn(file, own) && !(kind === "read" && isOwn(file, readable))) yield `${kind} ${file}`;
  const found = readdirSync(outside);
  if (found.length !== 1 || statSync(path.join(outside, found[0]!)).size !== 6) yield `changed ${outside}`;
}

function isOwn(file: string, folders: readonly string[]): boolean {
  const real = resolved(file);
  return folders.some((folder) => `${real}/`.startsWith(`${resolved(folder)}/`));
}

/** Resolves links, as far as the path exists. */
function resolved(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(resolved(parent), path.basename(file));
  }
}
