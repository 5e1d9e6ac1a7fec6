import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Job } from "./job.ts";

const folder = path.join(import.meta.dirname, "jobs");

/** The jobs of `jobs/`, one a file. */
export const jobs: readonly Job[] = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(async (file) => ((await import(pathToFileURL(path.join(folder, file)).href)) as { job: Job }).job),
);
