#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = new URL("../dist/cli/notebook-ops.mjs", import.meta.url);

async function start() {
  if (!existsSync(fileURLToPath(built))) return "it is not built yet";
  try {
    await import(built.href);
  } catch (error) {
    // The command itself catches every error: what is left is a package that is missing.
    return error.message.split("\n")[0];
  }
}

const problem = await start();
if (problem) {
  console.error(`Could not start notebook-ops: ${problem}; run npm run setup in its repository.`);
  process.exitCode = 1;
}
