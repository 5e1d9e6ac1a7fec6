import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { DatabricksClient } from "../../shared/databricks/connection.ts";
import { LiveRuns } from "../../shared/databricks/runs/live-runs.ts";
import { intentPath, newIntent } from "../../shared/intent/intent.ts";
import { readStreamingDefinition } from "../../shared/streaming/read-definition.ts";
import type { Journal, TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { readComputes } from "./computes.ts";
import { loadInputs } from "./inputs.ts";
import { cleanAfter, PhaseFailed, Results } from "./phases.ts";
import { outputsOf, type RunContext, runNotebook } from "./session.ts";
import type { TestPlan } from "./test-plan.ts";

const keys = {
  /** The hash of the definition while its notebook cleanAfter has to run. */
  definition: "cleanAfterOf",
  /** The folder of the uploaded notebooks. */
  folder: "cleanAfterFolder",
} as const;

/** The least time that the notebook gets, however late it is. */
const leastMs = 10 * 60_000;
/** The most time in the post-job step: a job that is cancelled has five minutes by default. */
const postJobMs = 240_000;

/** Writes to the journal that the notebook cleanAfter has to run, before any other does. */
export function oweCleanAfter(
  journal: Journal,
  { plan, folder }: { plan: Pick<TestPlan, "definition" | "sha256">; folder: string },
): void {
  if (plan.definition.cleanAfter === undefined) return;
  journal.write(keys.folder, folder);
  journal.write(keys.definition, plan.sha256);
}

/** Whether the step has ended without running the notebook to its end. */
export function owesCleanAfter(journal: Journal): boolean {
  return Boolean(journal.read(keys.definition));
}

/** Runs the notebook cleanAfter and records its result. A cancelled step leaves it to its post-job step. */
export async function runCleanAfter(context: RunContext, timeoutMs?: number): Promise<void> {
  const { host, plan, results } = context;
  const step = plan.definition.cleanAfter;
  if (step === undefined || host.signal.aborted) return;
  const { finished, isFinal } = await runNotebook(context, cleanAfter, step, {
    timeoutMs: timeoutMs ?? Math.max(leastMs, context.leftMs()),
  });
  // Without a run that ended, for example because the token has expired, the post-job step tries again: it may sign in anew.
  const hasEnded = finished.state === "failed" && finished.runId !== undefined && !isFinal;
  if (finished.state === "succeeded" || hasEnded) host.journal.write(keys.definition, "");
  results.add(cleanAfter, finished);
}

/** Runs the notebook in the post-job step. The definition is read again, since the journal has no room for parameters. */
export async function cleanAfterJob(host: TaskHost, databricks: DatabricksClient): Promise<void> {
  const inputs = loadInputs(host);
  const content = await readFile(inputs.definition, "utf8").catch(() => undefined);
  const sha256 = content && createHash("sha256").update(content).digest("hex");
  if (content === undefined || sha256 !== host.journal.read(keys.definition))
    throw new Error(
      couldNot(
        "run the notebook cleanAfter of the cancelled streaming test",
        `${inputs.definition} is ${content === undefined ? "gone" : "not what it was when the test began"}`,
        "clean up by hand, and keep later steps of the job from changing the file",
      ),
    );
  const definition = readStreamingDefinition(content, {
    file: path.basename(inputs.definition),
    mode: inputs.mode,
  });
  const step = definition.cleanAfter!;
  const intent = newIntent(host.variable);
  const plan = { definition, folder: path.dirname(inputs.definition) };
  const results = new Results(definition, inputs.mode);
  try {
    await runCleanAfter(
      {
        ...{ host, databricks, inputs, plan, intent, results },
        ...outputsOf(databricks, host),
        computes: await readComputes(host, plan, intentPath(intent)),
        notebooks: new Map([
          [step.notebook, { notebookPath: `${host.journal.read(keys.folder)}/${step.notebook}` }],
        ]),
        live: new LiveRuns(host.journal),
        leftMs: () => postJobMs,
      },
      postJobMs,
    );
  } catch (error) {
    if (!(error instanceof PhaseFailed)) throw error;
    const { message = "it failed" } = results.failed?.finished.result ?? {};
    throw new Error(
      couldNot(`clean up after the streaming test ${definition.name}`, `${step.notebook}: ${message}`),
    );
  }
}
