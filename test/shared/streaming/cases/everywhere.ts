import { type Case, definition, files, job, produce, to, validate } from "./case.ts";

/** Where a definition has a text. */
const texts: Record<string, (value: string) => string> = {
  name: (value) => definition(`name: ${value}`),
  cleanBefore: (value) => definition(`cleanBefore: ${value}`),
  "cleanAfter.notebook": (value) => definition(`cleanAfter: { notebook: ${value} }`),
  "ready.notebook": (value) => definition(`ready: { notebook: ${value} }`),
  "validateOn.clusterConfig": (value) => definition(`validateOn: { clusterConfig: ${value} }`),
  "job.notebook": (value) => job(`notebook: ${value}`),
  "job.existing": (value) => job(`existing: ${value}`),
  "job.clusterConfig": (value) => job(`notebook: a, clusterConfig: ${value}`),
  "job.tasks[0].name": (value) => job(`tasks: [{ name: ${value}, notebook: a }]`),
  "job.tasks[0].notebook": (value) => job(`tasks: [{ name: a, notebook: ${value} }]`),
  "iterations[0].name": (value) => definition(`iterations: [{ name: ${value}, produce: p, validate: v }]`),
  "iterations[0].produce": produce,
  "iterations[0].produce.notebook": (value) => produce(`{ notebook: ${value} }`),
  "iterations[0].produce.files": files,
  "iterations[0].produce.to": to,
  "iterations[0].validate": validate,
  "iterations[0].validate.notebook": (value) => validate(`{ notebook: ${value} }`),
};

/** Where a definition has a map, in which it has other fields, too. */
const maps: Record<string, (field: string) => string> = {
  cleanBefore: (field) => definition(`cleanBefore: { notebook: a, ${field} }`),
  cleanAfter: (field) => definition(`cleanAfter: { notebook: a, ${field} }`),
  ready: (field) => definition(`ready: { notebook: a, ${field} }`),
  validateOn: (field) => definition(`validateOn: { clusterConfig: a, ${field} }`),
  job: (field) => job(`notebook: a, ${field}`),
  "job.parametersIn": (field) => job(`notebook: a, parametersIn: { ${field} }`),
  "job.tasks[0]": (field) => job(`tasks: [{ name: a, notebook: a, ${field} }]`),
  "iterations[0]": (field) => definition(`iterations: [{ name: A, produce: p, validate: v, ${field} }]`),
  "iterations[0].produce": (field) => produce(`{ notebook: a, ${field} }`),
  "iterations[0].validate": (field) => validate(`{ notebook: a, ${field} }`),
};

const escaped = (text: string) => text.replace(/[[\].]/g, "\\$&");

export const everywhereCases: Case[] = [
  ...Object.entries(texts).flatMap(([where, content]): Case[] => [
    {
      what: `a number as ${where}`,
      content: content("7"),
      problem: new RegExp(`^\\d: ${escaped(where)} is "7"; give `),
    },
    {
      what: `201 characters as ${where}`,
      content: content(where.endsWith(".to") ? `dbfs:/${"x".repeat(195)}` : "x".repeat(201)),
      problem: new RegExp(`^\\d: ${escaped(where)} is ".*…"; give `),
    },
    {
      what: `an empty text as ${where}`,
      content: content('""'),
      problem: new RegExp(`^\\d: ${escaped(where)} is ""; give `),
    },
  ]),
  ...Object.entries(maps).flatMap(([where, content]): Case[] => [
    {
      what: `an unknown field in ${where}`,
      content: content("zzzzzzzz: 1"),
      problem: new RegExp(`^\\d: unknown key "zzzzzzzz" in ${escaped(where)}; use one of `),
    },
    ...(where === "validateOn" || where === "iterations[0]"
      ? []
      : (where === "job.parametersIn" ? ["streaming", "batch"] : ["parameters"]).map((key) => ({
          what: `a text as ${where}.${key}`,
          content: content(`${key}: x`),
          problem: new RegExp(`^\\d: ${escaped(where)}\\.${key} is not a map of keys and values`),
        }))),
  ]),
];
