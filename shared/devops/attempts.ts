import { withRetries } from "../http/retry.ts";
import type { ClientHost } from "../task/host.ts";

/** Between one attempt and the next. ArtifactTool itself repeats its requests for some seconds before it gives up. */
const pausesMs = [1_000, 3_000, 9_000];

/** A failure after which another attempt may succeed. */
export class PassingFailure extends Error {
  override name = "PassingFailure";
}

/**
 * Acts again after each PassingFailure, up to four times in all, and logs it. The last failure is thrown as it is. If the step is
 * cancelled, the pause ends at once and the signal's reason is thrown.
 */
export async function attempt<T>(
  { log, signal }: Pick<ClientHost, "log" | "signal">,
  act: (attempt: number) => Promise<T>,
): Promise<T> {
  try {
    return await withRetries(act, {
      signal,
      pauseMs(error, number) {
        const pauseMs = pausesMs[number - 1];
        if (!(error instanceof PassingFailure) || pauseMs === undefined) return undefined;
        log.outside(error.message);
        log.line(`Trying again in ${pauseMs / 1000} s: attempt ${number + 1} of ${pausesMs.length + 1}.`);
        return pauseMs;
      },
    });
  } catch (error) {
    if (error instanceof PassingFailure) signal.throwIfAborted();
    throw error;
  }
}
