// A stamp is a file beside what a step made. It contains the hash of what that was made of; without a stamp, or with a different one, the
// step runs again. It is written last and by a rename, so that an interrupted set-up leaves none.
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

/** All files at or below a path, sorted, without what tools leave there: hidden files and compiled Python. */
export function filesBelow(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [file];
  return readdirSync(file)
    .filter((name) => !name.startsWith(".") && name !== "__pycache__")
    .sort()
    .flatMap((name) => filesBelow(path.join(file, name)));
}

/** Hash of the names and contents of files, named relative to `root`: a file that was only touched counts as unchanged. */
export function hashOfFiles(root, files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 32);
}

export const isFresh = (stamp, hash) => existsSync(stamp) && readFileSync(stamp, "utf8") === hash;

export function writeFileAtomically(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, content);
  renameSync(`${file}.${process.pid}`, file);
}
