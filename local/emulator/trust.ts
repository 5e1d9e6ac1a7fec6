import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/** The files by which clients trust the workspace: its CA alone, and its CA beside the roots that the machine trusts already. */
export interface TrustFiles {
  caFile: string;
  bundleFile: string;
}

/**
 * Python and OpenSSL *replace* their roots by the file that REQUESTS_CA_BUNDLE or SSL_CERT_FILE names, where Node *adds* that of
 * NODE_EXTRA_CA_CERTS. So that pip still reaches PyPI, the bundle holds the usual roots, those that the machine's own variables
 * name (a company's proxy), and ours.
 */
export async function writeTrustFiles(folder: string, authority: string): Promise<TrustFiles> {
  const caFile = join(folder, "ca.pem");
  const bundleFile = join(folder, "ca-bundle.pem");
  const bundle = [authority, ...machineRoots(), ...rootCertificates].map((text) => text.trim()).join("\n");
  await Promise.all([writeFile(caFile, authority), writeFile(bundleFile, `${bundle}\n`)]);
  return { caFile, bundleFile };
}

/** The variables by which Python's clients, OpenSSL and curl take the bundle for their roots. */
export function bundleEnvironment({ bundleFile }: TrustFiles): Record<string, string> {
  const names = ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "PIP_CERT"];
  return Object.fromEntries(names.map((name) => [name, bundleFile]));
}

function machineRoots(): string[] {
  const names = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"];
  const files = new Set(
    names.map((name) => process.env[name]).filter((file) => file !== undefined && file !== ""),
  );
  return [...files].flatMap((file) => {
    try {
      return [readFileSync(file as string, "utf8")];
    } catch {
      return []; // a variable that names no file is the machine's business, not the workspace's
    }
  });
}
