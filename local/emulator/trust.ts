import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/** The files by which clients trust the workspace: its certificate authority, and a bundle of it and the roots of the machine. */
export interface TrustFiles {
  caFile: string;
  bundleFile: string;
}

/**
 * Writes both files. Node adds the file of NODE_EXTRA_CA_CERTS to its roots, but Python and OpenSSL replace theirs by the file of
 * REQUESTS_CA_BUNDLE or SSL_CERT_FILE. So that pip still reaches PyPI, the bundle also contains the usual roots and those that the
 * machine's variables name, such as a company's proxy.
 */
export async function writeTrustFiles(folder: string, authority: string): Promise<TrustFiles> {
  const caFile = join(folder, "ca.pem");
  const bundleFile = join(folder, "ca-bundle.pem");
  const bundle = [authority, ...machineRoots(), ...rootCertificates].map((text) => text.trim()).join("\n");
  await Promise.all([writeFile(caFile, authority), writeFile(bundleFile, `${bundle}\n`)]);
  return { caFile, bundleFile };
}

/** The variables that make Python clients, OpenSSL and curl use the bundle as their roots. */
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
      return []; // a variable of the machine that names no readable file is not the workspace's error
    }
  });
}
