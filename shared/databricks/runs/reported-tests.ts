import { type ExitValueReading, readExitValue, readJUnitOfNotebook } from "../../results/exit-value.ts";
import type { DatabricksClient } from "../connection.ts";

/** A JUnit file of 10 MB has about 50,000 test cases. */
const maxResultsBytes = 10 * 1024 * 1024;

/** Reads the test cases that an exit value reports. If it names a JUnit file, that is downloaded from the workspace. */
export async function readReportedTests(
  { files }: DatabricksClient,
  name: string,
  exitValue: string | undefined,
  truncated = false,
): Promise<ExitValueReading> {
  const reading = readExitValue(exitValue, { name }, { truncated });
  if (reading.kind !== "download") return reading;
  try {
    return readJUnitOfNotebook(await files.read(reading.path, maxResultsBytes), { name }, reading.path);
  } catch (error) {
    // This may also be an error of the stream, if the connection breaks while the file is read.
    const message = (error as Error).message.replace(/^Could not /, "could not ");
    const problem = `its exit value names the test results ${reading.path}: ${message}`;
    return { kind: "unreadable", problem };
  }
}
