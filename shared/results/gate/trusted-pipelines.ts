import { couldNot } from "../../text/could-not.ts";
import { ResultsError } from "../results-error.ts";
import type { PipelineRun } from "./pipeline-run.ts";

/** A pipeline whose records count. */
export interface TrustedPipeline {
  /** As it was given, for messages. */
  text: string;
  /** Name or id; undefined for the project of the job. */
  project?: string;
  /** An id, the name of a pipeline in the root folder, `folder\name`, or `*` for every pipeline of the project. */
  pipeline: string;
  /** A glob on refs; undefined for every branch. */
  branch?: string;
}

/** Reads lines `[project/]pipeline[@branch]`. */
export function parseTrustedPipelines(text: string): TrustedPipeline[] {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(parseLine);
}

function parseLine(line: string): TrustedPipeline {
  // Names of projects and pipelines contain neither `/` nor `@`:
  // https://learn.microsoft.com/azure/devops/organizations/settings/naming-restrictions
  const parts = /^(?:(?<project>[^/@]+)\/)?(?<pipeline>[^/@]+)(?:@(?<branch>\S+))?$/.exec(line)?.groups;
  const [project, pipeline] = [parts?.project?.trim(), parts?.pipeline?.trim()];
  if (!pipeline || project === "")
    throw new ResultsError(
      couldNot(
        "use the input 'trustedPipelines'",
        `'${line}' does not name a pipeline`,
        "write [project/]pipeline[@branch] in each line, such as weather or 12@main",
      ),
    );
  return {
    text: line,
    ...(project ? { project } : {}),
    pipeline: pipeline.replace(/^\\+/, ""),
    ...(parts?.branch ? { branch: fullRef(parts.branch) } : {}),
  };
}

function fullRef(branch: string): string {
  return branch.startsWith("refs/") ? branch : `refs/heads/${branch}`;
}

/** Why the records of a run do not count, as the end of `run 345 …`; undefined if they count. */
export function whyNotTrusted(
  run: PipelineRun,
  { trusted, ownProject }: { trusted: readonly TrustedPipeline[]; ownProject: string },
): string | undefined {
  // Anyone who may open a pull request can change what its run does.
  if (run.reason.toLowerCase() === "pullrequest" || /^refs\/pull\//i.test(run.branch))
    return "is of a pull request, which is never trusted";
  const pipelines = trusted.filter(
    ({ project, pipeline }) => isProject(run, project ?? ownProject) && isPipeline(run, pipeline),
  );
  if (pipelines.length === 0) return "is of a pipeline that is not in trustedPipelines";
  return pipelines.some(({ branch }) => branch === undefined || matches(branch, run.branch))
    ? undefined
    : "is of a branch that is not in trustedPipelines";
}

function isProject({ project }: PipelineRun, nameOrId: string): boolean {
  return [project.id, project.name].some((each) => each.toLowerCase() === nameOrId.toLowerCase());
}

/** Digits are an id and never a name, and a name alone is in the root folder: otherwise a new pipeline could take the place of a trusted one. */
function isPipeline({ pipeline: { id, name, folder } }: PipelineRun, wanted: string): boolean {
  if (wanted === "*") return true;
  if (/^\d+$/.test(wanted)) return id === wanted;
  const path = [...folder.split("\\").filter((part) => part !== ""), name].join("\\");
  return path.toLowerCase() === wanted.toLowerCase();
}

/** Branches are compared as Git does, with the case of letters. `*` does not match a slash, `**` does. */
function matches(glob: string, ref: string): boolean {
  const pattern = glob
    .split(/(\*\*|\*|\?)/)
    .map((part) => wildcards[part] ?? part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("");
  return new RegExp(`^${pattern}$`).test(ref);
}

const wildcards: Record<string, string> = { "**": ".*", "*": "[^/]*", "?": "[^/]" };
