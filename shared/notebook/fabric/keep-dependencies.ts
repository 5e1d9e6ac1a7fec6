import type { Ipynb } from "./convert-notebook.ts";
import type { FabricDefinition } from "./definition.ts";

/**
 * The new definition of a notebook with the dependencies of its present one, such as the default lakehouse that somebody attached to it, unless
 * it names its own. An update replaces the whole definition, and a notebook that was converted names none. Fabric's source form says itself what
 * it depends on.
 */
export function keepDependencies(definition: FabricDefinition, present: FabricDefinition): FabricDefinition {
  if (definition.format !== "ipynb" || present.format !== "ipynb") return definition;
  const dependencies = dependenciesOf(present);
  if (dependencies === undefined || dependenciesOf(definition) !== undefined) return definition;
  return {
    format: "ipynb",
    parts: definition.parts.map(({ path, content }) => {
      const notebook = parse(content)!;
      const metadata = { ...notebook.metadata, dependencies };
      return { path, content: JSON.stringify({ ...notebook, metadata }, undefined, 1) };
    }),
  };
}

/** Undefined if there are none. */
function dependenciesOf({ parts }: FabricDefinition): object | undefined {
  const dependencies = parse(parts[0]?.content ?? "")?.metadata?.dependencies;
  const isGiven =
    typeof dependencies === "object" && dependencies !== null && Object.keys(dependencies).length > 0;
  return isGiven ? dependencies : undefined;
}

function parse(content: string): Ipynb | undefined {
  try {
    return JSON.parse(content.replace(/^\ufeff/, "")) as Ipynb;
  } catch {
    return undefined; // somebody may have replaced it by anything
  }
}
