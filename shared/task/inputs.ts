import path from "node:path";
import { couldNot } from "../text/could-not.ts";
import { didYouMean } from "../text/did-you-mean.ts";
import { InputError } from "./host.ts";
import { setters } from "./setters.ts";

const unexpandedMacro = /\$\(([^()$]+)\)/;
/** A macro within a text. Names with spaces are left out, since they are probably commands of a shell, such as `$(date +%F)`. */
const macroInText = /\$\(([A-Za-z_][\w.-]*)\)/g;

/** What the reader needs to tell of variables that nothing has set. */
export interface UnsetVariables {
  warn(text: string): void;
  /** The names of all variables that are set. */
  names(): readonly string[];
  /** Whether a text contains a secret, of which a warning must not quote a part. */
  containsSecret(text: string): boolean;
}

/** Reads inputs as a pipeline author means them. */
export class InputReader {
  readonly #read: (name: string) => string | undefined;
  readonly #unset: UnsetVariables;
  readonly #warned = new Set<string>();

  /** @param read returns the raw text of an input, or undefined if there is none */
  constructor(read: (name: string) => string | undefined, unset: UnsetVariables) {
    this.#read = read;
    this.#unset = unset;
  }

  optional(name: string): string | undefined {
    const value = this.#given(name);
    const macro = value === undefined ? this.#macroOf(name) : undefined;
    // An input whose default value is $(ClusterId) may be left out, and so may one that names another task's output.
    if (macro !== undefined && !isDefaultOfInputs(macro))
      this.#warnOnce(
        macro,
        `The input '${name}' counts as not given, because it is $(${macro}), a variable that nothing has set; ${this.#advice(macro, "define the variable or remove the input")}`,
      );
    return value;
  }

  required(name: string): string {
    const value = this.#given(name);
    if (value !== undefined) return value;
    const macro = this.#macroOf(name);
    if (macro === undefined) throw unusable(name, "it is empty", "give it a value");
    const setter = setters[macro.toLowerCase()];
    throw unusable(
      name,
      `it is $(${macro}), a variable that nothing has set`,
      setter
        ? `run the task ${setter} before this one in the same job, or give the input a value`
        : didYouMean(macro, this.#knownNames(), "define the variable, or give the input a value"),
    );
  }

  /** The name of the variable if the input is one `$(macro)` that nothing has set. */
  unsetVariable(name: string): string | undefined {
    const text = this.#read(name)?.trim() ?? "";
    return isOneMacro(text) ? unexpandedMacro.exec(text)?.[1] : undefined;
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

  /**
   * The path of a file, for an input of the type filePath. The agent makes it absolute, and turns an empty one into the sources folder,
   * which is not a file: that counts as not given.
   */
  path(name: string, sourcesFolder: string | undefined): string | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    const base = sourcesFolder ?? process.cwd();
    const resolved = path.resolve(base, text);
    return resolved === path.resolve(base) && path.isAbsolute(text) ? undefined : resolved;
  }

  /**
   * The path of a folder, for an input of the type string, which the agent passes as it is: the sources folder itself, as `.` or
   * `$(Build.SourcesDirectory)`, differs from an empty input.
   */
  folder(name: string, sourcesFolder: string | undefined): string | undefined {
    const text = this.optional(name);
    return text === undefined ? undefined : path.resolve(sourcesFolder ?? process.cwd(), text);
  }

  #given(name: string): string | undefined {
    const text = this.#read(name)?.trim();
    // An undefined variable stays in the input as the literal text $(name).
    // The agent has by then made a filePath absolute: /home/sources/$(name).
    if (text === undefined || text === "" || isOneMacro(path.basename(text))) return undefined;
    this.#warnOfMacrosIn(name, text);
    return text;
  }

  /** A warning and no error: the text may be meant for a shell or another program that has macros of its own. */
  #warnOfMacrosIn(name: string, text: string): void {
    const macros = new Set([...text.matchAll(macroInText)].map(([, macro]) => macro!));
    if (macros.size === 0 || this.#unset.containsSecret(text)) return;
    for (const macro of macros)
      this.#warnOnce(
        macro,
        `The input '${name}' contains $(${macro}), a variable that nothing has set, and is used with these characters in it; ${this.#advice(macro, "define the variable")}`,
      );
  }

  /** The name in an input that is one unexpanded macro. */
  #macroOf(name: string): string | undefined {
    return unexpandedMacro.exec(this.#read(name) ?? "")?.[1];
  }

  #knownNames(): string[] {
    return [...this.#unset.names(), ...Object.keys(setters)];
  }

  #advice(macro: string, otherwise: string): string {
    const setter = setters[macro.toLowerCase()];
    return setter === undefined
      ? didYouMean(macro, this.#knownNames(), `${otherwise}.`)
      : `run the task ${setter} before this one in the same job.`;
  }

  #warnOnce(macro: string, text: string): void {
    // The macro of a variable that is set comes from a value that the agent did not expand again.
    const isSet = this.#unset.names().some((name) => name.toLowerCase() === macro.toLowerCase());
    if (isSet || this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#unset.warn(text);
  }
}

/** Whether a macro is the default value of an input in some task.json. */
function isDefaultOfInputs(macro: string): boolean {
  return Object.hasOwn(setters, macro.toLowerCase()) || macro.toLowerCase() === "databricks_host";
}

function unusable(name: string, problem: string, advice: string): InputError {
  return new InputError(couldNot(`use the input '${name}'`, problem, advice));
}

function isOneMacro(text: string): boolean {
  return unexpandedMacro.exec(text)?.[0] === text;
}
