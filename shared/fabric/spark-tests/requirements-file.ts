import { readFile } from "node:fs/promises";
import path from "node:path";
import { clause, couldNot } from "../../text/could-not.ts";

const deepest = 10;

/** The text of a requirements file with the files that it includes by `-r` in their places. Paths of constraints become absolute. */
export async function readRequirementsFile(file: string, depth = 0): Promise<string> {
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new Error(couldNot(`read ${path.basename(file)} of the project`, clause(cause.message)), { cause });
  });
  if (depth > deepest)
    throw new Error(
      couldNot(
        `read ${path.basename(file)} of the project`,
        "requirements files include one another in a circle",
        "remove one -r line",
      ),
    );
  const folder = path.dirname(file);
  const lines = text.split(/\r?\n/).map(async (line) => {
    const included = /^\s*(?:-r\s*|--requirement[\s=]\s*)(\S+)\s*(?:#.*)?$/.exec(line)?.[1];
    if (included !== undefined) return readRequirementsFile(path.resolve(folder, included), depth + 1);
    const local = /^(\s*(?:-e\s+|--editable[\s=]\s*)?)(\.{1,2}(?:\/\S*)?(?:\[[^\]]*\])?)(.*)$/.exec(line);
    if (local) return `${local[1]}${path.resolve(folder, local[2]!)}${local[3]}`;
    const constraints = /^\s*(?:-c\s*|--constraint[\s=]\s*)(\S+)\s*$/.exec(line)?.[1];
    if (constraints !== undefined && !/^https?:/.test(constraints))
      // pip does not take a constraint for a requirement, and has it in a file of its own.
      return `--constraint ${path.resolve(folder, constraints)}`;
    return line;
  });
  return (await Promise.all(lines)).join("\n");
}
