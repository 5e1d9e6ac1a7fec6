import { RequestError } from "./errors.ts";
import type { Policy } from "./message.ts";

/** Makes an attempt wait until the limit that its requests share allows it, and tells that limit if the service refused the attempt. */
export const paced: Policy = async (request, next) => {
  if (request.pace === undefined) return next(request);
  const start = performance.now();
  return request.pace.run(
    () => next({ ...request, timeoutMs: request.timeoutMs - (performance.now() - start) }),
    (error) => (error instanceof RequestError && error.kind === "throttled" ? error : undefined),
  );
};
