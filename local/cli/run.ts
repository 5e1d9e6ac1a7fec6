import { writeFile } from "node:fs/promises";
import type { Writable } from "node:stream";
import { couldNot } from "../../shared/text/could-not.ts";
import type { PipelineRecord } from "../agent/run/run-types.ts";
import { setUpOnFirstUse } from "../driver/installation.ts";
import type { WorkspaceConfig } from "../emulator/config.ts";
import type { CommandLine } from "./command-line/declaration.ts";
import { UsageError } from "./command-line/usage-error.ts";
import { findConfigFile, readConfigFile } from "./config-file.ts";
import type { runDeclaration } from "./declarations.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { readPairs } from "./pairs.ts";
import { explained } from "./ports.ts";
import { readSecrets } from "./secrets.ts";

const exitCodes: Record<PipelineRecord["result"], number> = { succeeded: 0, failed: 1, canceled: 130 };

/** `notebook-ops run`: a pipeline on a fresh local workspace. @returns the exit code */
export async function runCommand(
  { arguments: [file], options }: CommandLine<typeof runDeclaration>,
  out: Writable,
): Promise<number> {
  const settings = {
    file,
    variables: readPairs("var", options.var),
    parameters: readPairs("parameter", options.parameter),
    secrets: readSecrets(options.secret, options["secret-file"]),
    node: readNode(options.node),
    skipUnsupported: options["skip-unsupported"],
    out,
  };
  const configFile = findConfigFile(file);
  const [config, { checkPipeline }, { plannedWorkspace }] = await Promise.all([
    configFile === undefined ? ({} as WorkspaceConfig) : readConfigFile(configFile),
    import("../agent/run/read-pipeline.ts"),
    import("./planned-workspace.ts"),
  ]);
  // The set-up takes minutes on a new machine: a pipeline that cannot run does not begin it.
  await checkPipeline({ ...settings, host: plannedWorkspace(config) });
  const [{ startEmulator }, { runPipeline }, { agentWorkspace }] = await Promise.all([
    import("../emulator/index.ts"),
    import("../agent/run/pipeline-runner.ts"),
    import("./agent-workspace.ts"),
  ]);
  await setUpOnFirstUse();
  using interrupts = listenForInterrupts(() =>
    out.write("\nCanceling: clean-up steps still run; press Ctrl-C again to end everything at once.\n"),
  );
  const emulator = await startEmulator({ config, warmUp: config.databricks !== undefined }).catch(
    (error: unknown) => {
      throw explained(error);
    },
  );
  try {
    const record = await runPipeline({
      ...settings,
      host: { ...agentWorkspace(emulator), linksEndWithRun: !options.keep },
      signal: interrupts.cancel,
      kill: interrupts.kill,
    });
    if (options.record !== undefined) await writeRecord(options.record, record);
    if (options.keep && !interrupts.cancel.aborted) {
      out.write(`\nThe workspace keeps running until Ctrl-C: ${emulator.ready.controlUrl}/ledger\n`);
      await interrupts.asked;
    }
    return exitCodes[record.result];
  } finally {
    await emulator.stop();
  }
}

function readNode(text: string | undefined): "Node20_1" | "Node24" | undefined {
  if (text === undefined) return undefined;
  const handler = ({ 20: "Node20_1", 24: "Node24" } as const)[text];
  if (handler === undefined)
    throw new UsageError(
      couldNot(`run tasks with Node ${text}`, "the agent has 20 and 24", "write --node 20 or --node 24"),
    );
  return handler;
}

async function writeRecord(file: string, record: PipelineRecord): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
  } catch (error) {
    throw new Error(
      couldNot(`write the record ${file}`, (error as Error).message, "give a path that can be written"),
      {
        cause: error,
      },
    );
  }
}
