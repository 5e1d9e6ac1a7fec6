import type { ParameterValue } from "../../notebook/parameters.ts";
import type { JobParameter } from "../api/jobs.ts";

/** A parameter of a run, with the type of its value. */
export function jobParameter([name, value]: [string, ParameterValue]): JobParameter {
  const type =
    typeof value === "string"
      ? "Text"
      : typeof value === "boolean"
        ? "Boolean"
        : Number.isInteger(value)
          ? "Integer"
          : "Number";
  return { name, type, value };
}
