import { findFiles } from "../publish/file-patterns.ts";
import { describeTests, readTests, requireTestFormat } from "../publish/published-tests.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/** PublishTestResults@2. The summary of the run shows the counts. */
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
  async run({ inputs, processor, services, log }) {
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
    const title = inputs.get("testRunTitle") || "Test results";
    try {
      const tests = await readTests(title, files, inputs.get("testRunner"));
      await services.publishTests(tests);
      log(`${title}: ${describeTests(tests)}`);
      if (tests.failed > 0 && isSet("failTaskOnFailedTests"))
        throw new TestsFailed(
          `${title}: ${tests.failed} of ${tests.cases.length} tests failed, and failTaskOnFailedTests is true.`,
        );
    } catch (error) {
      if (error instanceof TestsFailed || isSet("failTaskOnFailureToPublishResults")) throw error;
      processor.issue("warning", (error as Error).message);
    }
    return null;
  },
};

class TestsFailed extends Error {}
