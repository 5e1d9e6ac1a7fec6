import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Writable } from "node:stream";
import type { Emulator } from "../emulator/index.ts";
import { guardedEnvironment, guardProcess } from "../guardian/guardian.ts";
import { readArguments, UsageError } from "./arguments.ts";
import { readConfigFile } from "./config-file.ts";
import { EMULATOR_HELP } from "./help.ts";
import { type Interrupts, listenForInterrupts } from "./interrupts.ts";

/** `notebook-ops emulator`: the local workspace alone, or for as long as a command runs. Answers the exit code. */
export async function emulatorCommand(args: string[], out: Writable): Promise<number> {
  const separator = args.indexOf("--");
  const command = separator < 0 ? undefined : args.slice(separator + 1);
  const { values, positionals } = readArguments("emulator", separator < 0 ? args : args.slice(0, separator), {
    json: { type: "boolean" },
    port: { type: "string" },
    config: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (values.help) {
    out.write(EMULATOR_HELP);
    return 0;
  }
  if (positionals.length > 0)
    throw new UsageError(`notebook-ops emulator takes no ${positionals[0]}: put -- before a command.`);
  if (command?.length === 0)
    throw new UsageError("notebook-ops emulator found no command after --: write one.");
  const port = readPort(values.port);
  const config = values.config === undefined ? {} : await readConfigFile(values.config);
  const { startEmulator } = await import("../emulator/index.ts");
  using interrupts = listenForInterrupts();
  const emulator = await startEmulator({ config, port });
  try {
    if (values.json) out.write(`${JSON.stringify(emulator.ready)}\n`);
    else if (!command) out.write(describe(emulator));
    if (command) return await runBeside(command, emulator, interrupts);
    await interrupts.asked;
    return 0;
  } finally {
    await emulator.stop();
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_530)
    throw new UsageError(`--port ${text} is not a port: write a number from 1 to 65530.`);
  return port;
}

function describe({ ready }: Emulator): string {
  const lines = [
    ["Databricks", ready.databricksUrl],
    ["Key Vault", ready.keyVaultUrl],
    ["Entra ID", ready.authorityUrl],
    ["Fabric", ready.fabricUrl],
    ["Azure DevOps", ready.devopsUrl],
    ["Ledger", `${ready.controlUrl}/ledger`],
    ["Certificate", ready.caFile],
  ].flatMap(([name, url]) => (url ? [`  ${name?.padEnd(13)}${url}`] : []));
  return `The local workspace runs until Ctrl-C.\n${lines.join("\n")}\n--json prints the tokens, too; -- COMMAND runs a command in its environment.\n`;
}

/** Runs a command with the workspace's environment and the terminal of its own; its exit code, 128 + n where signal n ended it. */
async function runBeside(
  command: readonly string[],
  emulator: Emulator,
  interrupts: Interrupts,
): Promise<number> {
  const [program = "", ...given] = command;
  const child = spawn(program, given, {
    stdio: "inherit",
    env: { ...process.env, ...emulator.environment, ...guardedEnvironment },
  });
  const release = child.pid === undefined ? () => {} : guardProcess(child.pid);
  // The terminal sends Ctrl-C to the command itself; what reaches this process alone is passed on.
  const forward = () => child.kill("SIGTERM");
  const kill = () => child.kill("SIGKILL");
  process.on("SIGTERM", forward);
  process.on("SIGHUP", forward);
  interrupts.kill.addEventListener("abort", kill);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (error) =>
        reject(
          new Error(`Starting ${program} failed: ${error.message}; give a command that is on the PATH.`, {
            cause: error,
          }),
        ),
      );
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
    });
  } finally {
    release();
    process.off("SIGTERM", forward);
    process.off("SIGHUP", forward);
    interrupts.kill.removeEventListener("abort", kill);
  }
}
