import type { Application } from "../../entra/directory.ts";
import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import { entityNotFound, fabricError, invalidInput } from "../errors.ts";
import type { ItemRequests } from "../item-requests.ts";
import type { Page } from "../paging.ts";
import type { DefineRoute } from "../route.ts";
import { isLive, type JobInstance } from "./job-instance.ts";
import type { JobInstances } from "./job-instances.ts";
import { shownSession } from "./livy-session.ts";

interface SessionParts {
  requests: ItemRequests;
  jobs: JobInstances;
  page: Page;
  origin: string;
}

const sessions = "/workspaces/{workspaceId}/{collection=notebooks|sparkJobDefinitions}/{itemId}/livySessions";
const driverLogPage = "https://learn.microsoft.com/fabric/data-engineering/driver-log";
const defaultSize = 1024 * 1024;
/** "The valid range is 0 to 20,000." */
const maxOffset = 20_000;

/** The Spark sessions of runs and what their drivers have printed. A run that was deduped has no session. */
export function sessionRoutes(route: DefineRoute, parts: SessionParts): Route[] {
  const { requests, jobs, page, origin } = parts;
  const of = (request: ServiceRequest, caller: Application) =>
    jobs.of(requests.item(request, caller, "Viewer")).filter(({ status }) => status !== "Deduped");
  const find = (request: ServiceRequest, caller: Application) => {
    const livyId = request.parameter("livyId").toLowerCase();
    const found = of(request, caller).find((instance) => instance.livyId === livyId);
    if (found) return found;
    throw entityNotFound();
  };
  return [
    route("GET", sessions, "notebook/livy-sessions/list-livy-sessions", (request, caller) =>
      page(
        request,
        of(request, caller).map((instance) => shownSession(instance, origin)),
      ),
    ),
    route("GET", `${sessions}/{livyId}`, "notebook/livy-sessions/get-livy-session", (request, caller) =>
      ok(shownSession(find(request, caller), origin)),
    ),
    {
      ...route(
        "GET",
        `${sessions}/{livyId}/applications/{appId}/{attemptId?}/logs`,
        driverLogPage,
        (request, caller) => driverLog(request, find(request, caller)),
      ),
      source: driverLogPage,
    },
  ];
}

/** Source: https://learn.microsoft.com/fabric/data-engineering/driver-log */
async function driverLog(request: ServiceRequest, instance: JobInstance): Promise<Reply> {
  const { query } = request;
  const type = query.get("type");
  if (type === "livy" || type === "rollingdriver" || type === "executor")
    throw fabricError(501, "NotImplemented", `The local workspace has no logs of the type ${type}.`);
  if (type !== "driver") throw invalidInput("The type is not driver, rollingdriver, executor or livy");
  const fileName = query.get("fileName");
  if (!fileName) throw invalidInput("The fileName is required");
  const { session } = instance;
  const isSession =
    request.parameter("appId") === session?.sparkApplicationId &&
    (request.parameters.attemptId ?? "1") === "1";
  if (!session || !isSession || (fileName !== "stdout" && fileName !== "stderr")) throw entityNotFound();
  // Spark's own log, which the platform has in stderr, is one for the whole local workspace.
  const log = fileName === "stdout" ? session.log : undefined;
  if (isTrue(query, "meta")) {
    const modifiedMs = log?.stats?.mtimeMs ?? session.startMs;
    const [cluster, number] = session.sparkApplicationId.split("_").slice(1);
    return ok({
      containerId: `container_${cluster}_${number}_01_000001`,
      nodeId: "localhost:0",
      containerLogMeta: {
        fileName,
        length: log?.stats?.size ?? 0,
        lastModified: logTime(modifiedMs),
        creationTime: logTime(session.startMs),
        metaData: {},
      },
    });
  }
  const isDownload = isTrue(query, "isDownload");
  const range = isDownload && isTrue(query, "isPartial") ? partOf(query) : undefined;
  // "Once the application stops running, the parameter will have no effect."
  const offset = isLive(instance) ? range?.offset : 0;
  const body = (await log?.read(offset, range?.size)) ?? Buffer.alloc(0);
  const contentType = isDownload ? "application/octet-stream" : "text/plain; charset=utf-8";
  return { status: 200, headers: { "content-type": contentType }, body };
}

function partOf(query: URLSearchParams): { offset: number; size: number } {
  const number = (name: string, fallback: number) => {
    const text = query.get(name) ?? String(fallback);
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw invalidInput(`The ${name} is not a number of bytes`);
  };
  const [offset, size] = [number("offset", 0), number("size", defaultSize)];
  if (offset > maxOffset) throw invalidInput(`The offset is more than ${maxOffset}`);
  return { offset, size };
}

function isTrue(query: URLSearchParams, name: string): boolean {
  const text = query.get(name) ?? "false";
  if (!/^(true|false)$/i.test(text)) throw invalidInput(`The ${name} is neither true nor false`);
  return text.toLowerCase() === "true";
}

const logTime = (ms: number) => new Date(ms).toISOString().replace("Z", "GMT");
