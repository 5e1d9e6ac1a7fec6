import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Writable } from "node:stream";
import { couldNot } from "../../shared/text/could-not.ts";
import { setUpOnFirstUse } from "../driver/installation.ts";
import type { Emulator } from "../emulator/index.ts";
import { guardedEnvironment, guardProcess } from "../guardian/guardian.ts";
import type { CommandLine } from "./command-line/declaration.ts";
import { UsageError } from "./command-line/usage-error.ts";
import { readConfigFile } from "./config-file.ts";
import type { emulatorDeclaration } from "./declarations.ts";
import { type Interrupts, listenForInterrupts } from "./interrupts.ts";
import { explained } from "./ports.ts";

/** `notebook-ops emulator`: the local workspace alone, or for as long as a command runs. @returns the exit code */
export async function emulatorCommand(
  { options, afterDashes: command }: CommandLine<typeof emulatorDeclaration>,
  out: Writable,
): Promise<number> {
  const port = readPort(options.port);
  const config = options.config === undefined ? {} : await readConfigFile(options.config);
  const { startEmulator } = await import("../emulator/index.ts");
  await setUpOnFirstUse();
  using interrupts = listenForInterrupts();
  const emulator = await startEmulator({ config, port }).catch((error: unknown) => {
    throw explained(error, port);
  });
  try {
    if (options.json) out.write(`${JSON.stringify(emulator.ready)}\n`);
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
    throw new UsageError(
      couldNot(`listen on port ${text}`, "it is not a port", "write a number from 1 to 65530"),
    );
  return port;
}

function describe({ ready, services }: Emulator): string {
  const lines = [
    ...services.flatMap(({ definition: { title }, addresses }) =>
      Object.values(addresses).map((url) => [title, url]),
    ),
    ["Ledger", `${ready.controlUrl}/ledger`],
    ["Certificate", ready.caFile],
  ].map(([name, url]) => `  ${name?.padEnd(13)}${url}`);
  return `The local workspace runs until Ctrl-C.\n${lines.join("\n")}\n--json prints the tokens, too; -- COMMAND runs a command in its environment.\n`;
}

/** Runs a command in this terminal with the workspace's environment. @returns its exit code, or 128 + n if signal n ended it */
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
          new Error(couldNot(`start ${program}`, error.message, "give a command that is on the PATH"), {
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
