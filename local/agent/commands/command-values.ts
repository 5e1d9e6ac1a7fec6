import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import type { PublishRequest, StepEffects, StepResult } from "./step-result.ts";

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

/** The names of results, which the agent reads with their case, and their numbers (TaskResult of the agent). */
const results: [name: string, result: StepResult][] = [
  ["Succeeded", "succeeded"],
  ["SucceededWithIssues", "succeededWithIssues"],
  ["Failed", "failed"],
  ["Canceled", "canceled"],
  ["Skipped", "succeeded"],
  ["Abandoned", "failed"],
];

export function completeResult(text: string | undefined): StepResult {
  const searched = text?.trim();
  const found = results.find(([name], number) => searched === name || searched === String(number));
  if (found) return found[1];
  throw new Error(`the result is ${text ?? "missing"}, not Succeeded, SucceededWithIssues or Failed`);
}

/** A value that is not a number counts as 0, and one that is out of range as the nearest that is not. */
export function progressValue(text: string | undefined): number {
  const percent = /^\s*[+-]?\d+\s*$/.test(text ?? "") ? Number(text) : 0;
  return Math.min(Math.max(percent, 0), 100);
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

/** Whether a path is a file, or a folder with at least one file in it or below. */
export function hasFiles(file: string): boolean {
  if (!statSync(file).isDirectory()) return true;
  return readdirSync(file, { withFileTypes: true, recursive: true }).some((each) => !each.isDirectory());
}

/** The files are in the data, else in `resultFiles`. Whatever is not `true` or `false` counts as not given. */
export function publishRequest(properties: Record<string, string>, data: string): PublishRequest {
  const files = (data.trim() === "" ? required(properties, "resultfiles") : data).split(",");
  const flag = (name: string, defaultValue: boolean) =>
    ({ true: true, false: false })[properties[name]?.trim().toLowerCase() ?? ""] ?? defaultValue;
  return {
    files: files.map((file) => file.trim()),
    type: required(properties, "type"),
    runTitle: properties.runtitle ?? "",
    isMerged: flag("mergeresults", true),
    attachFiles: flag("publishrunattachments", true),
    failOnFailedTests: flag("failtaskonfailedtests", false),
  };
}

export function checkTelemetry(properties: Record<string, string>, data: string): void {
  for (const name of ["area", "feature"]) required(properties, name);
  try {
    JSON.parse(nonEmpty(data, "data"));
  } catch {
    throw new Error("its data is not JSON");
  }
}

/** The agent finds the type of an artifact by the form of its place, if the command does not say it (ArtifactCommandExtension.cs). */
export function checkAssociation(properties: Record<string, string>, data: string): void {
  required(properties, "artifactname");
  const isKnownPlace = /^(#|\$[\\/]|\\\\|\/\/|file:\/\/[^/])/i.test(data);
  if (properties.artifacttype === undefined && !isKnownPlace)
    throw new Error(`the type of the artifact at ${JSON.stringify(data)} is not given by artifacttype`);
}

/** @returns undefined for the service connection of the agent itself, which no step can change */
export function endpointChange(
  properties: Record<string, string>,
  data: string,
  known: readonly string[],
): StepEffects["endpoints"][number] | undefined {
  const value = nonEmpty(data, "value");
  const field = required(properties, "field");
  const id = required(properties, "id");
  if (/^0{8}-(0{4}-){3}0{12}$/.test(id)) return undefined;
  if (!known.some((each) => each.toLowerCase() === id.toLowerCase()))
    throw new Error(`the job has no service connection with the id ${id}`);
  if (field.toLowerCase() === "url") {
    if (!URL.canParse(value)) throw new Error(`the URL ${JSON.stringify(value)} is not absolute`);
    return { id, field, key: "", value };
  }
  const key = required(properties, "key");
  if (!["dataparameter", "authparameter"].includes(field.toLowerCase()))
    throw new Error(`the field is ${field}, not url, dataParameter or authParameter`);
  return { id, field, key, value };
}

/** An issue of a file reads as that of a compiler: `Program.cs(13,18): error CS1002: ; expected`. */
export function issueMessage(properties: Record<string, string>, message: string): string {
  const { sourcepath, linenumber = "", columnnumber = "", type = "", code = "" } = properties;
  if (sourcepath === undefined) return message;
  return `${sourcepath}(${linenumber},${columnnumber}): ${type} ${code}: ${message}`;
}
