import { readFileSync } from "node:fs";
import { couldNot } from "../../shared/text/could-not.ts";
import type { CommandDeclaration, CommandLine } from "./command-line/declaration.ts";
import { commandHelp, overview } from "./command-line/help-text.ts";
import { asksForHelp, didYouMean, parseCommandLine } from "./command-line/parse.ts";
import { UsageError } from "./command-line/usage-error.ts";
import { emulatorDeclaration, pinDeclaration, reportDeclaration, runDeclaration } from "./declarations.ts";
import { reportFailure } from "./failure.ts";

interface Command {
  declaration: CommandDeclaration;
  /** Resolves to the exit code. */
  run(args: readonly string[]): Promise<number>;
}

const { stdout, stderr } = process;

/** The implementation of a command is loaded when the command is used. */
const commands: readonly Command[] = [
  command(runDeclaration, async (given) => (await import("./run.ts")).runCommand(given, stdout)),
  command(emulatorDeclaration, async (given) =>
    (await import("./emulator.ts")).emulatorCommand(given, stdout),
  ),
  command(pinDeclaration, async (given) => (await import("./pin.ts")).pinCommand(given, stdout, stderr)),
  command(reportDeclaration, async (given) =>
    (await import("./report.ts")).reportCommand(given, stdout, stderr),
  ),
];

function command<const D extends CommandDeclaration>(
  declaration: D,
  implementation: (given: CommandLine<D>) => Promise<number>,
): Command {
  return { declaration, run: (args) => implementation(parseCommandLine(declaration, args)) };
}

async function main([first, ...others]: readonly string[]): Promise<number> {
  if (first === undefined)
    throw new UsageError(couldNot("run notebook-ops", "no command is given", "see notebook-ops --help"));
  if (first === "--version") return print(`${packageVersion()}\n`);
  if (["help", "--help", "-h"].includes(first)) {
    const about = others.find((each) => !each.startsWith("-"));
    return print(about === undefined ? help() : commandHelp(find(about).declaration));
  }
  const { declaration, run } = find(first);
  return asksForHelp(others) ? print(commandHelp(declaration)) : await run(others);
}

// Both this file and the bundle dist/cli/notebook-ops.mjs are two folders below package.json.
function packageVersion(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

function find(name: string): Command {
  const found = commands.find(({ declaration }) => declaration.name === name);
  if (found) return found;
  const isOption = name.startsWith("-");
  const known = isOption ? ["--help", "--version"] : commands.map(({ declaration }) => declaration.name);
  const kind = isOption ? "option" : "command";
  throw new UsageError(couldNot("run notebook-ops", `unknown ${kind} "${name}"`, didYouMean(name, known)));
}

function help(): string {
  const summary = "Runs notebook pipelines on your own machine, with no cloud account.";
  return overview(
    summary,
    commands.map(({ declaration }) => declaration),
  );
}

function print(text: string): number {
  stdout.write(text);
  return 0;
}

// A terminal that has gone must not end the run before its clean-up.
for (const stream of [stdout, stderr]) stream.on("error", () => {});

const args = process.argv.slice(2);
process.on("uncaughtException", (error) => process.exit(reportFailure(error, args[0])));

try {
  process.exitCode = await main(args);
} catch (error) {
  process.exitCode = reportFailure(error, args[0]);
}
// Whatever still holds the process open has had its time.
setTimeout(() => process.exit(), 3_000).unref();
