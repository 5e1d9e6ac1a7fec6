import { CaseInsensitiveMap } from "./names.ts";

interface Variable {
  value: string;
  secret: boolean;
  readOnly: boolean;
}

/** The variables of a job, or the task variables of one task instance. */
export class VariableStore {
  readonly #variables = new CaseInsensitiveMap<Variable>();

  constructor(open: Record<string, string> = {}, secrets: Record<string, string> = {}) {
    for (const [name, value] of Object.entries(open)) this.set(name, value);
    for (const [name, value] of Object.entries(secrets)) this.set(name, value, { secret: true });
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)?.value;
  }

  find(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  /** Sets a variable. A secret one stays secret, as on the agent. */
  set(name: string, value: string, options: { secret?: boolean; readOnly?: boolean } = {}): void {
    const known = this.#variables.get(name);
    this.#variables.set(name, {
      value,
      secret: options.secret === true || (known?.secret === true && value !== ""),
      readOnly: options.readOnly === true || known?.readOnly === true,
    });
  }

  readOnlyNames(): string[] {
    return [...this.#variables].filter(([, { readOnly }]) => readOnly).map(([name]) => name);
  }

  markReadOnly(names: readonly string[]): void {
    for (const name of names) {
      const known = this.#variables.get(name);
      if (known) this.#variables.set(name, { ...known, readOnly: true });
    }
  }

  *[Symbol.iterator](): Generator<[string, Variable]> {
    yield* this.#variables;
  }

  open(): Record<string, string> {
    return this.#record((variable) => !variable.secret);
  }

  secrets(): Record<string, string> {
    return this.#record((variable) => variable.secret);
  }

  #record(isIncluded: (variable: Variable) => boolean): Record<string, string> {
    return Object.fromEntries(
      [...this.#variables]
        .filter(([, variable]) => isIncluded(variable))
        .map(([name, { value }]) => [name, value]),
    );
  }
}
