import { readFileSync } from "node:fs";
import { request } from "node:https";
import type { Emulator } from "../../local/emulator/index.ts";

/** Asks a service of the workspace by Node's own client, trusting the workspace's certificate authority alone. */
export function ask(
  emulator: Pick<Emulator, "ready">,
  method: string,
  url: string,
  options: { token?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const bearer = options.token ? { authorization: `Bearer ${options.token}` } : {};
    const headers = { ...bearer, ...options.headers };
    const outgoing = request(url, { method, headers, ca: readFileSync(emulator.ready.caFile), agent: false });
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
      });
    });
    outgoing.end(options.body);
  });
}
