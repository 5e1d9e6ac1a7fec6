import { type ExitValueReading, readExitValue, readJUnitOfNotebook } from "../../results/exit-value.ts";

/** A JUnit file of 10 MB has about 50,000 test cases. */
const maxResultsBytes = 10 * 1024 * 1024;

/** Where the default lakehouse of a notebook is mounted. */
const lakehouseFiles = "/lakehouse/default/Files/";

/**
 * Reads the test cases that an exit value reports. If it names a JUnit file, that is read from the default lakehouse.
 * @param readFile reads a file by its path in the lakehouse, such as `Files/results.xml`; undefined if the step knows no lakehouse
 */
export async function readReportedTests(
  name: string,
  exitValue: string | undefined,
  readFile: ((path: string, maxBytes: number) => Promise<Buffer | undefined>) | undefined,
): Promise<ExitValueReading> {
  const reading = readExitValue(exitValue, { name });
  if (reading.kind !== "download") return reading;
  const unreadable = (why: string): ExitValueReading => ({
    kind: "unreadable",
    problem: `its exit value names the test results ${reading.path}: ${why}`,
  });
  if (!reading.path.startsWith(lakehouseFiles))
    return unreadable(`only files below ${lakehouseFiles} can be read`);
  if (readFile === undefined)
    return unreadable("the input lakehouse says in which lakehouse they are, and it is empty");
  try {
    const content = await readFile(reading.path.replace("/lakehouse/default/", ""), maxResultsBytes);
    if (content === undefined) return unreadable("the lakehouse has no such file");
    return readJUnitOfNotebook(content, { name }, reading.path);
  } catch (error) {
    return unreadable((error as Error).message.replace(/^Could not /, "could not "));
  }
}
