import { type ExitValueReading, readExitValue, readJUnitOfNotebook } from "../../results/exit-value.ts";
import type { DatabricksClient } from "../connection.ts";

/** 10 MB of JUnit are some 50,000 cases. */
const largestResults = 10 * 1024 * 1024;

/** The test cases of an exit value, or of the JUnit file that it names, which is read from the workspace. */
export async function readReportedTests(
  { files }: DatabricksClient,
  name: string,
  exitValue: string | undefined,
  truncated = false,
): Promise<ExitValueReading> {
  const reading = readExitValue(exitValue, { name }, { truncated });
  if (reading.kind !== "download") return reading;
  try {
    return readJUnitOfNotebook(await files.read(reading.path, largestResults), { name }, reading.path);
  } catch (error) {
    // A body that breaks off on its way is no RequestError.
    const problem = `its exit value names the test results ${reading.path}, which could not be read: ${(error as Error).message}`;
    return { kind: "unreadable", problem };
  }
}

/** What a notebook that succeeded comes to by what it says of its tests: `reason` is the end of a sentence. */
export interface TestsVerdict {
  failed: boolean;
  reason?: string;
}

export function judgeTests(reading: ExitValueReading, allowSkipped: boolean): TestsVerdict {
  if (reading.kind === "unreadable") return { failed: true, reason: reading.problem.replace(/\.$/, "") };
  if (reading.kind !== "cases") return { failed: false };
  const { cases } = reading;
  if (cases.length === 0)
    return {
      failed: true,
      reason:
        "it reports test results in which there is no test; report the tests that ran, or give an exit value of another kind",
    };
  const failed = cases.filter((testCase) => testCase.outcome === "failed");
  const [first] = failed;
  if (first) {
    const counted =
      cases.length === 1 ? "its one test failed" : `${failed.length} of its ${cases.length} tests failed`;
    const why = first.message ? `: ${firstLine(first.message)}` : "";
    return { failed: true, reason: `${counted}; the first, ${first.name}${why}` };
  }
  if (cases.some((testCase) => testCase.outcome === "passed")) return { failed: false };
  const skipped =
    cases.length === 1 ? "its one test was skipped" : `all of its ${cases.length} tests were skipped`;
  return allowSkipped
    ? { failed: false, reason: skipped }
    : { failed: true, reason: `${skipped}; set allowSkipped to true if a notebook may test nothing` };
}

function firstLine(text: string): string {
  const [line = ""] = text.trim().split(/\r?\n/);
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
