import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { guardFolder } from "../guardian/guardian.ts";
import { writeOwner } from "../guardian/owner.ts";

export type Frame = Record<string, unknown> & { event: string };
export interface Line {
  send(message: Record<string, unknown>): void;
  end(): void;
}
interface LineHandler {
  opened(line: Line): void;
  frame(frame: Frame): void;
  closed(): void;
}

/** Longer than any real frame, even one with an exit value of tens of megabytes; longer lines are dropped. */
const longestFrameBytes = 256 * 1024 * 1024;

/**
 * The Unix socket to which the driver's Python processes connect. A frame is a line `<nonce> <json>`; notebook code can write
 * to its process's descriptors, so a line without the nonce of an expected process is ignored.
 */
export class FrameServer {
  // Not in the state folder: the path of a Unix socket is limited to 104 bytes on macOS.
  readonly #folder = mkdtempSync(path.join(tmpdir(), "nbo-"));
  readonly #release = guardFolder(this.#folder);
  readonly path = path.join(this.#folder, "s");
  readonly #handlers = new Map<string, LineHandler>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  constructor() {
    writeOwner(this.#folder);
    this.#server = createServer((socket) => this.#accept(socket)).listen(this.path);
    this.#server.unref();
  }

  /** Resolves when processes can connect. */
  ready(): Promise<void> {
    return this.#server.listening
      ? Promise.resolve()
      : new Promise((resolve, reject) => this.#server.once("listening", resolve).once("error", reject));
  }

  /** Returns a new nonce; `handler` gets the frames that begin with it. A process that restarts uses the same nonce again. */
  expect(handler: LineHandler): string {
    const nonce = randomBytes(16).toString("hex");
    this.#handlers.set(nonce, handler);
    return nonce;
  }

  forget(nonce: string): void {
    this.#handlers.delete(nonce);
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
    this.#release();
  }

  #accept(socket: Socket): void {
    let pending: Buffer[] = [];
    let pendingBytes = 0;
    let handler: LineHandler | undefined;
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      handler?.closed();
    });
    socket.on("data", (chunk: Buffer) => {
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        const line = Buffer.concat([...pending, chunk.subarray(start, end)]);
        pending = [];
        pendingBytes = 0;
        start = end + 1;
        const frame = this.#parse(line);
        if (!frame) continue;
        if (!handler) {
          handler = frame.handler;
          handler.opened({
            send: (message) => socket.write(`${JSON.stringify(message)}\n`),
            end: () => socket.end(),
          });
        } else if (handler === frame.handler) handler.frame(frame.content);
      }
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
      if (pendingBytes > longestFrameBytes) {
        pending = [];
        pendingBytes = 0;
      }
    });
  }

  #parse(line: Buffer): { handler: LineHandler; content: Frame } | undefined {
    const handler = this.#handlers.get(line.subarray(0, 32).toString("latin1"));
    if (!handler) return undefined;
    try {
      return { handler, content: JSON.parse(line.subarray(33).toString("utf8")) as Frame };
    } catch {
      return undefined; // mixed with something that the notebook wrote
    }
  }
}
