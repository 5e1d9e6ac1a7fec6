import type { ToolResult } from "./run-artifact-tool.ts";

/**
 * Exit codes of ArtifactTool whose meaning is known from reports (there is no list):
 * 17 https://github.com/microsoft/azure-pipelines-tasks/issues/13743,
 * 18 https://github.com/MicrosoftDocs/azure-devops-docs/issues/12339,
 * 19 https://github.com/microsoft/azure-pipelines-artifact-caching-tasks/issues/42, 20 a version or description that is not allowed.
 */
export const exitCodes = { versionExists: 17, noMatch: 18, noFeed: 19, badVersion: 20 };

/** Messages of failures that stay: no permission, no such thing, not signed in, a request that is not valid, a full disk. */
const refusals = [
  /\b(lacks? permission|need to have '\w+'|not authorized|access denied|unauthorized|forbidden)\b/i,
  /\b(can(no|')t (be )?f(i|ou)nd|could not be found|does(n't| not) exist)\b/i,
  /\b(cannot be republished|is (not valid|invalid)|must be|is required)\b/i,
  /\bstatus code does not indicate success: 4(?!08|29)\d\d\b/i,
  /\b(disk is full|no space left|not enough space)\b/i,
];

/**
 * Whether a run of the tool that failed may succeed the next time: a broken connection, a server's fault, a crash. The exit code tells
 * a few reasons and is 1 for all others, so that the tool's messages decide those. An unknown message counts as a failure
 * that may pass: a refusal then costs some seconds, and nothing worse.
 */
export function mayPass({ exitCode, errors }: ToolResult): boolean {
  if (Object.values(exitCodes).includes(exitCode)) return false;
  return !refusals.some((refusal) => refusal.test(errors));
}
