import { InputError } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { isEnvironment } from "./record.ts";

/** The text of an input that names the environment of a deployment. */
export function environmentName(input: string, text: string): string {
  if (isEnvironment(text)) return text;
  throw new InputError(
    couldNot(
      `use the input '${input}'`,
      `'${text}' is not a valid name`,
      "give at most 64 letters, digits, spaces, dots, dashes and underscores, beginning with a letter or digit",
    ),
  );
}
