import { findFiles } from "../publish/file-patterns.ts";
import { describeTests, readTests } from "../publish/published-tests.ts";
import { type BuiltInTask, builtInManifest, textInput } from "./built-in-task.ts";

/** PublishTestResults@2 for JUnit files: the counts stand in the run's summary. */
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
    const is = (name: string) => inputs.get(name)?.toLowerCase() === "true";
    const format = inputs.get("testRunner") ?? "";
    if (format.toLowerCase() !== "junit")
      throw new Error(
        `Publishing test results of format ${format} is not supported here: publish JUnit files.`,
      );
    const patterns = inputs.get("testResultsFiles") ?? "";
    const files = await findFiles(inputs.get("searchFolder") ?? "", patterns);
    if (files.length === 0) {
      const text = `No test result files matching ${patterns.split(/\s*\n\s*/).join(", ")} were found.`;
      if (is("failTaskOnMissingResultsFile")) throw new Error(text);
      processor.issue("warning", text);
      return null;
    }
    const title = inputs.get("testRunTitle") || "Test results";
    try {
      const run = await readTests(title, files);
      await services.publishTests(run);
      log(`${title}: ${describeTests(run)}`);
      if (run.failed > 0 && is("failTaskOnFailedTests"))
        throw new TestsFailed(`${title} holds ${run.failed} failed tests, and failTaskOnFailedTests is set.`);
    } catch (error) {
      if (error instanceof TestsFailed || is("failTaskOnFailureToPublishResults")) throw error;
      processor.issue("warning", (error as Error).message);
    }
    return null;
  },
};

class TestsFailed extends Error {}
