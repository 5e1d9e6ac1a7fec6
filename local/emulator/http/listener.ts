import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Certificates } from "../certificate.ts";

/** A port of the workspace. It is open before its service starts, so that services can know each other's addresses. */
export class Listener {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #handler: RequestListener = (_request, response) => void response.writeHead(503).end();
  readonly #scheme: "http" | "https";

  private constructor(certificates: Certificates | undefined) {
    const handle: RequestListener = (request, response) => this.#handler(request, response);
    this.#scheme = certificates ? "https" : "http";
    this.#server = certificates
      ? createHttpsServer({ key: certificates.privateKey, cert: certificates.certificate }, handle)
      : createHttpServer(handle);
    // Clients keep connections open between polls; a connection that closes then would look like a fault.
    this.#server.keepAliveTimeout = 120_000;
    // Connections are tracked from their first packet: one in the middle of a TLS handshake would keep `close` waiting.
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
    });
    this.#server.on("secureConnection", (socket: Socket) => socket.on("error", () => socket.destroy()));
  }

  /** Listens on 127.0.0.1, with https if there are certificates. Port 0 takes any free port. */
  static async open(port: number, certificates?: Certificates): Promise<Listener> {
    const listener = new Listener(certificates);
    listener.#server.listen(port, "127.0.0.1");
    await once(listener.#server, "listening");
    return listener;
  }

  /** The address, without the port if that is 443. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return new URL(`${this.#scheme}://${this.#scheme === "https" ? "localhost" : "127.0.0.1"}:${port}`)
      .origin;
  }

  serve(handler: RequestListener): void {
    this.#handler = handler;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
