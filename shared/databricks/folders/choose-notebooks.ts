import { selectPaths, whyUnmatched } from "../../notebook/select-notebooks.ts";
import { couldNot } from "../../text/could-not.ts";

/**
 * The paths of notebooks that match the globs of the input `notebooks`; all if there are no globs. Fails if a glob matches nothing, or if
 * the globs exclude everything.
 * @param options.folder the folder in error messages
 * @param options.note what the reader must know of the paths if a glob matches nothing
 */
export function chooseNotebooks(
  notebooks: readonly string[],
  globs: readonly string[],
  { folder, note }: { folder: string; note?: string },
): string[] {
  const doWhat = `choose notebooks in ${folder}`;
  const unmatched = whyUnmatched(notebooks, globs);
  if (unmatched) throw new Error(couldNot(note ? `${doWhat} (${note})` : doWhat, unmatched));
  const chosen = selectPaths(notebooks, globs);
  if (chosen.length === 0)
    throw new Error(
      couldNot(
        doWhat,
        `${globs.join(", ")} excludes all ${notebooks.length} of them`,
        "correct the input notebooks",
      ),
    );
  return chosen;
}
