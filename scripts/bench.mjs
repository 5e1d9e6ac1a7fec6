// npm run bench [-- name…]: the benches of bench/, each a process of its own; all if none is named.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { setUpOrExplain } from "./setup.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const known = readdirSync(path.join(root, "bench"))
  .filter(
    (file) => file.endsWith(".ts") && !["measure.ts", "notebook-tree.ts", "onelake-client.ts"].includes(file),
  )
  .map((file) => path.basename(file, ".ts"));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !known.includes(name));

if (unknown.length) {
  console.error(
    `Could not run the bench ${unknown.join(", ")}: there is no such file in bench/; write one of ${known.join(", ")}.`,
  );
  process.exitCode = 2;
} else if (await setUpOrExplain()) {
  for (const name of wanted.length ? wanted : known) {
    console.log(`\n${name}`);
    const { status } = spawnSync(
      process.execPath,
      ["--import", "tsx", path.join(root, "bench", `${name}.ts`)],
      {
        cwd: root,
        stdio: "inherit",
      },
    );
    if (status !== 0) process.exitCode = 1;
  }
}
