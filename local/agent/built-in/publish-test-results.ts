import { findFiles } from "../publish/file-patterns.ts";
import { describeTests, readTestRuns, requireTestFormat } from "../publish/published-tests.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/** PublishTestResults@2. The summary of the run shows the counts. Results that cannot be read are a warning. */
export const publishTestResults: BuiltInTask = {
  manifest: builtInManifest("PublishTestResults", 2, "Publish test results", [
    textInput("testRunner", "JUnit", { aliases: ["testResultsFormat"] }),
    textInput("testResultsFiles", "**/TEST-*.xml", { required: true }),
    textInput("searchFolder", "$(System.DefaultWorkingDirectory)"),
    textInput("mergeTestResults", "false", { type: "boolean" }),
    textInput("failTaskOnFailedTests", "false", { type: "boolean" }),
    textInput("failTaskOnFailureToPublishResults", "false", { type: "boolean" }),
    textInput("failTaskOnMissingResultsFile", "false", { type: "boolean" }),
    textInput("testRunTitle"),
    textInput("platform", "", { aliases: ["buildPlatform"] }),
    textInput("configuration", "", { aliases: ["buildConfiguration"] }),
    textInput("publishRunAttachments", "true", { type: "boolean" }),
  ]),
  async run({ inputs, processor, services, variables, log }) {
    const isSet = (name: string) => inputs.get(name)?.toLowerCase() === "true";
    requireTestFormat(inputs.get("testRunner") ?? "");
    const patterns = inputs.get("testResultsFiles") ?? "";
    const files = await findFiles(inputs.get("searchFolder") ?? "", patterns);
    if (files.length === 0) {
      const text = `No test result files matching ${patterns.split(/\s*\n\s*/).join(", ")} were found.`;
      if (isSet("failTaskOnMissingResultsFile")) throw new Error(text);
      processor.issue("warning", text);
      return null;
    }
    const { runs, warnings } = await readTestRuns(files, {
      title: inputs.get("testRunTitle"),
      format: inputs.get("testRunner") ?? "",
      isMerged: isSet("mergeTestResults"),
      buildId: variables.get("Build.BuildId") ?? "",
    });
    const attachFiles = isSet("publishRunAttachments");
    for (const tests of runs) {
      await services.publishTests({ ...tests, attachFiles });
      log(`${tests.title}: ${describeTests(tests)}`);
    }
    for (const warning of warnings) processor.issue("warning", warning);
    if (warnings.length > 0 && isSet("failTaskOnFailureToPublishResults"))
      throw new Error(
        "There are files that could not be read, and failTaskOnFailureToPublishResults is true.",
      );
    const failed = runs.find((tests) => tests.failed > 0);
    if (failed && isSet("failTaskOnFailedTests"))
      throw new Error(
        `${failed.title}: ${failed.failed} of ${failed.cases.length} tests failed, and failTaskOnFailedTests is true.`,
      );
    return null;
  },
};
