import { wait } from "../http/wait.ts";
import type { TaskHost } from "../task/host.ts";

/** Between one attempt and the next. ArtifactTool itself repeats its requests for some seconds before it gives up. */
const pausesMs = [1_000, 3_000, 9_000];

/** What went wrong may go right the next time. */
export class PassingFailure extends Error {
  override name = "PassingFailure";
}

/**
 * Carries `act` out again after each PassingFailure, up to four times in all, and says so in the log. The last failure is thrown as it
 * is; a cancelled step ends the pause at once, and this then throws the signal's reason.
 */
export async function attempt<T>(
  host: Pick<TaskHost, "log" | "signal">,
  act: (number: number) => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await act(number);
    } catch (error) {
      const pauseMs = pausesMs[number - 1];
      if (!(error instanceof PassingFailure) || pauseMs === undefined) throw error;
      host.log.outside(error.message);
      host.log.line(`Trying again in ${pauseMs / 1000} s: attempt ${number + 1} of ${pausesMs.length + 1}.`);
      await wait(pauseMs, host.signal);
    }
  }
}
