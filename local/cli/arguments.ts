import { type ParseArgsConfig, parseArgs } from "node:util";

/** Wrong arguments: one sentence, exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Node's own parser with its errors in one sentence that names the way to the help. */
export function readArguments<T extends NonNullable<ParseArgsConfig["options"]>>(
  command: string,
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const [first = ""] = (error as Error).message.split(/\.\s|\n/);
    throw new UsageError(`${first.replace(/\.$/, "")}: see notebook-ops ${command} --help.`);
  }
}

/** `NAME=VALUE` arguments; of a repeated name the last one counts. `value` is what the help calls the second part. */
export function readPairs(
  option: string,
  given: readonly string[] = [],
  value = "VALUE",
): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0)
        throw new UsageError(
          `--${option} ${text} is not of the form NAME=${value}: write --${option} NAME=${value}.`,
        );
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
