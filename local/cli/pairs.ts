import { couldNot } from "../../shared/text/could-not.ts";
import { UsageError } from "./command-line/usage-error.ts";

/** The values of an option of the form `NAME=VALUE`; of a repeated name the last one counts. `value` is what the help calls the second part. */
export function readPairs(option: string, given: readonly string[], value = "VALUE"): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const equals = text.indexOf("=");
      if (equals <= 0)
        throw new UsageError(
          couldNot(
            `read --${option} ${text}`,
            `it does not have the form NAME=${value}`,
            `write --${option} NAME=${value}`,
          ),
        );
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
