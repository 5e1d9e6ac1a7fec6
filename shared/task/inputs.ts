import path from "node:path";
import { InputError } from "./host.ts";
import { setters } from "./setters.ts";

const unexpandedMacro = /\$\(([^()$]+)\)/;

/** Reads inputs as a pipeline author means them. `read` gives the raw text of an input, undefined where there is none. */
export class InputReader {
  readonly #read: (name: string) => string | undefined;

  constructor(read: (name: string) => string | undefined) {
    this.#read = read;
  }

  optional(name: string): string | undefined {
    const text = this.#read(name)?.trim();
    // An undefined variable stays in the input as the literal text $(name).
    // The agent has by then made a filePath absolute: /home/sources/$(name).
    return text === undefined || text === "" || isOneMacro(path.basename(text)) ? undefined : text;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value !== undefined) return value;
    const macro = unexpandedMacro.exec(this.#read(name) ?? "")?.[1];
    if (macro === undefined) throw new InputError(`Input '${name}' is empty: give it a value.`);
    const setter = setters[macro.toLowerCase()];
    throw new InputError(
      `Input '${name}' is $(${macro}), a variable that nothing has set: ${
        setter ? `run the task ${setter} before this one in the same job` : "define the variable"
      }, or give the input a value.`,
    );
  }

  boolean(name: string): boolean {
    const text = this.optional(name)?.toLowerCase() ?? "false";
    if (text === "true" || text === "false") return text === "true";
    throw new InputError(`Input '${name}' is '${text}': give it true or false.`);
  }

  integer(name: string, range: { min: number; max: number }): number {
    const text = this.required(name);
    const value = Number(text);
    if (/^[+-]?\d+$/.test(text) && value >= range.min && value <= range.max) return value;
    throw new InputError(
      `Input '${name}' is '${text}': give it a whole number from ${range.min} to ${range.max}.`,
    );
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const text = this.required(name);
    const choice = choices.find((each) => each.toLowerCase() === text.toLowerCase());
    if (choice !== undefined) return choice;
    throw new InputError(`Input '${name}' is '${text}': give it one of ${choices.join(", ")}.`);
  }

  /** The agent makes a filePath absolute, and turns an empty one into the sources folder: that counts as not given. */
  path(name: string, sourcesFolder: string | undefined): string | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    const base = sourcesFolder ?? process.cwd();
    const resolved = path.resolve(base, text);
    return resolved === path.resolve(base) && path.isAbsolute(text) ? undefined : resolved;
  }
}

function isOneMacro(text: string): boolean {
  return unexpandedMacro.exec(text)?.[0] === text;
}
