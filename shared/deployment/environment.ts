import { InputError, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { isEnvironment } from "./record.ts";

/** The input `environment`: the name of the environment of a deployment. */
export function environmentInput(host: Pick<TaskHost, "requiredInput">): string {
  const text = host.requiredInput("environment");
  if (isEnvironment(text)) return text;
  throw new InputError(
    couldNot(
      "use the input 'environment'",
      `'${text}' is not a valid name`,
      "give at most 64 letters, digits, spaces, dots, dashes and underscores, beginning with a letter or digit",
    ),
  );
}
