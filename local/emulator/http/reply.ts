/** One answer: an object is sent as JSON, text and bytes as they are. */
export interface Reply {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: unknown;
}

export function ok(body: unknown = {}, headers?: Record<string, string>): Reply {
  return headers ? { status: 200, headers, body } : { status: 200, body };
}

/** An error answer, which a handler throws. Each service builds it in its own form. */
export class Refusal extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(`answered ${reply.status}`);
    this.reply = reply;
  }
}

/** Body and headers ready for the socket. */
export function encodeReply(reply: Reply): { headers: Record<string, string | string[]>; body: Buffer } {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name.toLowerCase()] = value;
  const body = encodeBody(reply.body, headers);
  headers["content-length"] ??= String(body.length); // an answer to HEAD gives the length of the body that it leaves out
  return { headers, body };
}

function encodeBody(body: unknown, headers: Record<string, string | string[]>): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) {
    headers["content-type"] ??= "application/octet-stream";
    return body;
  }
  if (typeof body === "string") {
    headers["content-type"] ??= "text/plain; charset=utf-8";
    return Buffer.from(body, "utf8");
  }
  headers["content-type"] ??= "application/json; charset=utf-8";
  return Buffer.from(JSON.stringify(body), "utf8");
}
