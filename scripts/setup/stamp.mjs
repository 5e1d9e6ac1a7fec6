// A stamp stands beside what a step made and holds the hash of what it was made of: no stamp, or another, means to make it again.
// It is written last and by a rename, so that a set-up cut off in the middle leaves none.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** Hash of strings. */
export const hashOf = (...parts) => createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);

/** Hash of the names, sizes and times of all files under the given files and folders: quick, and enough to see an edit. */
export function hashOfTree(paths) {
  const hash = createHash("sha256");
  const visit = (file) => {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(file).sort())
        if (!["__pycache__", "node_modules", "dist"].includes(name)) visit(path.join(file, name));
    } else hash.update(`${file}\0${stat.size}\0${stat.mtimeMs}\0`);
  };
  for (const file of paths) visit(file);
  return hash.digest("hex").slice(0, 32);
}

export const isFresh = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, "utf8") === hash;

export function writeFileAtomically(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}
