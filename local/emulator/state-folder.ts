import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { couldNot } from "../../shared/text/could-not.ts";
import { removeAbandoned, writeOwner } from "../guardian/owner.ts";

/** Makes the folder for certificates, workspace objects and tables: a fresh one that only this user can open (mkdtemp(3)). */
export async function makeStateFolder(): Promise<string> {
  abandonedRemoved ??= removeAbandoned(tmpdir(), /^(notebook-ops-|nbo-)\w{6}$/);
  await abandonedRemoved;
  const folder = await mkdtemp(join(tmpdir(), "notebook-ops-")).catch((cause: Error) => {
    throw new Error(
      couldNot(
        `make the workspace's folder in ${tmpdir()}`,
        cause.message,
        "set TMPDIR to a folder of yours",
      ),
      { cause },
    );
  });
  writeOwner(folder);
  return folder;
}

/** Once in a process: removes what earlier ones left, if their guardian was killed too or the machine lost its power. */
let abandonedRemoved: Promise<void> | undefined;
