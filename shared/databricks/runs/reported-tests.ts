import { type ExitValueReading, readExitValue, readJUnitOfNotebook } from "../../results/exit-value.ts";
import type { DatabricksClient } from "../connection.ts";

/** 10 MB of JUnit are about 50,000 test cases. */
const largestResults = 10 * 1024 * 1024;

/** The test cases that an exit value reports, or those of the JUnit file that it names, which is downloaded from the workspace. */
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
    // Not only a RequestError: a body that breaks off is an error of the stream.
    const problem = `its exit value names the test results ${reading.path}, which could not be read: ${(error as Error).message}`;
    return { kind: "unreadable", problem };
  }
}
