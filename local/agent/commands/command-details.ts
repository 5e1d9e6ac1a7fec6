import { required } from "./command-values.ts";

const guid = /^[{(]?[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}[)}]?$/i;

/** The records that a step has made by `##vso[task.logdetail]`, with the rules of the agent (TaskDetailCommand in TaskCommandExtension.cs). */
export class DetailRecords {
  readonly #parents = new Map<string, string | undefined>();

  /** @throws Error that completes `Could not run ##vso[task.logdetail]: ` */
  check(properties: Record<string, string>): void {
    const id = required(properties, "id").toLowerCase();
    const parent = properties.parentid?.toLowerCase();
    for (const each of [id, parent])
      if (each !== undefined && !guid.test(each)) throw new Error(`${JSON.stringify(each)} is not a GUID`);
    if (this.#parents.has(id)) {
      if (parent !== undefined && parent !== this.#parents.get(id))
        throw new Error("the parent of a record cannot change");
      return;
    }
    required(properties, "name");
    required(properties, "type");
    if (parent !== undefined && !this.#parents.has(parent))
      throw new Error(`there is no record with the id ${parent} of the parent`);
    this.#parents.set(id, parent);
  }
}
