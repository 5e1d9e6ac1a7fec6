/** The program that `onelake-sync` measures: one sync, in a process of its own as a task is. Its result is one line of JSON. */
import { readFileSync } from "node:fs";
import { connectOneLake } from "../shared/fabric/onelake/onelake.ts";
import type { OneLakePath } from "../shared/fabric/onelake/paths.ts";

interface SyncRequest {
  url: string;
  caFile: string;
  token: string;
  folder: string;
  target: OneLakePath;
}

const { url, caFile, token, folder, target } = JSON.parse(process.env.ONELAKE_SYNC ?? "") as SyncRequest;
const unused = () => undefined;
const oneLake = connectOneLake(
  {
    log: {
      line: unused,
      detail: unused,
      warning: unused,
      outside: unused,
      outsideStream: () => process.stderr,
    },
    secrets: { add: unused, known: () => [], mask: (text) => text },
    network: { proxyFor: unused, certificateAuthorities: () => [readFileSync(caFile, "utf8")] },
    signal: new AbortController().signal,
    allowedHosts: new URL(url).host,
  },
  { url, credential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) } },
);
const summary = await oneLake.sync(folder, target, { deleteGone: true });
console.log(JSON.stringify({ ...summary, megabytes: process.resourceUsage().maxRSS / 1024 }));
