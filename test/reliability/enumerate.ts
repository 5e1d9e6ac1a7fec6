// npm run test:faults [-- TEXT…]: every request of a job with everything that can go wrong with it; with texts, the cases whose title
// holds each of them.
import { disturbances } from "./disturbances.ts";
import { allCases, type Case, referenceRequests, startJobWorkspace, titleOf, tryCase } from "./try-case.ts";

/** Jobs at a time, each in a workspace of its own: most of a job is waiting. */
const workers = 2;

const wanted = process.argv.slice(2).map((text) => text.toLowerCase());
const counts = new Map(
  Object.keys(disturbances).map((kind) => [kind, { held: 0, succeeded: 0, broken: 0, unmet: 0 }]),
);

const first = await startJobWorkspace();
const reference = await referenceRequests(first);
await first[Symbol.asyncDispose]();
console.log([...reference].map(([stage, requests]) => `${stage}: ${requests} requests`).join("\n"));

const cases = allCases(reference).filter((each) => {
  const title = titleOf(each).toLowerCase();
  return wanted.every((text) => title.includes(text));
});
const queue = cases.values();
let done = 0;
await Promise.all(Array.from({ length: workers }, work));

console.log("\nheld | of these, jobs that succeeded | broken | not met");
for (const [kind, { held, succeeded, broken, unmet }] of counts)
  if (held + broken + unmet > 0) console.log(`${[held, succeeded, broken, unmet].join(" | ")}  ${kind}`);
const broken = [...counts.values()].reduce((sum, each) => sum + each.broken, 0);
console.log(`${cases.length} cases, ${broken} broken`);
process.exit(broken > 0 || cases.length === 0 ? 1 : 0);

async function work(): Promise<void> {
  let workspace = await startJobWorkspace();
  for (const each of queue) {
    const isFit = await count(each, workspace);
    if (isFit) continue;
    await workspace[Symbol.asyncDispose]();
    workspace = await startJobWorkspace();
  }
  await workspace[Symbol.asyncDispose]();
}

/** Answers whether the workspace can serve another case. */
async function count(each: Case, workspace: Awaited<ReturnType<typeof startJobWorkspace>>): Promise<boolean> {
  const { problems, struck, succeeded, log } = await tryCase(workspace, each);
  const kind = counts.get(each.kind)!;
  done++;
  if (problems.length > 0) {
    kind.broken++;
    console.log(`\n${done}/${cases.length} BROKEN ${titleOf(each)}\n  ${problems.join("\n  ")}\n${log}`);
    return false;
  }
  if (!struck) kind.unmet++;
  else kind.held++;
  if (struck && succeeded) kind.succeeded++;
  console.log(
    `${done}/${cases.length} ${struck ? (succeeded ? "succeeded" : "failed clean") : "not met"}: ${titleOf(each)}`,
  );
  return true;
}
