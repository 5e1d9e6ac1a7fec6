import path from "node:path";
import { describeTests } from "../publish/published-tests.ts";
import { isLinkTo, withoutEndingLinks } from "./ending-links.ts";
import { releaseTables } from "./release-table.ts";
import { outcomes, withoutCommands, withoutControls } from "./reporter.ts";
import type { RunContext, StepFailure } from "./run-context.ts";
import type { JobRecord, PipelineRecord } from "./run-types.ts";
import { linkTo } from "./step-effects.ts";
import { formatDuration } from "./text-style.ts";

/** A longer output variable is cut in the summary, but not in the record. */
const maxValueCharacters = 200;
/** A longer error is cut in the summary, but not in the log. */
const maxErrorLines = 20;
/** The type of an HTML report, as the tasks attach it. */
const reportType = "notebook-ops.report";

const isReport = ({ type }: { type: string }) => type === reportType;

export function printHeader({ reporter, pipeline, options, predefined }: RunContext): void {
  const { style } = reporter;
  reporter.print(
    `${style.bold("Pipeline")} ${path.relative(process.cwd(), pipeline.file)}, run ${predefined["Build.BuildNumber"]}`,
  );
  const { links } = options.host;
  const width = Math.max(...links.map(({ name }) => name.length));
  for (const { name, url } of links) reporter.print(`  ${name.padEnd(width)} ${url}`);
}

/**
 * The summary at the end of a run, with the result as its last line. What steps said is text from outside: a pipeline that runs this command
 * must not take it for logging commands.
 */
export function printSummary(
  run: RunContext,
  record: PipelineRecord,
  {
    comments,
    durationMs,
  }: { /** Files with the comments of the pull request. */ comments: readonly string[]; durationMs: number },
): void {
  const { reporter, publishedTests, attachedFiles, buildTags, folders } = run;
  const { style } = reporter;
  const section = (title: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    reporter.print();
    reporter.print(style.bold(title));
    for (const line of lines) reporter.print(`  ${withoutCommands(line)}`);
  };
  section(
    "Steps",
    record.jobs.flatMap((job) => stepLines(job, record.jobs.length > 1, style)),
  );
  section(
    "Tests",
    publishedTests.map((tests) => {
      const line = `${tests.title}: ${describeTests(tests)}`;
      return tests.failed > 0 ? style.red(line) : line;
    }),
  );
  section("Outputs", outputLines(record.variables, run));
  section(
    "Report",
    attachedFiles.filter(isReport).map(({ file }) => linkTo(file)),
  );
  section(
    "Artifacts",
    run.services.artifacts
      .published()
      .map(({ name, folder }) => `${withoutControls(name)}  ${linkTo(folder)}`),
  );
  if (run.pullRequest)
    section(`Pull request ${run.pullRequest.id}: ${run.pullRequest.title}`, [
      ...run.pullRequest.activity().map(withoutControls),
      ...comments.map(linkTo),
    ]);
  section("Approvals", run.approvals);
  for (const { title, lines } of releaseTables(run)) section(title, lines);
  section("Build tags", buildTags);
  section("Files", [
    ...attachedFiles
      .filter((attached) => !isReport(attached))
      .map(({ name, file }) => `${name}  ${linkTo(file)}`),
    ...publishedTests.flatMap(({ title, files }) => files.map((file) => `${title}  ${linkTo(file)}`)),
  ]);
  section("Left alive in the workspace", [
    ...record.leftovers.map(({ kind, id, name }) =>
      style.yellow(`${kind}: ${name}${name === id ? "" : ` (${id})`}`),
    ),
    ...(record.leftovers.length === 0 ? ["nothing left alive"] : []),
  ]);
  section("Logs", [folders.logs]);
  section(
    "Failed steps",
    run.failures.flatMap((failure) => failureLines(failure, run, record.jobs.length > 1)),
  );
  section(
    "Left out, because the local agent does not support it",
    record.unsupported.map((line) => style.yellow(`! ${withoutControls(line)}`)),
  );
  reporter.print();
  const { sign, paint } = outcomes[record.result];
  const issues =
    record.result === "succeeded" && record.jobs.some((job) => job.result === "succeededWithIssues");
  const time = formatDuration(durationMs);
  const endings = {
    succeeded: `succeeded${issues ? " with issues" : ""} in ${time}`,
    failed: `failed after ${time}`,
    canceled: `was canceled after ${time}`,
  };
  const leftOut = record.unsupported.length;
  const without =
    leftOut === 0
      ? ""
      : `, without ${leftOut} ${leftOut === 1 ? "part" : "parts"} that the local agent does not support`;
  const isPartial = leftOut > 0 && record.result === "succeeded";
  const text = `${isPartial ? outcomes.succeededWithIssues.sign : sign} The pipeline ${endings[record.result]}${without}.`;
  reporter.print(style.bold(style[issues || isPartial ? "yellow" : paint](text)));
}

/** The error of a step, and the files that say more. */
function failureLines(
  { title, job, message, lastLines = [], isCanceled = false, logFile, attachedFiles }: StepFailure,
  { options, reporter }: RunContext,
  withJob: boolean,
): string[] {
  const { linksEndWithRun, links } = options.host;
  const shown =
    message !== undefined && linksEndWithRun ? withoutEndingLinks(message, links, "nothing") : message;
  const lines = withoutControls(shown ?? "it logged no error").split("\n");
  const cut = lines.length > maxErrorLines ? [...lines.slice(0, maxErrorLines), "…"] : lines;
  const [first, ...rest] = cut.map((line) => reporter.style.red(line));
  const { sign, paint } = outcomes[isCanceled ? "canceled" : "failed"];
  return [
    `${reporter.style[paint](sign)} ${title}${withJob && job !== undefined ? ` in ${job}` : ""}: ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...lastLines.map(
      (line) => `  | ${withoutControls(linksEndWithRun ? withoutEndingLinks(line, links, "nothing") : line)}`,
    ),
    ...attachedFiles.filter(isReport).map(({ file }) => `  report: ${linkTo(file)}`),
    ...(logFile === undefined ? [] : [`  log: ${logFile}`]),
  ];
}

function stepLines(job: JobRecord, withJob: boolean, style: RunContext["reporter"]["style"]): string[] {
  const width = Math.min(60, Math.max(...job.steps.map((step) => step.displayName.length), 0));
  const lines = job.steps.map(({ displayName, result, durationMs, reason }) => {
    const { sign, words, paint } = outcomes[result];
    const time = result === "skipped" ? "" : formatDuration(durationMs).padStart(10);
    return `${style[paint](sign)} ${displayName.padEnd(width)} ${time}${result === "succeeded" ? "" : `  ${words}`}${because(reason)}`.trimEnd();
  });
  if (!withJob && lines.length > 0) return lines;
  const { words, paint } = outcomes[job.result];
  return [`${job.name}: ${style[paint](words)}${because(job.reason)}`, ...lines.map((line) => `  ${line}`)];
}

function because(reason: string | undefined): string {
  return reason === undefined ? "" : `: ${beginning(reason)}`;
}

/** The outputs of steps. Only the record has variables, paths in the work folder, which no longer exists, and links that end with the run. */
function outputLines(variables: Record<string, string>, { folders, options }: RunContext): string[] {
  const { linksEndWithRun, links } = options.host;
  const hasEnded = (value: string) =>
    value.startsWith(folders.work) || (linksEndWithRun === true && isLinkTo(links, value));
  return Object.entries(variables)
    .filter(([name, value]) => name.includes(".") && value !== "" && !hasEnded(value))
    .flatMap(([name, value]) => {
      const texts = textsByName(value);
      if (texts === undefined) return [`${name} = ${beginning(value)}`];
      return [name, ...texts.map(([each, text]) => `  ${beginning(each)} = ${beginning(text)}`)];
    });
}

/** The members of a JSON object whose values are all texts, such as the exit values of several notebooks. */
function textsByName(value: string): [string, string][] | undefined {
  if (!value.startsWith("{")) return undefined;
  try {
    const entries = Object.entries(JSON.parse(value));
    const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return texts.length > 0 && texts.length === entries.length ? texts : undefined;
  } catch {
    return undefined;
  }
}

function beginning(value: string): string {
  const [first = ""] = value.split(/\r?\n/);
  const short = first.slice(0, maxValueCharacters);
  return `${withoutControls(short)}${short.length < value.length ? " …" : ""}`;
}
