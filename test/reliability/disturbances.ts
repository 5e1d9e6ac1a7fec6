import type { RequestFault } from "../../local/emulator/faults.ts";

export type Fault = Pick<RequestFault, "when" | "then">;

const throttled = { status: 429, body: { error_code: "REQUEST_LIMIT_EXCEEDED", message: "slow down" } };
const unavailable = { status: 503, body: { error_code: "TEMPORARILY_UNAVAILABLE", message: "later" } };
/** Longer than a cancelled task is allowed to take. */
const foreverMs = 30_000;
/** The time after which the effect of an abandoned request comes. */
const lateMs = 5_000;

/** A job may fail in one sentence after these, because the Azure SDK does not repeat a request after an odd answer of Entra. */
export const oddAnswers: Record<string, Fault> = {
  "204 in place of the answer": { when: "after", then: { status: 204 } },
  "null in place of the answer": { when: "after", then: { status: 200, body: null } },
  "{} in place of the answer": { when: "after", then: { status: 200, body: {} } },
};

/**
 * The disturbances of any request. An answer that takes longer than the client waits (60 s) is not among them: for the code above the
 * client it is the same as a reset connection, which test/shared/http asserts.
 */
export const disturbances: Record<string, Fault> = {
  "reset before the effect": { when: "before", then: { reset: true } },
  "reset after the effect": { when: "after", then: { reset: true } },
  "503 after the effect": { when: "after", then: unavailable },
  "answer cut off": { when: "after", then: { truncate: 5 } },
  "slow answer": { when: "after", then: { stallMs: 400 } },
  "429 with Retry-After in seconds": throttledWith("retry-after", "1"),
  "429 with Retry-After as a date": throttledWith("retry-after", new Date(0).toUTCString()),
  "429 with retry-after-ms": throttledWith("retry-after-ms", "50"),
  "429 with x-ms-retry-after-ms": throttledWith("x-ms-retry-after-ms", "50"),
  "SIGINT before the effect": signal("before", "SIGINT"),
  "SIGINT after the effect": signal("after", "SIGINT"),
  "SIGTERM before the effect": signal("before", "SIGTERM"),
  "SIGTERM after the effect": signal("after", "SIGTERM"),
  "SIGKILL before the effect": signal("before", "SIGKILL"),
  "SIGKILL after the effect": signal("after", "SIGKILL"),
  "SIGINT, and no answer nor effect": signal("before", "SIGINT", { stallMs: foreverMs, reset: true }),
  "SIGINT, and no answer after the effect": signal("after", "SIGINT", { stallMs: foreverMs }),
  "503, and the effect comes later": { when: "before", then: { ...unavailable, effectAfterMs: lateMs } },
  "reset, and the effect comes later": { when: "before", then: { reset: true, effectAfterMs: lateMs } },
  ...oddAnswers,
};

function throttledWith(header: string, value: string): Fault {
  return { when: "before", then: { ...throttled, headers: { [header]: value } } };
}

function signal(when: Fault["when"], name: NodeJS.Signals, then: Fault["then"] = {}): Fault {
  // The process id is the task's own: declare-fault.mjs fills it in.
  return { when, then: { signal: { pid: 0, name }, ...then } };
}
