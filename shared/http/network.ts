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
