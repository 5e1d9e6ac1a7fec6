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

/** `NAME=VALUE` arguments; of a repeated name the last one counts. */
export function readPairs(option: string, given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0)
        throw new UsageError(
          `--${option} ${text} is not of the form NAME=VALUE: write --${option} NAME=VALUE.`,
        );
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

/** `NAME=VALUE`, or `NAME` alone for a value that is in the environment and so on no command line. */
export function readSecrets(given: readonly string[] = []): Record<string, string> {
  const pairs = given.map((text) => {
    if (text.includes("=")) return text;
    const value = process.env[text];
    if (value === undefined)
      throw new UsageError(
        `--secret ${text} found no environment variable ${text}: set it, or write --secret ${text}=VALUE.`,
      );
    return `${text}=${value}`;
  });
  return readPairs("secret", pairs);
}
