import { couldNot } from "../../../shared/text/could-not.ts";
import { pythonFolders } from "../python/job-python.ts";
import { describe, environmentOf, pathEntries } from "../python/throw-away-environment.ts";
import { readVersionSpec } from "../python/version-spec.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/**
 * UsePythonVersion@0. A hosted agent takes a Python from its tool cache. The local agent makes a throw-away environment of a Python of the
 * machine: of the activated environment or the `.venv` of the repository if its version matches, else of a Python on the PATH.
 */
export const usePythonVersion: BuiltInTask = {
  manifest: builtInManifest(
    "UsePythonVersion",
    0,
    "Use Python",
    [
      textInput("versionSpec", "3.x"),
      textInput("addToPath", "true", { type: "boolean" }),
      textInput("architecture", "x64"),
      textInput("disableDownloadFromRegistry", "false", { type: "boolean" }),
      textInput("allowUnstable", "false", { type: "boolean" }),
    ],
    ["pythonLocation"],
  ),
  async run(step) {
    const spec = step.inputs.get("versionSpec") ?? "";
    const isMatch = readVersionSpec(spec);
    const found = new Map<string, string>();
    for await (const interpreter of step.services.interpreters.all()) {
      if (!found.has(interpreter.version)) found.set(interpreter.version, interpreter.file);
      if (!isMatch(interpreter.version)) continue;
      const environment = await environmentOf(interpreter, pythonFolders(step.tempFolder));
      step.log(describe(environment));
      step.processor.line(`##vso[task.setvariable variable=pythonLocation]${environment.folder}`);
      if (step.inputs.get("addToPath")?.toLowerCase() !== "false")
        for (const folder of pathEntries(environment))
          step.processor.line(`##vso[task.prependpath]${folder}`);
      return null;
    }
    throw new Error(
      couldNot(
        `find a Python for versionSpec ${spec}`,
        `the machine has ${[...found].map(([version, file]) => `${version} (${file})`).join(", ") || "no Python"}`,
        "install one, or change versionSpec",
      ),
    );
  },
};
