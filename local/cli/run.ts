import { writeFile } from "node:fs/promises";
import type { Writable } from "node:stream";
import type { PipelineRecord } from "../agent/run/run-types.ts";
import type { WorkspaceConfig } from "../emulator/config.ts";
import { readArguments, readPairs, UsageError } from "./arguments.ts";
import { findConfigFile, readConfigFile } from "./config-file.ts";
import { RUN_HELP } from "./help.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { readSecrets } from "./secrets.ts";

const ExitCodes: Record<PipelineRecord["result"], number> = { succeeded: 0, failed: 1, canceled: 130 };

/** `notebook-ops run`: a pipeline on a fresh local workspace. Answers the exit code. */
export async function runCommand(args: string[], out: Writable): Promise<number> {
  const { values, positionals } = readArguments("run", args, {
    var: { type: "string", multiple: true },
    parameter: { type: "string", multiple: true },
    secret: { type: "string", multiple: true },
    "secret-file": { type: "string", multiple: true },
    node: { type: "string" },
    record: { type: "string" },
    keep: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    out.write(RUN_HELP);
    return 0;
  }
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError(
      `notebook-ops run takes one pipeline, not ${positionals.length}: see notebook-ops run --help.`,
    );
  const settings = {
    file,
    variables: readPairs("var", values.var),
    parameters: readPairs("parameter", values.parameter),
    secrets: readSecrets(values.secret, values["secret-file"]),
    node: readNode(values.node),
    out,
  };
  const configFile = findConfigFile(file);
  const [config, { startEmulator }, { runPipeline }, { agentWorkspace }] = await Promise.all([
    configFile === undefined ? ({} as WorkspaceConfig) : readConfigFile(configFile),
    import("../emulator/index.ts"),
    import("../agent/run/pipeline-runner.ts"),
    import("./agent-workspace.ts"),
  ]);
  using interrupts = listenForInterrupts(() =>
    out.write("\nCanceling: clean-up steps still run; press Ctrl-C again to end everything at once.\n"),
  );
  const emulator = await startEmulator({ config, warmUp: config.databricks !== undefined });
  try {
    const record = await runPipeline({
      ...settings,
      workspace: agentWorkspace(emulator),
      signal: interrupts.cancel,
      kill: interrupts.kill,
    });
    if (values.record !== undefined) await writeRecord(values.record, record);
    if (values.keep && !interrupts.cancel.aborted) {
      out.write(`\nThe workspace keeps running until Ctrl-C: ${emulator.ready.controlUrl}/ledger\n`);
      await interrupts.asked;
    }
    return ExitCodes[record.result];
  } finally {
    await emulator.stop();
  }
}

function readNode(text: string | undefined): "Node20_1" | "Node24" | undefined {
  if (text === undefined) return undefined;
  const handler = ({ 20: "Node20_1", 24: "Node24" } as const)[text];
  if (handler === undefined)
    throw new UsageError(`--node ${text} is none of the agent's Nodes: write --node 20 or --node 24.`);
  return handler;
}

async function writeRecord(file: string, record: PipelineRecord): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(record, undefined, 2)}\n`);
  } catch (error) {
    throw new Error(
      `Could not write the record ${file}: ${(error as Error).message}; give a path that can be written.`,
      {
        cause: error,
      },
    );
  }
}
