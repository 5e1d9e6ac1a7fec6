import type { Dependencies } from "./dependencies.ts";

/** docs/remote-tests.md describes the files of a run's folder, which the entry point in pytest-plugin/ reads and writes, too. */
export const remoteTestsSchema = "notebook-ops/remote-tests/1";

/** Paths in the folder of a run. */
export const runFiles = {
  request: "run.json",
  entryPoint: "entry_point.py",
  project: "project",
  results: "results",
  junit: "results/results.xml",
  events: "results/events.jsonl",
  log: "results/log.txt",
  artifacts: "results/artifacts",
  finished: "results/finished.json",
} as const;

/** run.json: what the remote side is to do. */
export interface RunRequest {
  schema: typeof remoteTestsSchema;
  runId: string;
  project: string;
  requirements: { file: string; exact: boolean }[];
  install: Dependencies["install"];
  pytestArguments: string[];
  environment: Record<string, string>;
}

export function runRequest(
  runId: string,
  { dependencies, pytestArguments }: { dependencies: Dependencies; pytestArguments: string[] },
): RunRequest {
  return {
    schema: remoteTestsSchema,
    runId,
    project: runFiles.project,
    requirements: dependencies.files.map(({ name, exact }) => ({ file: name, exact })),
    install: dependencies.install,
    pytestArguments,
    environment: {},
  };
}
