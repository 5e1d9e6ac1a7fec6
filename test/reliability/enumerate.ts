// npm run test:faults [-- TEXT…]: each request of the jobs with each disturbance; with texts, the cases whose title contains each of them. A text
// such as `fabric:` names a job.
import { disturbances } from "./disturbances.ts";
import { jobs } from "./jobs.ts";
import { type Case, casesOf, startJobWorkspace, titleOf, tryCase } from "./try-case.ts";

/** Jobs at a time, each in a workspace of its own: most of a job is waiting. */
const workers = 2;

const wanted = process.argv.slice(2).map((text) => text.toLowerCase());
const counts = new Map(Object.keys(disturbances).map((kind) => [kind, { held: 0, succeeded: 0, broken: 0 }]));

const cases: Case[] = [];
const first = await startJobWorkspace();
const named = jobs.filter(({ name }) => wanted.includes(`${name}:`));
for (const job of named.length > 0 ? named : jobs) {
  const all = await casesOf(first, job);
  const chosen = all.filter((each) => {
    const title = titleOf(each).toLowerCase();
    return wanted.every((text) => title.includes(text));
  });
  console.log(`${job.name}: ${all.length} cases, ${chosen.length} of them chosen`);
  cases.push(...chosen);
}
await first[Symbol.asyncDispose]();
const queue = cases.values();
let done = 0;
await Promise.all(Array.from({ length: workers }, work));

console.log("\nheld | of these, jobs that succeeded | broken");
for (const [kind, { held, succeeded, broken }] of counts)
  if (held + broken > 0) console.log(`${[held, succeeded, broken].join(" | ")}  ${kind}`);
const broken = [...counts.values()].reduce((sum, each) => sum + each.broken, 0);
console.log(`${cases.length} cases, ${broken} broken`);
process.exit(broken > 0 || cases.length === 0 ? 1 : 0);

async function work(): Promise<void> {
  let workspace = await startJobWorkspace();
  for (const each of queue) {
    const isReusable = await count(each, workspace);
    if (isReusable) continue;
    await workspace[Symbol.asyncDispose]();
    workspace = await startJobWorkspace();
  }
  await workspace[Symbol.asyncDispose]();
}

/** Returns whether the workspace can be used for another case. */
async function count(each: Case, workspace: Awaited<ReturnType<typeof startJobWorkspace>>): Promise<boolean> {
  const { problems, succeeded, log } = await tryCase(workspace, each);
  const kind = counts.get(each.kind)!;
  done++;
  if (problems.length > 0) {
    kind.broken++;
    console.log(`\n${done}/${cases.length} BROKEN ${titleOf(each)}\n  ${problems.join("\n  ")}\n${log}`);
    return false;
  }
  kind.held++;
  if (succeeded) kind.succeeded++;
  console.log(`${done}/${cases.length} ${succeeded ? "succeeded" : "failed clean"}: ${titleOf(each)}`);
  return true;
}
