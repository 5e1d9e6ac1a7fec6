import { parseArgs } from "node:util";
import { couldNot } from "../../../shared/text/could-not.ts";
import { nearestName } from "../../../shared/text/nearest-name.ts";
import type { CommandDeclaration, CommandLine, OptionDeclaration } from "./declaration.ts";
import { programOf, usageOf } from "./help-text.ts";
import { UsageError } from "./usage-error.ts";

/** Whether help is asked for, whatever else is written: what follows `--` is not the command's own. */
export function asksForHelp(args: readonly string[]): boolean {
  const dashes = args.indexOf("--");
  return (dashes < 0 ? args : args.slice(0, dashes)).some((each) => each === "--help" || each === "-h");
}

/**
 * The arguments of a command by its declaration. No error contains the value of an option: it may be a secret.
 * @throws UsageError for the first that is wrong
 */
export function parseCommandLine<const D extends CommandDeclaration>(
  declaration: D,
  args: readonly string[],
): CommandLine<D> {
  const dashes = declaration.afterDashes ? args.indexOf("--") : -1;
  const { values, positionals, tokens } = parseArgs({
    args: args.slice(0, dashes < 0 ? undefined : dashes),
    options: Object.fromEntries(
      Object.entries(declaration.options).map(([name, { value, multiple = false }]) => [
        name,
        { type: value === undefined ? ("boolean" as const) : ("string" as const), multiple },
      ]),
    ),
    allowPositionals: true,
    strict: false, // Its own sentences name neither the option that is meant nor what to write.
    tokens: true,
  });
  for (const token of tokens) if (token.kind === "option") checkOption(declaration, token);
  for (const [name, option] of Object.entries(declaration.options))
    if (option.required && values[name] === undefined)
      fail(declaration, `the option --${name} is missing`, `write ${usageOf(declaration)}`);
  const afterDashes = dashes < 0 ? undefined : args.slice(dashes + 1);
  checkArguments(declaration, positionals, afterDashes);
  const options = Object.entries(declaration.options).map(([name, { value, multiple }]) => {
    const otherwise = value === undefined ? false : multiple ? [] : undefined;
    return [name, values[name] ?? otherwise];
  });
  // Checked above, by the declaration from which the type follows.
  return {
    options: Object.fromEntries(options),
    arguments: positionals,
    afterDashes,
  } as unknown as CommandLine<D>;
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
}

function checkOption(
  declaration: CommandDeclaration,
  { name, rawName, value, inlineValue }: OptionToken,
): void {
  const option = Object.hasOwn(declaration.options, name) ? declaration.options[name] : undefined;
  if (!option) {
    const names = [...Object.keys(declaration.options), "help"].map((each) => `--${each}`);
    fail(declaration, `unknown option "${rawName}"`, didYouMean(rawName, names, programOf(declaration)));
  }
  if (option.value === undefined) {
    if (value !== undefined) fail(declaration, `the option --${name} takes no value`, `write --${name}`);
    return;
  }
  // An option in the place of a value: the value was forgotten. A single dash is standard input.
  const isOption = inlineValue === false && value !== undefined && /^-./.test(value);
  if (value === undefined || isOption || (value === "" && !option.mayBeEmpty))
    fail(declaration, `the option --${name} needs a value`, adviceFor(name, option, isOption));
}

function adviceFor(name: string, { value }: OptionDeclaration, isOption: boolean): string {
  const advice = `write --${name} ${value}`;
  return isOption ? `${advice}, or --${name}=${value} if the value begins with a dash` : advice;
}

function checkArguments(
  declaration: CommandDeclaration,
  given: readonly string[],
  afterDashes: readonly string[] | undefined,
): void {
  const { argument, afterDashes: declared } = declaration;
  const usage = `write ${usageOf(declaration)}`;
  if (argument && given.length === 0) fail(declaration, `no ${argument.noun} is given`, usage);
  if (argument && !argument.multiple && given.length > 1)
    fail(declaration, `it takes one ${argument.noun}, but ${given.length} are given`, usage);
  if (!argument && given.length > 0) {
    const advice = declared ? `write -- before a ${declared.noun}` : usage;
    fail(declaration, `unknown argument "${given[0]}"`, advice);
  }
  if (declared && afterDashes?.length === 0)
    fail(declaration, `no ${declared.noun} is given after --`, "write one");
}

/** `did you mean …?`, or where the known names are. */
export function didYouMean(name: string, known: Iterable<string>, program = "notebook-ops"): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `see ${program} --help` : `did you mean "${nearest}"?`;
}

function fail(declaration: CommandDeclaration, problem: string, advice: string): never {
  const program = programOf(declaration).replace(/ --$/, "");
  throw new UsageError(couldNot(`read the arguments of ${program}`, problem, advice));
}
