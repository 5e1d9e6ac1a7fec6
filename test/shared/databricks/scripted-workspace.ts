import { DatabricksClient } from "../../../shared/databricks/connection.ts";
import { HttpClient } from "../../../shared/http/client.ts";
import { HostPolicy } from "../../../shared/http/hosts.ts";
import type { Log } from "../../../shared/task/host.ts";
import { type Answer, faultyServer, json } from "../http/faulty-server.ts";

export interface ScriptedWorkspace extends AsyncDisposable {
  databricks: DatabricksClient;
  /** The requests in the form `GET /api/…`, without their queries. */
  asked: string[];
  log: Log;
  /** What was logged. */
  lines: string[];
}

/**
 * A workspace that gives each request the next of its answers, and the last one to all further requests.
 * @param script the answers by request, such as `GET /api/…`
 */
export async function scriptedWorkspace(
  script: Record<string, (object | Answer)[]>,
): Promise<ScriptedWorkspace> {
  const asked: string[] = [];
  const lines: string[] = [];
  const server = await faultyServer((response, request) => {
    const key = `${request.method} ${request.url?.split("?")[0]}`;
    asked.push(key);
    const answers = script[key] ?? [json(404, { error_code: "ENDPOINT_NOT_FOUND", message: key })];
    const answer = answers[Math.min(asked.filter((each) => each === key).length, answers.length) - 1]!;
    (typeof answer === "function" ? (answer as Answer) : json(200, answer))(response, request);
  });
  const { url, host, network } = server;
  const http = new HttpClient({ baseUrl: url, hosts: new HostPolicy("databricks", host), network });
  const line = (text: string) => void lines.push(text);
  return {
    databricks: new DatabricksClient("https://adb-1.7.azuredatabricks.net", http),
    asked,
    lines,
    log: {
      line,
      detail: line,
      warning: line,
      outside: line,
      outsideStream: () => {
        throw new Error("nothing is streamed here");
      },
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
