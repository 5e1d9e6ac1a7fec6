import path from "node:path";
import { couldNot } from "../text/could-not.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { InputError } from "./host.ts";
import { setters } from "./setters.ts";

const unexpandedMacro = /\$\(([^()$]+)\)/;

/** Reads inputs as a pipeline author means them. `read` returns the raw text of an input, or undefined if there is none. */
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
    if (macro === undefined) throw unusable(name, "it is empty", "give it a value");
    const setter = setters[macro.toLowerCase()];
    throw unusable(
      name,
      `it is $(${macro}), a variable that nothing has set`,
      `${setter ? `run the task ${setter} before this one in the same job` : "define the variable"}, or give the input a value`,
    );
  }

  boolean(name: string): boolean {
    const text = this.optional(name)?.toLowerCase() ?? "false";
    if (text === "true" || text === "false") return text === "true";
    throw unusable(name, `'${text}' is neither true nor false`, "give one of the two");
  }

  integer(name: string, range: { min: number; max: number }): number {
    const text = this.required(name);
    const value = Number(text);
    const isWhole = /^[+-]?\d+$/.test(text);
    if (isWhole && value >= range.min && value <= range.max) return value;
    throw unusable(
      name,
      `'${text}' is ${isWhole ? "out of range" : "not a whole number"}`,
      `give a whole number from ${range.min} to ${range.max}`,
    );
  }

  choice<T extends string>(name: string, choices: readonly T[]): T {
    const text = this.required(name);
    const choice = choices.find((each) => each.toLowerCase() === text.toLowerCase());
    if (choice !== undefined) return choice;
    const known = choices.join(", ");
    throw unusable(name, `'${text}' is not one of ${known}`, didYouMean(text, choices, "give one of them"));
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

function unusable(name: string, problem: string, advice: string): InputError {
  return new InputError(couldNot(`use the input '${name}'`, problem, advice));
}

function isOneMacro(text: string): boolean {
  return unexpandedMacro.exec(text)?.[0] === text;
}
