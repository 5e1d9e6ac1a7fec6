import assert from "node:assert/strict";
import { connectOneLake, type OneLake } from "../../../../shared/fabric/onelake/onelake.ts";
import type { Network } from "../../../../shared/http/network.ts";
import type { ClientHost } from "../../../../shared/task/host.ts";

interface Terminal {
  url: string;
  network: Network;
  /** What the credential returns. */
  token?: string;
  signal?: AbortSignal;
  allowedHosts?: string;
}

/** A client of OneLake as a command at a terminal makes it, with what it warns of. */
export function oneLakeAt({ url, network, token = "token", signal, allowedHosts }: Terminal): {
  oneLake: OneLake;
  warnings: string[];
} {
  const warnings: string[] = [];
  const host: ClientHost = {
    log: {
      line() {},
      detail() {},
      warning: (text) => void warnings.push(text),
      outside() {},
      outsideStream: () => assert.fail(),
    },
    secrets: { add() {}, known: () => [], mask: (text) => text },
    network,
    signal: signal ?? new AbortController().signal,
    allowedHosts: allowedHosts ?? new URL(url).host,
  };
  const credential = {
    getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  return { oneLake: connectOneLake(host, { url, credential }), warnings };
}
