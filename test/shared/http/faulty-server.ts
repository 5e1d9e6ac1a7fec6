import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import https from "node:https";
import net, { type AddressInfo } from "node:net";
import { type Certificates, makeCertificates } from "../../../local/emulator/certificate.ts";
import type { Network } from "../../../shared/http/network.ts";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** An https server on localhost that answers as a test says: the first request by the first answer, the last for all after it. */
export interface FaultyServer extends AsyncDisposable {
  url: string;
  host: string;
  /** Trusts the server's own authority. */
  network: Network;
  /** A certificate of that authority for a client's key. */
  issueFor: Certificates["issueFor"];
  /** What was asked so far. */
  requests: {
    method: string;
    path: string;
    headers: IncomingMessage["headers"];
    body: string;
    socket: net.Socket;
  }[];
}

export async function faultyServer(...answers: Answer[]): Promise<FaultyServer> {
  const certificates = makeCertificates();
  const requests: FaultyServer["requests"] = [];
  const server = https.createServer(
    // A client without a certificate is served all the same.
    {
      key: certificates.privateKey,
      cert: certificates.certificate,
      ca: certificates.authority,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const { method = "", url: path = "", headers, socket } = request;
        requests.push({ method, path, headers, body, socket });
        answers[Math.min(requests.length, answers.length) - 1]!(response, request);
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    url: `https://${host}`,
    host,
    network: { proxyFor: () => undefined, certificateAuthorities: () => [certificates.authority] },
    issueFor: certificates.issueFor,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A proxy that connects by CONNECT, and counts the connections. */
export async function connectProxy(): Promise<AsyncDisposable & { url: string; connected: string[] }> {
  const connected: string[] = [];
  const tunnels = new Set<{ destroy(): void }>(); // no longer the server's own once they are connected
  const server = createServer();
  server.on("connect", (request, client, head) => {
    tunnels.add(client);
    connected.push(request.url ?? "");
    const [host, port] = (request.url ?? "").split(":");
    const upstream = net.connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connected,
    async [Symbol.asyncDispose]() {
      for (const tunnel of tunnels) tunnel.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response
      .writeHead(status, { "content-type": "application/json", ...headers })
      .end(JSON.stringify(body));

export const text =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body);

/** Closes the connection without an answer, which a client sees as a reset. */
export const reset: Answer = (response) => void response.socket?.destroy();

export const silence: Answer = () => {};

/** Announces the whole body and sends a part of it, then breaks off. */
export const brokenOff: Answer = (response) => {
  response.writeHead(200, { "content-length": "1000" }).write('{"a":');
  setImmediate(() => response.destroy());
};

/** Sends a part of the body, then nothing more. */
export const stalledBody: Answer = (response) => void response.writeHead(200).write('{"a":');

/** Sends one byte of the body after another and never comes to its end. */
export const tricklingBody: Answer = (response) => {
  response.writeHead(200);
  const trickle = setInterval(() => response.write(" "), 20);
  response.once("close", () => clearInterval(trickle));
};
