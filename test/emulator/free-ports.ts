import { once } from "node:events";
import net from "node:net";

/** The first of `count` ports in a row that are free at this moment. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = net.createServer().listen(0, "127.0.0.1");
    await once(first, "listening");
    const { port } = first.address() as net.AddressInfo;
    const rest = Array.from({ length: count - 1 }, (_, i) =>
      net.createServer().listen(port + 1 + i, "127.0.0.1"),
    );
    const opened = await Promise.allSettled(rest.map((server) => once(server, "listening")));
    await Promise.all([first, ...rest].map((server) => new Promise((resolve) => server.close(resolve))));
    if (opened.every(({ status }) => status === "fulfilled")) return port;
  }
}
