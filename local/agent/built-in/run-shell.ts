import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { runProcess } from "../process/run-process.ts";
import { type BuiltInStep, textInput } from "./built-in-task.ts";

/** The inputs of every task that runs a script. */
export const shellInputs = [
  textInput("workingDirectory", "", { type: "filePath" }),
  textInput("failOnStderr", "false", { type: "boolean" }),
];

/** Writes a script with the line breaks of Unix. @returns its file */
export async function writeScript(step: BuiltInStep, extension: string, script: string): Promise<string> {
  const file = path.join(step.tempFolder, `${randomUUID()}.${extension}`);
  await writeFile(file, `${script.replace(/\r\n/g, "\n")}\n`, { mode: 0o700 });
  return file;
}

/** Runs a shell in the working directory of the step. @throws Error if it fails, or writes to standard error despite failOnStderr */
export async function runShell(
  step: BuiltInStep,
  command: string,
  parameters: string[],
): Promise<number | null> {
  const workingDirectory = step.inputs.get("workingDirectory") || step.sourcesFolder;
  let wroteErrors = false;
  const { exitCode, stopped } = await runProcess({
    command,
    arguments: parameters,
    environment: step.environment,
    workingDirectory,
    onLine: (line, stream) => {
      wroteErrors ||= stream === "stderr";
      step.processor.line(line);
    },
    signal: step.signal,
    cancelTimes: step.cancelTimes,
    interrupts: "group",
  }).catch((error: Error) => {
    throw new Error(
      couldNot(`start ${command} in ${workingDirectory}`, error.message, "check that both exist"),
      { cause: error },
    );
  });
  if (stopped) return exitCode;
  if (exitCode !== 0) throw new Error(`${path.basename(command)} exited with code '${exitCode}'.`);
  if (wroteErrors && step.inputs.get("failOnStderr")?.toLowerCase() === "true")
    throw new Error(`${path.basename(command)} wrote to standard error, and failOnStderr is true.`);
  return exitCode;
}
