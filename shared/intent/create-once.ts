import { RequestError } from "../http/errors.ts";
import { poll } from "../http/poll.ts";
import { withRetries } from "../http/retry.ts";
import type { Log } from "../task/host.ts";
import { lookBeforeNextMs, type OpenRequests } from "./open-requests.ts";

const mostAttempts = 3;

interface Creation<Created, Found> {
  /** For the log: `cluster weather-42`. */
  thing: string;
  create: () => Promise<Created>;
  /** Looks once for everything that carries the intent. */
  find: () => Promise<Found[]>;
  /** What to tell the user about a refusal, if more is known than the service's own error says. */
  explain?: (refusal: RequestError) => RequestError | Promise<RequestError>;
  /** Counts the creations that may still take effect. */
  open: OpenRequests;
  log: Pick<Log, "line" | "outside">;
  signal: AbortSignal;
}

/** What becomes of a thing that exists although its creation had no clear answer. */
type Recovery<Created, Found> =
  /** It can be used: it takes the place of the one that was to be created. */
  | { adopt: (found: Found) => Created }
  /** It cannot be used, because only the lost answer had its secret: it is removed, and another one created. */
  | { discard: (found: Found) => Promise<void> };

/**
 * Creates at most one thing for an intent, with an API that has no idempotency token. After an answer that leaves open whether the thing
 * was created, whatever carries the intent is looked for before another one is created, up to three times in all. What takes effect later
 * still, `open` knows of.
 * @throws NothingCreated if the first answer is a clear refusal, so that nothing can exist; else the RequestError of the last creation
 */
export async function createOnce<Created, Found>(
  request: Creation<Created, Found> & Recovery<Created, Found>,
): Promise<Created> {
  const { thing, create, explain, open, log, signal } = request;
  let unanswered: unknown;
  return withRetries(
    async (attempt) => {
      try {
        const created = await open.track(create);
        open.requireRunningStep();
        return created;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        if (!error.ambiguous) {
          const refusal = (await explain?.(error)) ?? error;
          throw attempt === 1 ? new NothingCreated(refusal) : refusal;
        }
        log.outside(`${error.message} The ${thing} may exist nevertheless: looking for it.`);
        const found = await lookForAWhile(request.find, signal);
        if ("adopt" in request && found[0] !== undefined) {
          open.seen(1);
          log.line(`Found the ${thing}: it was created although the answer was lost.`);
          return request.adopt(found[0]);
        }
        if ("discard" in request) {
          for (const each of found) await request.discard(each);
          open.seen(found.length);
        }
        unanswered = error;
        throw error;
      }
    },
    { signal, pauseMs: (error, attempt) => (error === unanswered && attempt < mostAttempts ? 0 : undefined) },
  );
}

async function lookForAWhile<Found>(find: () => Promise<Found[]>, signal: AbortSignal): Promise<Found[]> {
  const looking = await poll({
    check: find,
    done: (found) => found.length > 0,
    timeoutMs: lookBeforeNextMs,
    signal,
  });
  return looking.value ?? [];
}

/** The service refused the creation, or was not reached: nothing exists, and nothing has to be removed. */
export class NothingCreated extends Error {
  override name = "NothingCreated";
  constructor(cause: RequestError) {
    super(cause.message, { cause });
  }
}
