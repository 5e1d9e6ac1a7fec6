/** An option of a command. It is a switch unless it has a `value`. */
export interface OptionDeclaration {
  /** What the help calls the value: `FILE`, `NAME=VALUE`. */
  readonly value?: string;
  readonly description: string;
  /** May be given several times. */
  readonly multiple?: true;
  readonly required?: true;
  /** An empty value is a value, not a forgotten one. */
  readonly mayBeEmpty?: true;
}

/** All that a command takes: the parser reads by it, and the help is made of it. */
export interface CommandDeclaration {
  readonly name: string;
  /** How one starts it, if it is not a command of notebook-ops. */
  readonly program?: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly description: string;
  /** What the command takes besides options: `FOLDER`, called `folder` in a sentence. */
  readonly argument?: { readonly name: string; readonly noun: string; readonly multiple?: true };
  /** What may follow `--`. */
  readonly afterDashes?: { readonly name: string; readonly noun: string };
  readonly options: Readonly<Record<string, OptionDeclaration>>;
  /** What a user should know besides: exit codes, for instance. */
  readonly notes?: string;
  readonly example: string;
}

type ValueOf<O extends OptionDeclaration> = O extends { value: string }
  ? O extends { multiple: true }
    ? string[]
    : O extends { required: true }
      ? string
      : string | undefined
  : boolean;

/** What the arguments of a command came to. */
export interface CommandLine<D extends CommandDeclaration> {
  readonly options: { readonly [K in keyof D["options"]]: ValueOf<D["options"][K]> };
  /** Exactly one unless the declaration says `multiple`, then one or more; none if it has no argument. */
  readonly arguments: D extends { argument: object } ? readonly [string, ...string[]] : readonly [];
  /** What follows `--`, if that was given and the declaration has `afterDashes`. */
  readonly afterDashes: readonly string[] | undefined;
}
