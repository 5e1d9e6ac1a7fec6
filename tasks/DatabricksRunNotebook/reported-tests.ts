import type { DatabricksWorkspace } from "../../shared/databricks/connection.ts";
import {
  type ExitValueReading,
  readExitValue,
  readJUnitOfNotebook,
} from "../../shared/results/exit-value.ts";

/** 10 MB of JUnit are some 50,000 cases. */
const largestResults = 10 * 1024 * 1024;

/** The test cases of an exit value, or of the JUnit file that it names, which is read from the workspace. */
export async function readReportedTests(
  { files }: DatabricksWorkspace,
  name: string,
  exitValue: string | undefined,
): Promise<ExitValueReading> {
  const reading = readExitValue(exitValue, { name });
  if (reading.kind !== "download") return reading;
  try {
    return readJUnitOfNotebook(await files.read(reading.path, largestResults), { name }, reading.path);
  } catch (error) {
    // A body that breaks off on its way is no RequestError.
    const problem = `its exit value names the test results ${reading.path}, which could not be read: ${(error as Error).message}`;
    return { kind: "unreadable", problem };
  }
}

/** Why a notebook that succeeded has failed by what it says of its tests: the end of a sentence. */
export function whyTestsFailed(reading: ExitValueReading): string | undefined {
  if (reading.kind === "unreadable") return reading.problem.replace(/\.$/, "");
  if (reading.kind !== "cases") return undefined;
  const { cases } = reading;
  if (cases.length === 0)
    return "it reports test results in which there is no test; report the tests that ran, or give an exit value of another kind";
  const failed = cases.filter((testCase) => testCase.outcome === "failed");
  const [first] = failed;
  if (!first) return undefined;
  const counted =
    cases.length === 1 ? "its one test failed" : `${failed.length} of its ${cases.length} tests failed`;
  return `${counted}; the first, ${first.name}${first.message ? `: ${firstLine(first.message)}` : ""}`;
}

function firstLine(text: string): string {
  const [line = ""] = text.trim().split(/\r?\n/);
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
