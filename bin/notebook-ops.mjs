#!/usr/bin/env node
// No syntax here that an old Node cannot read: it must come to the sentence about its age.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import nodeProblem from "../scripts/setup/node-version.cjs";

const built = new URL("../dist/cli/notebook-ops.mjs", import.meta.url);

function start() {
  const problem = nodeProblem("notebook-ops");
  if (problem) return fail(problem);
  if (!existsSync(fileURLToPath(built)))
    return fail("Could not start notebook-ops: it is not built yet; run npm run setup in its repository.");
  // The command itself catches every error.
  return import(built.href);
}

function fail(sentence) {
  console.error(sentence);
  process.exitCode = 1;
}

start();
