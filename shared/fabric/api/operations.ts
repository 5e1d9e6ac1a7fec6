import type { HttpClient } from "../../http/client.ts";
import { RequestError } from "../../http/errors.ts";
import type { HttpReply } from "../../http/message.ts";
import { poll } from "../../http/poll.ts";
import { retryAfterMs } from "../../http/retry-after.ts";
import { mismatch, type Shape } from "../../http/shape.ts";
import { duration } from "../../text/duration.ts";
import { oneLine } from "../../text/plain-text.ts";
import { fabricDialect } from "../dialect.ts";
import { requireId } from "./ids.ts";

/** How long an operation may take. Creating an item takes seconds, and minutes if the service is in trouble. */
const longestOperationMs = 10 * 60_000;
const longestReason = 500;

interface OperationState {
  /** `NotStarted`, `Running`, `Succeeded`, `Failed` or `Undefined`. Fabric may add values. */
  status: string;
  percentComplete?: number;
  error?: unknown;
}

/** Long-running operations: https://learn.microsoft.com/rest/api/fabric/articles/long-running-operation */
export class OperationsApi {
  readonly #http: HttpClient;
  readonly #on: string;

  constructor(http: HttpClient, url: string) {
    this.#http = http;
    this.#on = new URL(url).host;
  }

  /**
   * The result of a request that Fabric may answer with 200, 201 or 202; in the last case, waits for the end of the operation.
   * @param request.answer shape of the result; without one, the operation has none
   * @throws RequestError; of kind `timeout` if the operation does not end, which may then still take effect
   */
  async finish<T>(
    reply: HttpReply,
    request: { attempted: string; answer?: Shape; timeoutMs?: number },
  ): Promise<T> {
    const { attempted, answer } = request;
    if (reply.status !== 202) return this.#shaped(reply.json, reply.status, request) as T;
    // The address in `Location` could be that of another host, so only the id is used.
    const id = requireId(reply.headers.get("x-ms-operation-id") ?? lastSegment(reply), {
      attempted,
      on: this.#on,
    });
    await this.#end(id, retryAfterMs(reply.headers), request);
    if (answer === undefined) return undefined as T;
    return afterAcceptance(() =>
      this.#http.json<T>({
        method: "GET",
        path: `/v1/operations/${id}/result`,
        attempted,
        answer,
      }),
    );
  }

  async #end(
    id: string,
    firstCheckAfterMs: number | undefined,
    { attempted, timeoutMs = longestOperationMs }: { attempted: string; timeoutMs?: number },
  ): Promise<void> {
    const waiting = await poll({
      check: async () => {
        const reply = await afterAcceptance(() =>
          this.#http.send({
            method: "GET",
            path: `/v1/operations/${id}`,
            attempted,
            expect: "json",
            answer: { status: "string" },
          }),
        );
        return { state: reply.json as OperationState, pauseMs: retryAfterMs(reply.headers) };
      },
      done: ({ state }) => !["NotStarted", "Running", "Undefined"].includes(state.status),
      retryAfterMs: ({ pauseMs }) => pauseMs,
      firstCheckAfterMs,
      timeoutMs,
    });
    const { state } = waiting.value ?? {};
    if (waiting.state !== "done")
      throw this.#failure(attempted, {
        kind: "timeout",
        cameBack: `has not ended operation ${id} after ${duration(timeoutMs / 1000)} (${state?.status ?? "no state"})`,
      });
    if (state?.status === "Succeeded") return;
    const content = fabricDialect.readError(state?.error ?? {});
    const reason = [content.errorCode, content.message].filter(Boolean).join(": ");
    throw this.#failure(attempted, {
      kind: fabricDialect.kindOf?.(content, 400) ?? "invalid",
      cameBack: `ended the operation as ${oneLine(`${state?.status}${reason && `, ${reason}`}`, longestReason)}`,
      errorCode: content.errorCode,
      serverMessage: content.message,
    });
  }

  #shaped(
    json: unknown,
    status: number,
    { attempted, answer }: { attempted: string; answer?: Shape },
  ): unknown {
    const problem = answer && mismatch(json, answer);
    if (problem === undefined) return json;
    throw this.#failure(attempted, { kind: "badAnswer", cameBack: `answered ${status} ${problem}` });
  }

  #failure(
    attempted: string,
    details: Pick<RequestError, "kind" | "cameBack"> &
      Partial<Pick<RequestError, "errorCode" | "serverMessage">>,
  ): RequestError {
    const error = new RequestError({ attempted, on: this.#on, ...details });
    const advice = fabricDialect.advise?.(error);
    return advice === undefined ? error : error.advising(advice);
  }
}

/** Whatever keeps the state of an operation from being read, the operation goes on and may still take effect. */
async function afterAcceptance<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RequestError) throw error.afterAcceptance();
    throw error;
  }
}

function lastSegment({ headers }: HttpReply): string | undefined {
  return headers
    .get("location")
    ?.replace(/[?#].*$/, "")
    .replace(/\/+$/, "")
    .split("/")
    .at(-1);
}
