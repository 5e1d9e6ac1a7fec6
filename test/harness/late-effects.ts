import { once } from "node:events";
import type { RequestFault } from "../../local/emulator/faults.ts";
import type { TestWorkspace } from "./workspace.ts";

/** Longer than a test, and on the workspace's clock shorter than tokens and idle clusters live. */
const tenMinutes = 600_000;

/**
 * A request that is lost on its way, and takes effect long after: when `letEffectsCome` moves the workspace's clock. `received` resolves
 * when it comes in; its answer stays away until its client has gone.
 */
export async function losesRequest(
  workspace: TestWorkspace,
  match: RequestFault["match"],
): Promise<{ received: Promise<unknown> }> {
  const received = once(process, "SIGUSR2");
  const signal = { pid: process.pid, name: "SIGUSR2" as const };
  const then = { signal, stallMs: tenMinutes, reset: true, effectAfterMs: tenMinutes };
  await workspace.declareFault({ match, when: "before", then });
  return { received };
}

/** A request that is answered 503, and takes effect long after: when `letEffectsCome` moves the workspace's clock. */
export function answersBeforeEffect(workspace: TestWorkspace, match: RequestFault["match"]): Promise<void> {
  const then = { status: 503, body: { error_code: "TEMPORARILY_UNAVAILABLE" }, effectAfterMs: tenMinutes };
  return workspace.declareFault({ match, when: "before", then });
}

/** Moves the workspace's clock so far that late effects happen. */
export function letEffectsCome(workspace: TestWorkspace): Promise<void> {
  return workspace.advanceClock(tenMinutes / 1_000);
}

/** Resolves when the condition holds; the test's own time limit ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
