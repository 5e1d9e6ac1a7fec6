import { readFileSync } from "node:fs";
import type { Network } from "../http/network.ts";
import { tl } from "./task-lib.ts";

/** The proxy and certificates with which the agent was configured (`config.sh --proxyurl … --sslcacert …`). */
export function agentNetwork(): Network {
  const certificates = tl.getHttpCertConfiguration();
  const authority = certificates?.caFile;
  return {
    proxyFor(url) {
      const proxy = tl.getHttpProxyConfiguration(url.href);
      return proxy ? { url: proxy.proxyFormattedUrl } : undefined;
    },
    // Node trusts NODE_EXTRA_CA_CERTS by itself, and reading all its own authorities to add one costs 20 ms.
    certificateAuthorities:
      authority && authority !== process.env.NODE_EXTRA_CA_CERTS
        ? () => [readFileSync(authority, "utf8")]
        : undefined,
    clientCertificate: certificates?.certFile
      ? () => ({
          certificate: readFileSync(certificates.certFile!, "utf8"),
          key: certificates.keyFile ? readFileSync(certificates.keyFile, "utf8") : undefined,
          passphrase: certificates.passphrase,
        })
      : undefined,
  };
}
