import { couldNot } from "../../../shared/text/could-not.ts";
import { type BuiltInStep, type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";
import { runShell, shellInputs, writeScript } from "./run-shell.ts";

/** CmdLine@2 runs the shell of the platform: cmd on Windows, Bash elsewhere. */
export const cmdLine: BuiltInTask = {
  manifest: builtInManifest("CmdLine", 2, "Command line", [
    textInput("script", "", { required: true }),
    ...shellInputs,
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
    ...shellInputs,
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
