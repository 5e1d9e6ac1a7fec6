import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { runProcess } from "../process/run-process.ts";
import { type BuiltInStep, type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

const shared = [
  textInput("workingDirectory", "", { type: "filePath" }),
  textInput("failOnStderr", "false", { type: "boolean" }),
];

/** CmdLine@2: the platform's own shell, which is Bash but on Windows. */
export const cmdLine: BuiltInTask = {
  manifest: builtInManifest("CmdLine", 2, "Command line", [
    textInput("script", "", { required: true }),
    ...shared,
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
    ...shared,
  ]),
  run(step) {
    const { inputs } = step;
    if (inputs.get("targetType")?.toLowerCase() === "inline")
      return runBash(step, inputs.get("script") ?? "");
    // As Microsoft's task does: the file runs with `exec`, its arguments in the shell's own words.
    return runBash(
      step,
      `exec bash '${inputs.get("filePath")?.replaceAll("'", "'\\''")}' ${inputs.get("arguments") ?? ""}`,
    );
  },
};

async function runBash(step: BuiltInStep, script: string): Promise<number | null> {
  if (script.trim() === "") throw new Error(`${step.manifest.name} was given no script: write one.`);
  const file = await writeScript(step, "sh", script);
  return runShell(step, "bash", ["--noprofile", "--norc", file]);
}

async function writeScript(step: BuiltInStep, extension: string, script: string): Promise<string> {
  const file = path.join(step.tempFolder, `${randomUUID()}.${extension}`);
  await writeFile(file, `${script.replace(/\r\n/g, "\n")}\n`, { mode: 0o700 });
  return file;
}

async function runShell(step: BuiltInStep, command: string, given: string[]): Promise<number | null> {
  let wroteErrors = false;
  const { exitCode, stopped } = await runProcess({
    command,
    arguments: given,
    environment: step.environment,
    workingDirectory: step.inputs.get("workingDirectory") || step.sourcesFolder,
    onLine: (line, stream) => {
      wroteErrors ||= stream === "stderr";
      step.processor.line(line);
    },
    signal: step.signal,
    cancelTimes: step.cancelTimes,
    interrupts: "group",
  }).catch((error: Error) => {
    throw new Error(
      `Starting ${command} in ${step.inputs.get("workingDirectory")} failed: ${error.message}.`,
      { cause: error },
    );
  });
  if (stopped) return exitCode;
  if (exitCode !== 0) throw new Error(`${path.basename(command)} exited with code '${exitCode}'.`);
  if (wroteErrors && step.inputs.get("failOnStderr")?.toLowerCase() === "true")
    throw new Error(`${path.basename(command)} wrote to standard error, and failOnStderr is set.`);
  return exitCode;
}
