import { readFileSync } from "node:fs";
import { couldNot } from "../../shared/text/could-not.ts";
import { nearestName } from "../../shared/text/nearest-name.ts";
import { UsageError } from "./command-line/usage-error.ts";
import { readPairs } from "./pairs.ts";

/**
 * The secret variables of a run. `--secret NAME=VALUE` puts a value on the command line, which every user of the machine can read;
 * `--secret NAME` takes it from the environment, and `--secret-file NAME=PATH` from a file or, with `-`, from standard input.
 * What is taken from the environment is removed from it: steps inherit the environment, and get a secret by `env:` alone.
 */
export function readSecrets(
  given: readonly string[] = [],
  files: readonly string[] = [],
): Record<string, string> {
  const named = given.map((text) => {
    const equals = text.indexOf("=");
    // The text may be the secret itself: no error repeats it.
    if (equals === 0 || text === "")
      throw new UsageError(
        couldNot("read a --secret", "it has no name", "write --secret NAME or --secret NAME=VALUE"),
      );
    return equals < 0 ? [text, fromEnvironment(text)] : [text.slice(0, equals), text.slice(equals + 1)];
  });
  for (const name of given.filter((text) => !text.includes("="))) delete process.env[name];
  const ofFiles = Object.entries(readPairs("secret-file", files, "PATH"));
  if (ofFiles.filter(([, file]) => file === "-").length > 1)
    throw new UsageError(
      couldNot("read the secrets", "two of them are read from standard input", "give one of them by a file"),
    );
  return Object.fromEntries([...named, ...ofFiles.map(([name, file]) => [name, fromFile(name, file)])]);
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value !== undefined) return value;
  const like = nearestName(name, Object.keys(process.env));
  const advice = like === undefined ? "set it" : `did you mean "${like}"? Otherwise set it`;
  throw new UsageError(
    couldNot(
      `read the secret ${name}`,
      "there is no environment variable of that name",
      `${advice}, or write --secret-file ${name}=PATH`,
    ),
  );
}

/** Without one line break at the end, which editors and `echo` add. */
function fromFile(name: string, file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file" : message;
    throw new UsageError(
      couldNot(
        `read the secret ${name} from ${file}`,
        why,
        "give the path of a file that contains its value",
      ),
    );
  }
}
