import http from "node:http";
import type { AddressInfo } from "node:net";

/** A server outside of the workspace: it counts connections, returns the given answer and records what it receives. */
export interface Stranger extends AsyncDisposable {
  /** `localhost:<port>` */
  host: string;
  /** TCP connections, including those for TLS, which this server does not speak. */
  connections: number;
  requests: { path: string; headers: http.IncomingHttpHeaders }[];
}

export async function startStranger(answer: object = {}): Promise<Stranger> {
  const server = http.createServer((request, response) => {
    stranger.requests.push({ path: request.url ?? "", headers: request.headers });
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  server.on("connection", () => {
    stranger.connections++;
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const stranger: Stranger = {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    connections: 0,
    requests: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stranger;
}
