import { readFile, stat } from "node:fs/promises";
import { couldNot } from "../../../shared/text/could-not.ts";
import type { StepEffects } from "../commands/step-result.ts";
import type { RunContext } from "./run-context.ts";

type Counts = { label: string; covered: number; total: number };
const tools = ["Cobertura", "JaCoCo"];

/**
 * `##vso[codecoverage.publish]`: shows how much is covered, and publishes the report as an artifact of the name that the agent gives it
 * (CodeCoverageCommands.cs of the agent).
 * @throws Error with one sentence for another tool, and for a file that cannot be read
 */
export async function publishCoverage(
  { tool, summaryFile, reportFolder }: StepEffects["coverage"][number],
  { reporter, folders, services }: RunContext,
): Promise<void> {
  const cannot = (problem: string, advice: string) =>
    new Error(couldNot(`publish the code coverage ${summaryFile}`, problem, advice));
  if (!tools.some((known) => known.toLowerCase() === tool.toLowerCase()))
    throw cannot(`the tool ${tool} is not known`, `write ${tools.join(" or ")}`);
  const text = await readFile(summaryFile, "utf8").catch((error: Error) => {
    throw cannot(error.message, "print the path of the file that the tool wrote");
  });
  const counts = tool.toLowerCase() === "jacoco" ? await jacocoCounts(text) : coberturaCounts(text);
  for (const { label, covered, total } of counts)
    reporter.stepLine(` ${label}- ${covered} of ${total} covered.`);
  if (reportFolder !== "" && (await isFolder(reportFolder)))
    await services.artifacts.publish(`Code Coverage Report_${folders.buildId}`, reportFolder, "Container");
}

function coberturaCounts(text: string): Counts[] {
  const root = /<coverage\b[^>]*>/.exec(text)?.[0] ?? "";
  const number = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(root)?.[1] ?? NaN);
  return [
    { label: "Lines", covered: number("lines-covered"), total: number("lines-valid") },
    { label: "Branches", covered: number("branches-covered"), total: number("branches-valid") },
  ].filter(({ covered, total }) => covered + total >= 0);
}

async function jacocoCounts(text: string): Promise<Counts[]> {
  const { parseStringPromise } = await import("xml2js");
  const document = (await parseStringPromise(text)) as {
    report?: { counter?: { $: Record<string, string> }[] };
  };
  return (document.report?.counter ?? []).map(({ $: { type = "", covered, missed } }) => ({
    label: `${type.charAt(0)}${type.slice(1).toLowerCase()}s`,
    covered: Number(covered),
    total: Number(covered) + Number(missed),
  }));
}

async function isFolder(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => undefined))?.isDirectory() === true;
}
