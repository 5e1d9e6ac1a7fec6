import path from "node:path";
import { couldNot } from "../../../shared/text/could-not.ts";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { type Endpoint, systemEndpointId } from "../endpoint.ts";
import { expandMacros } from "../macros.ts";
import { CaseInsensitiveMap } from "../names.ts";
import type { TaskInputDefinition, TaskManifest } from "./task-manifest.ts";

interface ResolvedInputs {
  inputs: CaseInsensitiveMap<string>;
  /** The service connections that the inputs name. The step can use no others. */
  endpoints: Endpoint[];
}

/**
 * The inputs as the agent passes them to a task: given values before the defaults of task.json, trimmed, `$(macros)` expanded once,
 * file paths made absolute under the sources folder (an empty one becomes that folder), and service connections by their id.
 * @throws Error with one sentence for a missing required input or an unknown service connection, with which the server does not queue a run
 */
export function resolveInputs(options: {
  manifest: TaskManifest;
  values: Record<string, string>;
  variable: (name: string) => string | undefined;
  endpoints: readonly Endpoint[];
  sourcesFolder: string;
}): ResolvedInputs {
  const { manifest, variable, sourcesFolder } = options;
  const inputs = new CaseInsensitiveMap<string>();
  const definitions = manifest.inputs ?? [];
  for (const { name, defaultValue } of definitions)
    inputs.set(name, defaultValue === undefined ? "" : String(defaultValue).trim());
  for (const [name, value] of Object.entries(options.values))
    inputs.set(canonicalName(definitions, name), value.trim());
  for (const definition of definitions) requireValue(manifest, definition, inputs.get(definition.name) ?? "");
  for (const [name, value] of inputs) inputs.set(name, expandMacros(value, variable));

  const endpoints: Endpoint[] = [];
  for (const { name, type } of definitions) {
    const value = inputs.get(name) ?? "";
    if (type.toLowerCase() === "filepath") inputs.set(name, path.resolve(sourcesFolder, value));
    if (!type.toLowerCase().startsWith("connectedservice:") || value === "") continue;
    const found = value
      .split(",")
      .map((part) => findEndpoint(options.endpoints, part.trim(), manifest.name, name));
    endpoints.push(...found);
    inputs.set(name, found.map((endpoint) => endpoint.id).join(","));
  }
  return { inputs, endpoints };
}

/** The name of an input in task.json, found by its name or an alias without case. An unknown name stays as it is. */
export function canonicalName(definitions: readonly TaskInputDefinition[], name: string): string {
  const searched = name.trim().toLowerCase();
  const found = definitions.find((input) =>
    [input.name, ...(input.aliases ?? [])].some((each) => each.toLowerCase() === searched),
  );
  return found?.name ?? name.trim();
}

function requireValue(manifest: TaskManifest, definition: TaskInputDefinition, value: string): void {
  // The server does not check an input that a visibleRule can hide; the task does.
  if (definition.required !== true || definition.visibleRule !== undefined || value !== "") return;
  throw new Error(
    couldNot(
      `start ${manifest.name}`,
      `its required input ${definition.name} is empty`,
      "set it under inputs",
    ),
  );
}

function findEndpoint(
  endpoints: readonly Endpoint[],
  connection: string,
  task: string,
  input: string,
): Endpoint {
  const found = endpoints.find(({ id, name }) =>
    [id, name].some((key) => key.toLowerCase() === connection.toLowerCase()),
  );
  if (found) return found;
  throw new Error(
    couldNot(
      `start ${task}`,
      `its input ${input} names the service connection ${connection}, which does not exist`,
      connectionAdvice(endpoints, connection),
    ),
  );
}

/** Advice on a service connection that does not exist. */
export function connectionAdvice(
  endpoints: readonly Pick<Endpoint, "id" | "name">[],
  connection: string,
): string {
  const names = endpoints.filter(({ id }) => id !== systemEndpointId).map(({ name }) => name);
  return didYouMean(connection, names, "declare it under serviceConnections in notebook-ops.local.yml");
}
