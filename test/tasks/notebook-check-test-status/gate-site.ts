import type { Build } from "../../../local/emulator/azure-devops/builds/build.ts";
import type { EarlierAttachment, EarlierBuild } from "../../../local/emulator/azure-devops/config.ts";
import type { WorkspaceConfig } from "../../../local/emulator/config.ts";
import { type StepChanges, type TaskFixture, taskFixture } from "../../harness/task-fixture.ts";
import type { TestWorkspace } from "../../harness/workspace.ts";

export const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
export const tag = "notebook-ops.test-status_qa_weather_1.2.0";
/** The pipeline of the gate's own job, and another one of the project. */
export const ownPipeline = { id: 12, name: "weather" };
export const otherPipeline = { id: 13, name: "weather nightly" };

const minuteMs = 60_000;

/** A few seconds earlier, so that an age in minutes is the same whenever it is looked at. */
export const minutesAgo = (minutes: number) =>
  new Date(Date.now() - minutes * minuteMs - 20_000).toISOString();

/** A scenario of a record. */
export type Scenario = { name?: string; outcome?: "passed" | "failed" | "skipped" } & Record<string, unknown>;

/** The record of run 300, which tested weather 1.2.0 an hour ago for ten minutes: three scenarios, all passed. */
export function record(
  changes: Record<string, unknown> & { scenarios?: Scenario[] } = {},
): Record<string, unknown> {
  const { scenarios = [{}, {}, {}], ...fields } = changes;
  const results = scenarios.map((scenario, index) => ({
    name: `tests/scenario-${index + 1}`,
    outcome: "passed",
    durationSeconds: 1,
    ...scenario,
  }));
  const countOf = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
  return {
    schema: "notebook-ops/test-status/1",
    artifact: { name: "weather", version: "1.2.0", digest },
    environment: "qa",
    platform: "databricks",
    workspace: "https://adb-1.1.azuredatabricks.net",
    run: { buildId: "300" },
    startedOn: minutesAgo(60),
    finishedOn: minutesAgo(50),
    counts: {
      total: results.length,
      passed: countOf("passed"),
      failed: countOf("failed"),
      skipped: countOf("skipped"),
    },
    results,
    ...fields,
  };
}

/** An attachment with a record, or with a text in its place. */
export function attached(content: unknown, name = "notebooks-1.json"): EarlierAttachment {
  return { type: "notebook-ops.test-status", name, content };
}

/** Run 300 of the gate's own pipeline, which ran from 65 to 45 minutes ago and has the tag of weather 1.2.0 in qa. */
export function testRun(changes: Partial<EarlierBuild> = {}): EarlierBuild {
  const id = changes.id ?? 300;
  return {
    id,
    number: `20261121.${id}`,
    definition: ownPipeline,
    startTime: minutesAgo(65),
    finishTime: minutesAgo(45),
    tags: [tag],
    attachments: [attached(record({ run: { buildId: String(id) } }))],
    ...changes,
  };
}

/** A run whose record has these fields. */
export function runWith(
  fields: Parameters<typeof record>[0],
  changes: Partial<EarlierBuild> = {},
): EarlierBuild {
  const buildId = String(changes.id ?? 300);
  return testRun({ ...changes, attachments: [attached(record({ run: { buildId }, ...fields }))] });
}

/** A gate in pipeline run 345 of the pipeline 12, with these earlier runs in the organisation. */
export function gate(
  builds: EarlierBuild[],
  { workspace, ...changes }: StepChanges & { workspace?: WorkspaceConfig } = {},
): Promise<TaskFixture> {
  return taskFixture("NotebookCheckTestStatus", {
    ...changes,
    isBuild: true,
    workspace: { ...workspace, devops: { ...workspace?.devops, builds } },
    inputs: {
      environment: "qa",
      packageName: "weather",
      packageVersion: "1.2.0",
      artifactDigest: digest,
      ...changes.inputs,
    },
  });
}

/** The run that the gate belongs to. */
export function ownRun(step: TaskFixture): Build {
  return step.workspace.emulator.azureDevOps.builds.get("345");
}

/** The requests by which gates decided. Those that only the report for sign-off needs come after the decision. */
export function decidingRequests({ emulator }: TestWorkspace): string[] {
  return emulator
    .requests()
    .map(({ method, path, query }) => `${method} ${path}${query}`)
    .filter((request) => /build\/builds/.test(request))
    .filter((request) => !/notebook-ops\.(deployment|artifact|junit)/.test(request));
}
