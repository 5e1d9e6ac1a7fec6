import { InputError, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";
import { duration } from "../text/duration.ts";

/**
 * When the token in the input `bearerToken` expires. Undefined if it is not known: if the step signs in otherwise, or with a token that
 * DatabricksCreateBearerToken has not made.
 */
export function tokenExpiry(host: TaskHost): Date | undefined {
  if (host.input("databricksConnection") !== undefined) return undefined;
  const made = host.variable("BearerToken"); // undefined if the task was given another variableName
  if (made !== undefined && made !== host.input("bearerToken")) return undefined;
  const expiresOn = new Date(host.variable("BearerTokenExpiresOn") ?? "");
  return Number.isNaN(expiresOn.getTime()) ? undefined : expiresOn;
}

/**
 * Fails if the token has expired. If it may expire while the step still works within its own limits, a line says which input to raise; this is
 * no error, because most steps take less time than they may.
 */
export function checkTokenLifetime(host: TaskHost, limitMinutes: number): void {
  const expiresOn = tokenExpiry(host);
  if (expiresOn === undefined) return;
  const leftMinutes = (expiresOn.getTime() - Date.now()) / 60_000;
  if (leftMinutes <= 0)
    throw new InputError(
      couldNot(
        "use the bearer token",
        `it expired on ${expiresOn.toISOString()}`,
        "raise lifetimeMinutes of DatabricksCreateBearerToken, or run that task again before this one",
      ),
    );
  if (leftMinutes >= limitMinutes) return;
  const missingMinutes = Math.ceil(limitMinutes - leftMinutes);
  host.log.line(
    `The bearer token expires on ${expiresOn.toISOString()}, but this step may take ${duration(limitMinutes * 60)}: raise lifetimeMinutes of DatabricksCreateBearerToken by ${missingMinutes}, or lower timeoutMinutes.`,
  );
}
