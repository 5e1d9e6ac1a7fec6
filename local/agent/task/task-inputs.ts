import path from "node:path";
import type { Endpoint } from "../endpoint.ts";
import { expandMacros } from "../macros.ts";
import { CaseInsensitiveMap } from "../names.ts";
import type { TaskInputDefinition, TaskManifest } from "./task-manifest.ts";

export interface ResolvedInputs {
  inputs: CaseInsensitiveMap<string>;
  /** The service connections that the inputs name: the only ones that the step is given. */
  endpoints: Endpoint[];
}

/**
 * The inputs as the agent hands them over: defaults of task.json under those given, trimmed, `$(macros)` expanded once,
 * file paths made absolute under the sources folder (an empty one becomes that folder), connections given by their id.
 * @throws one sentence where a required input is missing or a connection is unknown, which the server refuses to queue.
 */
export function resolveInputs(options: {
  manifest: TaskManifest;
  given: Record<string, string>;
  variable: (name: string) => string | undefined;
  endpoints: readonly Endpoint[];
  sourcesFolder: string;
}): ResolvedInputs {
  const { manifest, variable, sourcesFolder } = options;
  const inputs = new CaseInsensitiveMap<string>();
  const definitions = manifest.inputs ?? [];
  for (const { name, defaultValue } of definitions)
    inputs.set(name, defaultValue === undefined ? "" : String(defaultValue).trim());
  for (const [name, value] of Object.entries(options.given))
    inputs.set(canonicalName(definitions, name), value.trim());
  for (const definition of definitions) requireGiven(manifest, definition, inputs.get(definition.name) ?? "");
  for (const [name, value] of inputs) inputs.set(name, expandMacros(value, variable));

  const endpoints: Endpoint[] = [];
  for (const { name, type } of definitions) {
    const value = inputs.get(name) ?? "";
    if (type.toLowerCase() === "filepath") inputs.set(name, path.resolve(sourcesFolder, value));
    if (!type.toLowerCase().startsWith("connectedservice:") || value === "") continue;
    const named = value
      .split(",")
      .map((part) => findEndpoint(options.endpoints, part.trim(), manifest.name, name));
    endpoints.push(...named);
    inputs.set(name, named.map((endpoint) => endpoint.id).join(","));
  }
  return { inputs, endpoints };
}

/** An input's own name, given its name or one of its aliases in any case. */
export function canonicalName(definitions: readonly TaskInputDefinition[], given: string): string {
  const wanted = given.trim().toLowerCase();
  const found = definitions.find((input) =>
    [input.name, ...(input.aliases ?? [])].some((name) => name.toLowerCase() === wanted),
  );
  return found?.name ?? given.trim();
}

function requireGiven(manifest: TaskManifest, definition: TaskInputDefinition, value: string): void {
  // What a visibleRule hides is left to the task, as the server leaves it.
  if (definition.required !== true || definition.visibleRule !== undefined || value !== "") return;
  throw new Error(
    `Starting ${manifest.name} found its required input ${definition.name} not given: give it under inputs.`,
  );
}

function findEndpoint(endpoints: readonly Endpoint[], wanted: string, task: string, input: string): Endpoint {
  const found = endpoints.find(({ id, name }) =>
    [id, name].some((key) => key.toLowerCase() === wanted.toLowerCase()),
  );
  if (found) return found;
  const known = endpoints.map((endpoint) => endpoint.name).join(", ") || "none";
  throw new Error(
    `Starting ${task} found no service connection ${wanted}, which its input ${input} names (there are: ${known}): ` +
      "declare it under serviceConnections in notebook-ops.local.yml.",
  );
}
