import { setMaxListeners } from "node:events";
import type { TokenCredential } from "@azure/identity";
import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import type { DataLakeDirectoryClient } from "@azure/storage-file-datalake";
import { sdkOptions } from "../../azure/sdk-options.ts";
import { AdaptiveLimit } from "../../concurrency/adaptive-limit.ts";
import { RequestError } from "../../http/errors.ts";
import { HostPolicy } from "../../http/hosts.ts";
import { withRetries } from "../../http/retry.ts";
import { retryDelayMs } from "../../http/retry-rules.ts";
import type { ClientHost } from "../../task/host.ts";
import { Attempt } from "./attempt.ts";
import type { OneLakePath } from "./paths.ts";
import { storageError } from "./storage-error.ts";
import { storageHttpClient } from "./storage-http.ts";

/** For all attempts of one request together, counted anew when an attempt received a part of the answer. */
const timeoutMs = 300_000;
const mostAtOnce = 64;

interface Sdk {
  container(workspaceId: string): ContainerClient;
  /** A file, by the blob side. */
  blob(place: OneLakePath): BlockBlobClient;
  /** A folder or file, by the side of Data Lake Storage. */
  directory(place: OneLakePath): DataLakeDirectoryClient;
}

/**
 * OneLake's two sides, through Microsoft's own clients: the blob side lists with hashes and writes a small file in one request, the side of
 * Data Lake Storage deletes whole folders. Every failure is a RequestError or a SignInError. What is sent twice does no harm.
 */
export class StorageClient {
  readonly host: ClientHost;
  readonly #url: URL;
  readonly #credential: TokenCredential;
  readonly #pace = new AdaptiveLimit(mostAtOnce);
  #sdk: Promise<Sdk> | undefined;

  /** @param url the side of Data Lake Storage, such as `https://onelake.dfs.fabric.microsoft.com` */
  constructor(host: ClientHost, url: URL, credential: TokenCredential) {
    new HostPolicy("fabric", host.allowedHosts).require(url, "use OneLake");
    // Each request under way listens to it, and Node would warn of more than ten.
    setMaxListeners(0, host.signal);
    this.host = host;
    this.#url = url;
    this.#credential = credential;
  }

  /**
   * Sends one request, again after failures that pass by themselves, and never before the time that the service asks to wait.
   * @param bytes how much is sent, which makes an attempt take longer
   */
  async ask<T>(
    attempted: string,
    request: (sdk: Sdk, attempt: Attempt) => Promise<T>,
    { bytes = 0 } = {},
  ): Promise<T> {
    const { signal } = this.host;
    let deadline = performance.now() + timeoutMs;
    this.#sdk ??= this.#load();
    const sdk = await this.#sdk;
    const attemptOnce = async () => {
      const attempt = new Attempt(signal, bytes);
      try {
        return await this.#attempt(attempted, attempt, () => request(sdk, attempt));
      } finally {
        if (attempt.hasProgressed) deadline = performance.now() + timeoutMs;
      }
    };
    return withRetries(() => this.#orCancelled(attempted, this.#pace.run(attemptOnce, throttling)), {
      signal,
      pauseMs(error, attempt) {
        if (!(error instanceof RequestError) || signal.aborted) return undefined;
        const delayMs = retryDelayMs(error, { repeatable: true }, attempt - 1);
        return delayMs === undefined || performance.now() + delayMs > deadline ? undefined : delayMs;
      },
    });
  }

  async #attempt<T>(attempted: string, attempt: Attempt, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (cause) {
      if (this.host.signal.aborted) throw this.#cancelled(attempted, cause);
      throw storageError(cause, { attempted, url: this.#url, timedOutMs: attempt.timedOutMs });
    } finally {
      attempt.end();
    }
  }

  /** Does not wait for the turn of a request when the step is cancelled, as that can take as long as the service asks to wait. */
  async #orCancelled<T>(attempted: string, work: Promise<T>): Promise<T> {
    const { signal } = this.host;
    const ended = new AbortController();
    const cancelled = new Promise<never>((_, reject) => {
      const refuse = () => reject(this.#cancelled(attempted, signal.reason));
      if (signal.aborted) refuse();
      else signal.addEventListener("abort", refuse, { once: true, signal: ended.signal });
    });
    return Promise.race([work, cancelled]).finally(() => ended.abort());
  }

  #cancelled(attempted: string, cause: unknown): RequestError {
    return new RequestError({
      ...{ attempted, on: this.#url.host, kind: "canceled", cause },
      cameBack: "had not answered when this step was cancelled",
    });
  }

  /** Loads the SDK: tasks that use no OneLake must start fast. */
  async #load(): Promise<Sdk> {
    const [{ BlobServiceClient }, { DataLakeServiceClient }] = await Promise.all([
      import("@azure/storage-blob"),
      import("@azure/storage-file-datalake"),
    ]);
    const blobUrl = blobSide(this.#url);
    const options = {
      ...sdkOptions(this.host.network, this.#url),
      proxyOptions: undefined, // what sends the requests knows the proxy
      httpClient: await storageHttpClient(this.host, [this.#url.origin, blobUrl.origin]),
      // The SDK's own retries ignore Retry-After, and answers of 429.
      retryOptions: { maxTries: 1 },
    };
    const blobs = new BlobServiceClient(blobUrl.origin, this.#credential, options);
    const lake = new DataLakeServiceClient(this.#url.origin, this.#credential, options);
    const name = ({ itemId, path }: OneLakePath) => `${itemId}/${path}`;
    return {
      container: (workspaceId) => blobs.getContainerClient(workspaceId),
      blob: (place) => blobs.getContainerClient(place.workspaceId).getBlockBlobClient(name(place)),
      directory: (place) => lake.getFileSystemClient(place.workspaceId).getDirectoryClient(name(place)),
    };
  }
}

/** https://learn.microsoft.com/fabric/onelake/onelake-access-api: both sides have the same names, but for this part of the host. */
function blobSide(url: URL): URL {
  const blob = new URL(url);
  blob.hostname = url.hostname.replace(".dfs.", ".blob.");
  return blob;
}

function throttling(error: unknown): RequestError | undefined {
  return error instanceof RequestError && error.kind === "throttled" ? error : undefined;
}
