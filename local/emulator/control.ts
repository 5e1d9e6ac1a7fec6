import type { RequestListener } from "node:http";
import { type Fault, faultProblem } from "./faults.ts";
import { encodeReply, ok, type Reply } from "./http/reply.ts";
import { MalformedBody, readBody, ServiceRequest } from "./http/request.ts";
import { type Ledger, redactLedger } from "./ledger.ts";
import type { LocalWorkspace } from "./local-workspace.ts";

/**
 * The control URL: plain http on loopback, behind a token in its path.
 * - `GET /ledger` lists what pipelines made and nothing has removed.
 * - `GET /requests` lists the requests; `DELETE /requests` empties the list.
 * - `POST /faults` declares one fault or a list of them; `GET /faults` lists how often each was met; `DELETE /faults` removes all.
 * - `GET /clock`; `POST /clock` takes `{advanceSeconds}`, or `{now}` as a later ISO 8601 time. It answers after the delayed effects that
 *   became due.
 */
export function serveControl(
  token: string,
  workspace: LocalWorkspace,
  ledger: () => Ledger,
): RequestListener {
  const operations: Record<string, (request: ServiceRequest) => Reply | Promise<Reply>> = {
    // Names and tags are text of the pipeline, which may contain a secret.
    "GET /ledger": () => ok(redactLedger(ledger(), workspace.secrets)),
    "GET /requests": () => ok(workspace.requests.all()),
    "DELETE /requests": () => {
      workspace.requests.clear();
      return ok();
    },
    "POST /faults": (request) => declareFaults(workspace, request),
    "GET /faults": () => ok(workspace.faults.list()),
    "DELETE /faults": () => {
      workspace.faults.clear();
      return ok();
    },
    "GET /clock": () => ok({ now: new Date(workspace.clock.now()).toISOString() }),
    "POST /clock": (request) => moveClock(workspace, request),
  };
  return (message, response) => {
    void (async () => {
      const request = new ServiceRequest(message, "http://127.0.0.1", await readBody(message));
      const [, given, ...rest] = request.url.pathname.split("/");
      const operation = given === token ? operations[`${request.method} /${rest.join("/")}`] : undefined;
      let reply: Reply;
      try {
        reply = operation
          ? await operation(request)
          : { status: 404, body: { message: "No such control operation." } };
      } catch (error) {
        reply = {
          status: error instanceof MalformedBody ? 400 : 500,
          body: { message: (error as Error).message },
        };
      }
      const { headers, body } = encodeReply(reply);
      response.writeHead(reply.status, headers).end(body);
    })();
  };
}

function declareFaults(workspace: LocalWorkspace, request: ServiceRequest): Reply {
  const value: unknown = JSON.parse(request.body.toString("utf8"));
  const faults = Array.isArray(value) ? value : [value];
  for (const fault of faults) {
    const problem = faultProblem(fault);
    if (problem) return { status: 400, body: { message: problem } };
  }
  for (const fault of faults as Fault[]) workspace.faults.declare(fault);
  return ok({ declared: faults.length });
}

async function moveClock(workspace: LocalWorkspace, request: ServiceRequest): Promise<Reply> {
  const { advanceSeconds, now } = request.json();
  const milliseconds =
    typeof now === "string" ? Date.parse(now) - workspace.clock.now() : Number(advanceSeconds) * 1000;
  if (!(milliseconds >= 0)) {
    return {
      status: 400,
      body: { message: "POST /clock takes advanceSeconds ≥ 0, or now as a later ISO 8601 time." },
    };
  }
  workspace.clock.advance(milliseconds);
  await Promise.all(workspace.lateEffects);
  return ok({ now: new Date(workspace.clock.now()).toISOString() });
}
