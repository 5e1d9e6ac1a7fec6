import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connectOneLake, type OneLake } from "../../../../shared/fabric/onelake/onelake.ts";
import { HttpClient } from "../../../../shared/http/client.ts";
import { HostPolicy } from "../../../../shared/http/hosts.ts";
import type { Network } from "../../../../shared/http/network.ts";
import type { ClientHost } from "../../../../shared/task/host.ts";
import type { TestWorkspace } from "../../../harness/workspace.ts";

interface Terminal {
  url: string;
  network: Network;
  /** What the credential returns. */
  token?: string;
  signal?: AbortSignal;
  allowedHosts?: string;
  /** Called with each line that a run with System.Debug shows. */
  onDetail?: (text: string) => void;
}

/** A client of OneLake as a command at a terminal makes it, with what it warns of. */
export function oneLakeAt({ url, network, token = "token", signal, allowedHosts, onDetail }: Terminal): {
  oneLake: OneLake;
  warnings: string[];
} {
  const warnings: string[] = [];
  const host: ClientHost = {
    log: {
      line() {},
      detail: (text) => onDetail?.(text),
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

/** The same for the OneLake of a local workspace, signed in as its service principal. */
export async function oneLakeOf(
  workspace: TestWorkspace,
  signal?: AbortSignal,
): Promise<ReturnType<typeof oneLakeAt>> {
  const url = workspace.emulator.ready.oneLakeDfsUrl!;
  return oneLakeAt({ url, network: networkOf(workspace), token: await storageToken(workspace), signal });
}

/** A token of the local workspace's service principal for OneLake. */
export async function storageToken(workspace: TestWorkspace): Promise<string> {
  const { authorityUrl, clientId, clientSecret, tenantId } = workspace.emulator.ready;
  const client = new HttpClient({
    ...{ baseUrl: authorityUrl, network: networkOf(workspace) },
    hosts: new HostPolicy("login", new URL(authorityUrl).host),
  });
  const form = new URLSearchParams({
    ...{ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
    scope: "https://storage.azure.com/.default",
  });
  const { access_token: token } = await client.json<{ access_token: string }>({
    method: "POST",
    path: `/${tenantId}/oauth2/v2.0/token`,
    body: Buffer.from(form.toString()),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    attempted: "sign in",
  });
  return token;
}

function networkOf({ emulator }: TestWorkspace): Network {
  return {
    proxyFor: () => undefined,
    certificateAuthorities: () => [readFileSync(emulator.ready.caFile, "utf8")],
  };
}
