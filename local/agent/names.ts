import path from "node:path";

/** The name of an environment variable: upper case, with `_` for `.` and space; hyphens stay (VarUtil of the agent). */
export function environmentName(name: string): string {
  return name.replace(/[. ]/g, "_").toUpperCase();
}

/** A map whose keys keep their case but are found without it, like the names of variables, inputs and service connections. */
export class CaseInsensitiveMap<T> {
  readonly #entries = new Map<string, { name: string; value: T }>();

  constructor(entries: Iterable<readonly [string, T]> = []) {
    for (const [name, value] of entries) this.set(name, value);
  }

  get(name: string): T | undefined {
    return this.#entries.get(name.toLowerCase())?.value;
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  /** Sets a value. The case of a name is that of its first use. */
  set(name: string, value: T): this {
    const known = this.#entries.get(name.toLowerCase());
    this.#entries.set(name.toLowerCase(), { name: known?.name ?? name, value });
    return this;
  }

  delete(name: string): boolean {
    return this.#entries.delete(name.toLowerCase());
  }

  *[Symbol.iterator](): Generator<[string, T]> {
    for (const { name, value } of this.#entries.values()) yield [name, value];
  }

  toRecord(): Record<string, T> {
    return Object.fromEntries(this);
  }
}

/** Adds folders to the start of the PATH, the last one first. */
export function prepend(environment: Record<string, string>, folders: readonly string[]): void {
  if (folders.length === 0) return;
  const key = Object.keys(environment).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const before = environment[key];
  environment[key] = [...[...folders].reverse(), ...(before ? [before] : [])].join(path.delimiter);
}
