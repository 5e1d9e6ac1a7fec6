import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { StepResult } from "./step-result.ts";

/* Checks of the properties and data of logging commands, as the agent makes them. Each throws an Error that completes `Could not run ##vso[…]: `. */

export function required(properties: Record<string, string>, name: string): string {
  const value = properties[name];
  if (value === undefined || value === "") throw new Error(`the property ${name} is missing`);
  return value;
}

export function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === "true";
}

export function nonEmpty(data: string, what: string): string {
  if (data.trim() === "") throw new Error(`the ${what} is empty`);
  return data;
}

export function completeResult(text: string | undefined): StepResult {
  switch (text?.trim().toLowerCase()) {
    case "succeeded":
    case "skipped":
      return "succeeded";
    case "succeededwithissues":
      return "succeededWithIssues";
    case "failed":
    case "abandoned":
      return "failed";
    case "canceled":
      return "canceled";
    default:
      throw new Error(`the result is ${text ?? "missing"}, not Succeeded, SucceededWithIssues or Failed`);
  }
}

export function progressValue(text: string | undefined): number {
  const percent = Number(text);
  if (text === undefined || !Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new Error("the value is not a whole number from 0 to 100");
  return percent;
}

export function fileName(text: string): string {
  if (/[/\0]/.test(text)) throw new Error(`${JSON.stringify(text)} is not a valid file name`);
  return text;
}

export function existingPath(file: string): string {
  if (file === "" || !existsSync(file)) throw new Error(`there is no file ${JSON.stringify(file)}`);
  return path.resolve(file);
}

/** An attachment must be a file. Only an artifact can be a folder (TaskCommandExtension.cs of the agent, File.Exists). */
export function existingFile(file: string): string {
  const existing = existingPath(file);
  if (!statSync(existing).isFile()) throw new Error(`${JSON.stringify(file)} is not a file`);
  return existing;
}

/** What Azure DevOps does not allow in a run number; undefined if it is well-formed. */
export function problemOfRunNumber(number: string): string | undefined {
  const shown = JSON.stringify(number);
  const [forbidden] = /["/\\:<>'|?@*]/.exec(number) ?? [];
  if (forbidden !== undefined) return `the run number ${shown} contains ${forbidden}, which is not allowed`;
  if (number.endsWith(".")) return `the run number ${shown} ends with a dot, which is not allowed`;
  const most = 255;
  return number.length > most
    ? `the run number has ${number.length} characters, and the limit is ${most}`
    : undefined;
}
