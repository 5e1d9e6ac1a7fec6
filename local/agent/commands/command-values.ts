import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { StepResult } from "./step-result.ts";

/* What logging commands are given, checked as the agent does. Each throws an Error that completes `Carrying out … failed: `. */

export function required(properties: Record<string, string>, name: string): string {
  const value = properties[name];
  if (value === undefined || value === "") throw new Error(`its property ${name} is missing`);
  return value;
}

export function isTrue(text: string | undefined): boolean {
  return text?.trim().toLowerCase() === "true";
}

export function given(data: string, what: string): string {
  if (data.trim() === "") throw new Error(`its ${what} is empty`);
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
      throw new Error(`its result is ${text ?? "not given"}, not Succeeded, SucceededWithIssues or Failed`);
  }
}

export function progressValue(text: string | undefined): number {
  const percent = Number(text);
  if (text === undefined || !Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new Error("its value is not a number from 0 to 100");
  return percent;
}

export function fileName(text: string): string {
  if (/[/\0]/.test(text)) throw new Error(`${JSON.stringify(text)} is not a valid file name`);
  return text;
}

export function existing(file: string): string {
  if (file === "" || !existsSync(file)) throw new Error(`there is no file ${JSON.stringify(file)}`);
  return path.resolve(file);
}

/** Attachments are files: the agent takes a folder for an artifact alone (TaskCommandExtension.cs, File.Exists). */
export function existingFile(file: string): string {
  const found = existing(file);
  if (!statSync(found).isFile()) throw new Error(`${JSON.stringify(file)} is not a file`);
  return found;
}
