import { UsageError } from "./arguments.ts";
import { HELP } from "./help.ts";

/** Each command is loaded when it is asked for, so that none pays for the others' imports. */
const Commands: Record<string, (args: string[]) => Promise<number>> = {
  run: async (args) => (await import("./run.ts")).runCommand(args, process.stdout),
  emulator: async (args) => (await import("./emulator.ts")).emulatorCommand(args, process.stdout),
  pin: async (args) => (await import("./pin.ts")).pinCommand(args, process.stdout, process.stderr),
  report: async (args) => (await import("./report.ts")).reportCommand(args, process.stdout, process.stderr),
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = Commands[name];
  if (!command) throw new UsageError(`${name} is no command of notebook-ops: see notebook-ops --help.`);
  return await command(args);
}

// A terminal that has gone must not end the run before its clean-up.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isExpected = error instanceof Error && !(error instanceof TypeError || error instanceof RangeError);
  process.stderr.write(`${isExpected ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
// Whatever still holds the process open has had its time.
setTimeout(() => process.exit(), 3_000).unref();
