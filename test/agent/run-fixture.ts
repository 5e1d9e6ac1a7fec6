import path from "node:path";
import { Writable } from "node:stream";
import { runPipeline } from "../../local/agent/run/pipeline-runner.ts";
import type { PipelineHost, PipelineOptions, PipelineRecord } from "../../local/agent/run/run-types.ts";

/** A host without services: these pipelines need only the agent. */
export const emptyHost: PipelineHost = {
  variables: {},
  secretVariables: {},
  variableGroups: { group: { FROM_GROUP: "grouped" } },
  endpoints: [],
  taskFolders: [path.join(import.meta.dirname, "fixtures", "tasks")],
  environment: {},
  links: [],
  leftovers: () => [],
};

/** Runs a pipeline. @returns its record, and its output without the parts that differ from run to run */
export async function runFixture(
  file: string,
  options: Partial<PipelineOptions> & { onText?: (text: string) => void } = {},
): Promise<{ text: string; record: PipelineRecord }> {
  let text = "";
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      options.onText?.(text);
      done();
    },
  });
  const record = await runPipeline({
    host: emptyHost,
    secrets: { "System.AccessToken": "token-of-the-job" },
    ...options,
    file,
    out,
  });
  return { text: readable(text), record };
}

function readable(text: string): string {
  return text
    .replace(/\S*notebook-ops-runs[^/\s]*\/run-\d+/g, "<run>")
    .replace(/(Report|TestResults)_\d{6,}/g, "$1_<build>")
    .replace(/^ *Using Python \S+ of .* throw-away environment.*\n/gm, "")
    .replace(/[\w-]{36}\.sh/g, "<script>.sh")
    .replace(/ +\d+(\.\d+)? s\b/g, " 0 s")
    .replace(/\b20\d{6}\.1\b/g, "<date>.1");
}
