import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { runProcess } from "../process/run-process.ts";
import { type BuiltInStep, type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

const commonInputs = [
  textInput("workingDirectory", "", { type: "filePath" }),
  textInput("failOnStderr", "false", { type: "boolean" }),
];

/** CmdLine@2 runs the shell of the platform: cmd on Windows, Bash elsewhere. */
export const cmdLine: BuiltInTask = {
  manifest: builtInManifest("CmdLine", 2, "Command line", [
    textInput("script", "", { required: true }),
    ...commonInputs,
  ]),
  async run(step) {
    if (process.platform !== "win32") return runBash(step, step.inputs.get("script") ?? "");
    const file = await writeScript(
      step,
      "cmd",
      `@echo off\r\n${(step.inputs.get("script") ?? "").replace(/\r?\n/g, "\r\n")}`,
    );
    return runShell(step, "cmd.exe", ["/D", "/E:ON", "/V:OFF", "/S", "/C", `CALL "${file}"`]);
  },
};

/** Bash@3, with the script inline or in a file of the sources. */
export const bash: BuiltInTask = {
  manifest: builtInManifest("Bash", 3, "Bash", [
    textInput("targetType", "filePath"),
    textInput("script"),
    textInput("filePath", "", { type: "filePath" }),
    textInput("arguments"),
    ...commonInputs,
  ]),
  run(step) {
    const { inputs } = step;
    if (inputs.get("targetType")?.toLowerCase() === "inline")
      return runBash(step, inputs.get("script") ?? "");
    // Microsoft's task runs the file by `exec` too, so that the shell splits the arguments.
    return runBash(
      step,
      `exec bash '${inputs.get("filePath")?.replaceAll("'", "'\\''")}' ${inputs.get("arguments") ?? ""}`,
    );
  },
};

async function runBash(step: BuiltInStep, script: string): Promise<number | null> {
  if (script.trim() === "")
    throw new Error(couldNot(`run ${step.manifest.name}`, "its script is empty", "write one"));
  const file = await writeScript(step, "sh", script);
  return runShell(step, "bash", ["--noprofile", "--norc", file]);
}

async function writeScript(step: BuiltInStep, extension: string, script: string): Promise<string> {
  const file = path.join(step.tempFolder, `${randomUUID()}.${extension}`);
  await writeFile(file, `${script.replace(/\r\n/g, "\n")}\n`, { mode: 0o700 });
  return file;
}

async function runShell(step: BuiltInStep, command: string, parameters: string[]): Promise<number | null> {
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
