#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/cli/notebook-ops.mjs", import.meta.url);
if (existsSync(fileURLToPath(built))) {
  await import(built.href);
} else {
  console.error("notebook-ops is not built yet: run `npm run setup` in the repository once, then try again.");
  process.exitCode = 1;
}
