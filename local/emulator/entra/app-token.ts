import type { Clock } from "../clock.ts";
import type { Application, Directory } from "./directory.ts";

export const lifetimeSeconds = 3599;

/** An access token of an application, as the client credentials grant issues it. */
export function appToken(
  { issuer, tenantId }: Directory,
  { clientId, objectId }: Application,
  audience: string,
  clock: Clock,
): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  return issuer.issue({
    aud: audience,
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
    appid: clientId,
    azp: clientId,
    oid: objectId,
    sub: objectId,
    tid: tenantId,
    idtyp: "app",
    ver: "1.0",
  });
}
