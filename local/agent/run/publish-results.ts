import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { PublishRequest, StepEffects } from "../commands/step-result.ts";
import { describeTests, type PublishedTests, readTests } from "../publish/published-tests.ts";
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
      for (const tests of await read(request, run.folders.buildId)) {
        await run.services.publishTests({ ...tests, attachFiles: request.attachFiles });
        run.reporter.stepLine(`${tests.title}: ${describeTests(tests)}`);
        areTestsToBlame ||= request.failOnFailedTests && tests.failed > 0;
      }
    } catch (error) {
      warnings.push((error as Error).message);
    }
  return { areTestsToBlame, warnings };
}

async function read(
  { files, type, runTitle, isMerged }: PublishRequest,
  buildId: number,
): Promise<PublishedTests[]> {
  for (const file of files)
    if (!path.isAbsolute(file))
      throw new Error(
        couldNot(
          `read the test results ${file}`,
          "the agent resolves no relative path",
          "print the whole path",
        ),
      );
  const title = runTitle.trim() || `${type}_TestResults_${buildId}`;
  if (isMerged || files.length === 1) return [await readTests(title, files, type)];
  return Promise.all(files.map((file, index) => readTests(`${title}_${index + 1}`, [file], type)));
}
