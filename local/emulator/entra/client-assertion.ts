import { createHash, X509Certificate } from "node:crypto";
import type { Clock } from "../clock.ts";
import { decodeToken, isSignedBy } from "../token-issuer.ts";
import type { Application, Directory } from "./directory.ts";
import { aadError } from "./errors.ts";

/**
 * Checks a client assertion: a token signed with the application's certificate, or a federated token of a trusted issuer.
 * Sources: https://learn.microsoft.com/entra/identity-platform/certificate-credentials and
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export async function checkClientAssertion(
  assertion: string,
  application: Application,
  directory: Directory,
  clock: Clock,
): Promise<void> {
  const token = decodeToken(assertion);
  if (!token) {
    throw aadError(clock, 401, "invalid_client", 50027, "JWT token is invalid or malformed.");
  }
  const nowSeconds = clock.now() / 1000;
  if ((token.claims.exp ?? 0) < nowSeconds || (token.claims.nbf ?? 0) > nowSeconds + 300) {
    const message = "Client assertion is not within its valid time range.";
    throw aadError(clock, 401, "invalid_client", 700024, message);
  }
  if (token.claims.iss === application.clientId) return checkCertificate(assertion, application, clock);
  await checkFederation(assertion, application, directory, clock);
}

function checkCertificate(assertion: string, application: Application, clock: Clock): void {
  const token = decodeToken(assertion);
  const registered = application.certificate;
  const thumbprints = registered ? certificateThumbprints(registered.pem) : [];
  // MSAL for Python pads its base64url; the other clients do not.
  const given = (token?.header["x5t#S256"] ?? token?.header.x5t)?.replace(/=+$/, "");
  if (!token || !registered || !given || !thumbprints.includes(given) || !isSignedBy(token, registered.pem)) {
    const message =
      "The certificate with identifier used to sign the client assertion is not registered on application. " +
      `[Reason - The key was not found., Thumbprint of key used by client: '${given ?? ""}'].`;
    throw aadError(clock, 401, "invalid_client", 700027, message);
  }
}

async function checkFederation(
  assertion: string,
  application: Application,
  directory: Directory,
  clock: Clock,
): Promise<void> {
  const claimed = decodeToken(assertion)?.claims;
  const { subject, audience } = application.federation;
  for (const issuer of directory.federatedIssuers) {
    const claims = await issuer.verify(assertion);
    if (claims && claims.sub === subject && claims.aud === audience) return;
  }
  const message =
    "No matching federated identity record found for presented assertion subject " +
    `'${claimed?.sub ?? ""}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.`;
  throw aadError(clock, 401, "invalid_client", 700213, message);
}

function certificateThumbprints(pem: string): string[] {
  const { raw } = new X509Certificate(pem);
  return ["sha1", "sha256"].map((hash) => createHash(hash).update(raw).digest("base64url"));
}
