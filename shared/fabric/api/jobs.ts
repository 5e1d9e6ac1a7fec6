import type { HttpClient } from "../../http/client.ts";
import { RequestError } from "../../http/errors.ts";
import type { HttpReply } from "../../http/message.ts";
import { retryAfterMs } from "../../http/retry-after.ts";
import type { Shape } from "../../http/shape.ts";
import { requireId } from "./ids.ts";
import { pages } from "./pages.ts";

/** An item, by the ids that its addresses have. */
export interface ItemId {
  workspaceId: string;
  itemId: string;
}

export interface JobInstance {
  id: string;
  /** `NotStarted`, `InProgress`, `Completed`, `Failed`, `Cancelled` or `Deduped`. Fabric may add values. */
  status: string;
  /** Without a zone, in UTC: `2023-04-22T06:35:00.7812154`. */
  startTimeUtc?: string;
  endTimeUtc?: string;
  failureReason?: { errorCode?: string; message?: string };
  /** Of a notebook, in the older form of the answer. */
  exitValue?: string;
  /** Of a notebook, in the newer form. */
  properties?: {
    exitValue?: string;
    computeDetails?: { monitoringInfo?: { executionSnapshotUrl?: string; driverLogUrl?: string } };
  };
}

/** A parameter of a notebook's run. https://learn.microsoft.com/rest/api/fabric/notebook/background-jobs/run-on-demand-notebook */
export interface JobParameter {
  name: string;
  type: "Text" | "Integer" | "Number" | "Boolean";
  value: string | number | boolean;
}

export interface ItemReference {
  referenceType: "ById";
  workspaceId: string;
  itemId: string;
}

export interface NotebookRunRequest {
  parameters?: readonly JobParameter[];
  defaultLakehouse?: ItemReference & { displayName: string };
  environment?: ItemReference & { displayName: string };
}

/** What a run of a Spark job definition has in place of what the definition says. */
export interface SparkJobRunRequest {
  /** `abfss://…` */
  executableFile: string;
  /** Separated by spaces. How quotes are read is not documented. */
  commandLineArguments: string;
  defaultLakehouseId: ItemReference;
  environmentId?: ItemReference;
}

/** How a start waits while Fabric has no room for it. */
interface StartOptions {
  attempted: string;
  /** For the request and all waits before it succeeds. */
  timeoutMs: number;
  /** Ends the waits. */
  signal: AbortSignal;
  /** Called before each wait. */
  onPause?: (error: RequestError, delayMs: number) => void;
}

/** A job that Fabric has accepted. */
export interface StartedJob {
  id: string;
  /** How long Fabric asks to wait before its state is read. */
  retryAfterMs: number | undefined;
}

const instanceShape: Shape = {
  id: "string",
  status: "string",
  "startTimeUtc?": "string",
  "endTimeUtc?": "string",
  "failureReason?": { "errorCode?": "string", "message?": "string" },
  "exitValue?": "string",
  "properties?": {
    "exitValue?": "string",
    "computeDetails?": {
      "monitoringInfo?": { "executionSnapshotUrl?": "string", "driverLogUrl?": "string" },
    },
  },
};

/** Runs of items: `…/jobs/instances`. Each method fails with a RequestError. */
export class JobsApi {
  readonly #http: HttpClient;
  readonly #on: string;

  constructor(http: HttpClient, url: string) {
    this.#http = http;
    this.#on = new URL(url).host;
  }

  /** Starts a notebook. There is no idempotency token: a second request starts a second run. */
  async runNotebook(item: ItemId, run: NotebookRunRequest, options: StartOptions): Promise<StartedJob> {
    const { workspaceId, itemId } = item;
    try {
      return await this.#start(
        `/v1/workspaces/${workspaceId}/notebooks/${itemId}/jobs/execute/instances`,
        { beta: false },
        newForm(run),
        options,
      );
    } catch (error) {
      if (!isUnknownForm(error)) throw error;
      return this.#start(
        `${instances(item)}`,
        { jobType: "RunNotebook" },
        { executionData: oldForm(run) },
        options,
      );
    }
  }

  /** Starts a Spark job. There is no idempotency token: a second request starts a second run. */
  async runSparkJob(item: ItemId, run: SparkJobRunRequest, options: StartOptions): Promise<StartedJob> {
    const { workspaceId, itemId } = item;
    const body = { executionData: run };
    try {
      return await this.#start(
        `/v1/workspaces/${workspaceId}/sparkJobDefinitions/${itemId}/jobs/sparkjob/instances`,
        {},
        body,
        options,
      );
    } catch (error) {
      if (!isUnknownForm(error)) throw error;
      return this.#start(instances(item), { jobType: "sparkjob" }, body, options);
    }
  }

  /** The run of a notebook, with its exit value. */
  async getNotebookRun({ workspaceId, itemId }: ItemId, id: string): Promise<Reading> {
    try {
      return await this.#read(
        `/v1/workspaces/${workspaceId}/notebooks/${itemId}/jobs/execute/instances/${id}`,
        { beta: true },
        id,
      );
    } catch (error) {
      if (!isUnknownForm(error)) throw error;
      return this.get({ workspaceId, itemId }, id);
    }
  }

  get(item: ItemId, id: string): Promise<Reading> {
    return this.#read(`${instances(item)}/${id}`, {}, id);
  }

  /** Active runs, and the last hundred that have ended. */
  list(item: ItemId, { timeoutMs }: { timeoutMs?: number } = {}): AsyncGenerator<JobInstance> {
    return pages(this.#http, {
      path: instances(item),
      attempted: `list the runs of item ${item.itemId}`,
      entry: instanceShape,
      timeoutMs,
    });
  }

  /** Asks for the end of a run. One that has ended already stays as it is. */
  async cancel(item: ItemId, id: string): Promise<void> {
    try {
      await this.#http.json({
        method: "POST",
        path: `${instances(item)}/${id}/cancel`,
        attempted: `cancel run ${id}`,
        repeatable: true,
        answer: "nothing",
      });
    } catch (error) {
      if (!(error instanceof RequestError && error.errorCode === "JobAlreadyCompleted")) throw error;
    }
  }

  async #start(
    path: string,
    query: Record<string, string | boolean>,
    body: unknown,
    { attempted, timeoutMs, signal, onPause }: StartOptions,
  ): Promise<StartedJob> {
    const reply = await this.#http.send({
      method: "POST",
      path,
      query,
      body,
      attempted,
      timeoutMs,
      pauseSignal: signal,
      onPause,
      expect: "json",
      answer: "nothing",
    });
    const id = requireId(instanceOf(reply), { attempted, on: this.#on });
    return { id, retryAfterMs: retryAfterMs(reply.headers) };
  }

  async #read(path: string, query: Record<string, boolean>, id: string): Promise<Reading> {
    const reply = await this.#http.send({
      method: "GET",
      path,
      query,
      attempted: `look up run ${id}`,
      expect: "json",
      answer: instanceShape,
    });
    return { instance: reply.json as JobInstance, retryAfterMs: retryAfterMs(reply.headers) };
  }
}

/** The state of a run, and how long Fabric asks to wait before it is read again. */
export interface Reading {
  instance: JobInstance;
  retryAfterMs: number | undefined;
}

function instances({ workspaceId, itemId }: ItemId): string {
  return `/v1/workspaces/${workspaceId}/items/${itemId}/jobs/instances`;
}

function instanceOf({ headers }: HttpReply): string | undefined {
  return /\/jobs\/(?:\w+\/)?instances\/([^/?#]+)/i.exec(headers.get("location") ?? "")?.[1];
}

/** Whether the service has no such operation, rather than no such item: a cloud may still have the older form of the API only. */
function isUnknownForm(error: unknown): boolean {
  if (!(error instanceof RequestError)) return false;
  const { status, errorCode = "" } = error;
  return (
    (status === 404 && !/NotFound$/.test(errorCode)) || status === 405 || errorCode === "FeatureNotAvailable"
  );
}

function newForm({ parameters = [], defaultLakehouse, environment }: NotebookRunRequest): object {
  const reference = ({ referenceType, workspaceId, itemId }: ItemReference) => ({
    referenceType,
    workspaceId,
    itemId,
  });
  return {
    ...(parameters.length > 0 ? { parameters } : {}),
    executionData: {
      compute: "Spark",
      computeConfiguration: {
        ...(defaultLakehouse ? { defaultLakehouse: reference(defaultLakehouse) } : {}),
        ...(environment ? { attachedEnvironment: reference(environment) } : {}),
      },
    },
  };
}

const oldTypes = { Text: "string", Integer: "int", Number: "float", Boolean: "bool" } as const;

/** https://learn.microsoft.com/fabric/data-engineering/notebook-public-api */
function oldForm({ parameters = [], defaultLakehouse, environment }: NotebookRunRequest): object {
  return {
    parameters: Object.fromEntries(
      parameters.map(({ name, type, value }) => [name, { value, type: oldTypes[type] }]),
    ),
    configuration: {
      ...(defaultLakehouse
        ? {
            defaultLakehouse: {
              name: defaultLakehouse.displayName,
              id: defaultLakehouse.itemId,
              workspaceId: defaultLakehouse.workspaceId,
            },
          }
        : {}),
      ...(environment ? { environment: { id: environment.itemId, name: environment.displayName } } : {}),
    },
  };
}
