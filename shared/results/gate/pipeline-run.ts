import { oneLine } from "../../text/plain-text.ts";

/** A pipeline run, with the times of the server. */
export interface PipelineRun {
  id: string;
  /** Such as `20261121.1`. */
  number: string;
  project: { id: string; name: string };
  pipeline: {
    id: string;
    name: string;
    /** `\` for the root, else such as `\team\releases`. */
    folder: string;
  };
  /** `refs/heads/…` */
  branch: string;
  /** Such as `manual` or `pullRequest`. */
  reason: string;
  /** ISO 8601. */
  startedOn: string;
  /** ISO 8601; undefined while it runs. */
  finishedOn?: string;
}

/** A run in the words of a log: `20261121.1 (345)`. */
export function runText({ number, id }: PipelineRun): string {
  return `${oneLine(number, 40)} (${id})`;
}

/** A pipeline in the words of a log, with its id, because several can have one name: `releases\weather (12)`. */
export function pipelineText({ pipeline: { id, name, folder } }: PipelineRun): string {
  const path = folder.replace(/^\\+|\\+$/g, "");
  return `${oneLine(path === "" ? name : `${path}\\${name}`, 80)} (${id})`;
}
