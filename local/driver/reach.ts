import { connect } from "node:net";
import { couldNot } from "../../shared/text/could-not.ts";
import type { HostPort } from "./master.ts";

const timeoutMs = 5_000;

/**
 * Resolves with the address of this machine from which it reaches the first master that accepts a connection. Spark itself tries a
 * master that does not answer for a minute, and then says only that it gave up.
 */
export async function reachMaster(url: string, hosts: readonly HostPort[]): Promise<string> {
  try {
    return await Promise.any(hosts.map(reach));
  } catch (error) {
    const [first] = (error as AggregateError).errors as Error[];
    throw new Error(
      couldNot(
        `reach the Spark master ${url}`,
        first?.message ?? "it does not answer",
        "start it, or correct spark.master in notebook-ops.local.yml",
      ),
    );
  }
}

function reach({ host, port }: HostPort): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: timeoutMs });
    socket.on("connect", () => {
      resolve(socket.localAddress ?? "127.0.0.1");
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    socket.on("error", reject);
  });
}
