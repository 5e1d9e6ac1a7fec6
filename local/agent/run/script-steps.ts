import type { Issue } from "../commands/step-result.ts";
import type { StepDefinition } from "../yaml/pipeline.ts";

/** How much of the end of a script's output is shown again at the end of the run. */
const maxLines = 10;
const maxTitleCharacters = 60;
/** Lines that say nothing about what a script does: comments, and settings of the shell. */
const preamble = /^(#|::|rem\b|@?echo off\b|set -|set \+|setlocal\b|$)/i;

/** Whether a step runs a script whose text is in the pipeline. */
export function isScript({ task, inputs }: StepDefinition): boolean {
  const { script, targetType } = inputs;
  if (script === undefined) return false;
  return (
    task === "CmdLine" || (["Bash", "PowerShell"].includes(task) && targetType?.toLowerCase() === "inline")
  );
}

/** The first line of a script that says what it does. Azure Pipelines shows only CmdLine, Bash or PowerShell for a script without a name. */
export function scriptTitle(step: StepDefinition): string | undefined {
  if (!isScript(step)) return undefined;
  const lines = (step.inputs.script ?? "").split(/\r?\n/).map((line) => line.trim());
  const line = lines.find((each) => !preamble.test(each)) ?? lines.find((each) => each !== "");
  if (line === undefined || line.length <= maxTitleCharacters) return line;
  return `${line.slice(0, maxTitleCharacters)}…`;
}

/** The last lines that a script printed, without the issues, which the agent tells itself. */
export function lastLinesOf(log: string, issues: readonly Issue[]): string[] {
  const told = new Set(issues.map(({ type, message }) => `##[${type}]${message.split("\n")[0]}`));
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !told.has(line));
  return lines.length > maxLines ? ["…", ...lines.slice(-maxLines)] : lines;
}
