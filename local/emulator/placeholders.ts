import type { Service } from "./service.ts";

/** What `${name}` and `${name:argument}` in a config stand for: fields of the ready record, and what services add to them. */
export class Placeholders {
  readonly #values = new Map<string, string>();
  readonly #functions = new Map<string, (argument: string) => string>();

  constructor(fields: object) {
    this.add(fields);
  }

  /** Adds fields of the ready record. */
  add(fields: object): void {
    for (const [name, value] of Object.entries(fields))
      if (typeof value === "string") this.#values.set(name, value);
  }

  /** Adds what a service knows once it has started. */
  addService({ ready, placeholders = {} }: Service): void {
    this.add(ready);
    for (const [name, make] of Object.entries(placeholders)) this.#functions.set(name, make);
  }

  /** Replaces the names in every text of a config; an unknown name stays as it is. */
  fill<T>(value: T): T {
    if (typeof value === "string") {
      return value.replace(/\$\{([^}]+)\}/g, (whole, name: string) => this.#lookUp(name) ?? whole) as T;
    }
    if (Array.isArray(value)) return value.map((item) => this.fill(item)) as T;
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)])) as T;
    }
    return value;
  }

  #lookUp(text: string): string | undefined {
    const [name = "", argument] = text.split(":");
    return argument === undefined ? this.#values.get(name) : this.#functions.get(name)?.(argument);
  }
}
