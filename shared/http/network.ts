import tls from "node:tls";

/** How this machine reaches the network: what the agent's administrator configured. */
export interface Network {
  /** The proxy for this address, or undefined for a direct connection. */
  proxyFor(url: URL): { url: string } | undefined;
  /** PEM of the certificate authorities to trust besides Node's own. */
  certificateAuthorities?: () => string[];
  clientCertificate?: () => { certificate: string; key?: string; passphrase?: string };
}

/** Straight out, with Node's own certificate authorities. */
export const directNetwork: Network = { proxyFor: () => undefined };

/** What a TLS connection trusts and shows of itself. */
export function tlsOptions({ certificateAuthorities, clientCertificate }: Network): {
  ca?: string[];
  cert?: string;
  key?: string;
  passphrase?: string;
} {
  const authorities = certificateAuthorities?.();
  const client = clientCertificate?.();
  return {
    // `ca` replaces Node's own authorities, so they are named too.
    ...(authorities ? { ca: [...tls.rootCertificates, ...authorities] } : {}),
    ...(client ? { cert: client.certificate, key: client.key, passphrase: client.passphrase } : {}),
  };
}
