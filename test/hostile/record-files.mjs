// Loaded into a task before its own code: notes each file that it opens, reads, lists, writes or removes, a JSON line each.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const list = process.env.NOTEBOOK_OPS_FILES_OPENED;
const append = fs.appendFileSync.bind(fs);
const seen = new Set();

const writes =
  /^(appendFile|writeFile|mkdir|mkdtemp|rm|rmdir|unlink|rename|copyFile|cp|symlink|link|truncate|chmod|chown|utimes|createWriteStream)/;
const reads = /^(open|readFile|readdir|opendir|createReadStream|readlink)/;
/** The arguments that are paths; of all others only the first. */
const pathsOf = {
  rename: 2,
  renameSync: 2,
  copyFile: 2,
  copyFileSync: 2,
  cp: 2,
  cpSync: 2,
  symlink: 2,
  symlinkSync: 2,
  link: 2,
  linkSync: 2,
};

function note(name, value) {
  if (typeof value !== "string" && !(value instanceof URL) && !Buffer.isBuffer(value)) return;
  const file = path.resolve(value instanceof URL ? fileURLToPath(value) : String(value));
  const line = JSON.stringify({ kind: writes.test(name) ? "write" : "read", file });
  if (seen.has(line)) return;
  seen.add(line);
  append(list, `${line}\n`);
}

function watch(module) {
  for (const [name, original] of Object.entries(module)) {
    if (typeof original !== "function" || (!writes.test(name) && !reads.test(name))) continue;
    module[name] = Object.assign(function (...args) {
      for (const value of args.slice(0, pathsOf[name] ?? 1)) note(name, value);
      return original.apply(this, args);
    }, original);
  }
}

if (list) {
  watch(fs);
  watch(fs.promises);
  syncBuiltinESMExports();
}
