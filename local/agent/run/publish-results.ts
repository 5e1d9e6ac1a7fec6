import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { PublishRequest, StepEffects } from "../commands/step-result.ts";
import { describeTests, readTestRuns } from "../publish/published-tests.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Publishes the test results of a step as its `##vso[results.publish]` commands say: in one test run, or in one for each file. Results that
 * cannot be read are a warning, as the agent has it (LegacyTestRunDataPublisher.cs).
 * @returns whether failed tests fail the step
 */
export async function publishResults(
  { testResults }: StepEffects,
  run: RunContext,
): Promise<{ areTestsToBlame: boolean; warnings: string[] }> {
  const warnings: string[] = [];
  let areTestsToBlame = false;
  for (const request of testResults)
    try {
      const read = await readRequested(request, run.folders.buildId);
      warnings.push(...read.warnings);
      for (const tests of read.runs) {
        await run.services.publishTests({ ...tests, attachFiles: request.attachFiles });
        run.reporter.stepLine(`${tests.title}: ${describeTests(tests)}`);
        areTestsToBlame ||= request.failOnFailedTests && tests.failed > 0;
      }
    } catch (error) {
      warnings.push((error as Error).message);
    }
  return { areTestsToBlame, warnings };
}

function readRequested(
  { files, type, runTitle, isMerged }: PublishRequest,
  buildId: number,
): ReturnType<typeof readTestRuns> {
  for (const file of files)
    if (!path.isAbsolute(file))
      throw new Error(
        couldNot(
          `read the test results ${file}`,
          "the agent resolves no relative path",
          "print the whole path",
        ),
      );
  return readTestRuns(files, { title: runTitle, format: type, isMerged, buildId });
}
