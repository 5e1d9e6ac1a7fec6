import { oneLine, webAddress } from "../../shared/text/plain-text.ts";
import type { Attachment, AttachmentService, RunReference } from "./attachment-service.ts";
import { boundedText } from "./bounded-text.ts";

/** What Azure DevOps Services and Azure DevOps Server since 2022 know. */
const buildsVersion = "7.0";
const attachmentsVersion = "7.0-preview.2";

const longestListBytes = 8 * 1024 * 1024;

interface Options {
  /** Of the organisation or collection, e.g. `https://dev.azure.com/contoso/`. */
  collectionUrl: string;
  /** Id or name. */
  project: string;
  /** Asked before each request: the host page renews it. */
  accessToken(): Promise<string>;
}

/**
 * The REST interface of builds, https://learn.microsoft.com/rest/api/azure/devops/build, by plain fetch:
 * azure-devops-extension-api wants an older major version of the SDK.
 */
export class AzureDevOpsAttachments implements AttachmentService {
  readonly #collection: URL;
  readonly #project: string;
  readonly #accessToken: () => Promise<string>;

  constructor({ collectionUrl, project, accessToken }: Options) {
    this.#collection = new URL(collectionUrl.endsWith("/") ? collectionUrl : `${collectionUrl}/`);
    this.#project = project;
    this.#accessToken = accessToken;
  }

  async attachments(run: RunReference, type: string, signal: AbortSignal): Promise<Attachment[]> {
    const path = `builds/${encodeURIComponent(run.buildId)}/attachments/${type}`;
    const attachments = await this.#list(
      this.#api(path, { "api-version": attachmentsVersion }),
      `what is attached to run ${run.number}`,
      signal,
    );
    return attachments.map((attachment) => {
      const name = oneLine(text(attachment.name) ?? "", 100) || "without a name";
      const what = `the attachment ${name} of run ${run.number}`;
      const url = this.#own(link(attachment, "self"));
      const read = async (limitBytes: number) => {
        if (!url)
          throw new Error(
            `Reading ${what} failed: its address is none of this organisation; run the tests again.`,
          );
        return this.#text(url, what, limitBytes, signal);
      };
      return { name, read };
    });
  }

  async lastRuns(run: RunReference, count: number, signal: AbortSignal): Promise<RunReference[]> {
    const url = this.#api("builds", {
      definitions: run.definitionId,
      $top: String(count),
      queryOrder: "queueTimeDescending",
      "api-version": buildsVersion,
    });
    const builds = await this.#list(url, "the last runs of the pipeline", signal);
    return builds.slice(0, count).map((build) => {
      const page = webAddress(link(build, "web"));
      return {
        buildId: String(build.id),
        number: oneLine(text(build.buildNumber) ?? String(build.id), 100),
        definitionId: run.definitionId,
        isCompleted: build.status === "completed",
        ...(page ? { url: page } : {}),
      };
    });
  }

  #api(path: string, query: Record<string, string>): URL {
    const url = new URL(`${encodeURIComponent(this.#project)}/_apis/build/${path}`, this.#collection);
    url.search = new URLSearchParams(query).toString();
    return url;
  }

  /** The token goes to the collection alone, wherever an answer points. */
  #own(address: string | undefined): URL | undefined {
    if (!address || !URL.canParse(address)) return undefined;
    const url = new URL(address);
    const { origin, pathname } = this.#collection;
    return url.origin === origin && url.pathname.startsWith(pathname) ? url : undefined;
  }

  async #list(url: URL, what: string, signal: AbortSignal): Promise<Fields[]> {
    const answer = await this.#text(url, what, longestListBytes, signal);
    let value: unknown;
    try {
      ({ value } = JSON.parse(answer) as Fields);
    } catch {
      throw new Error(
        `Reading ${what} failed: Azure DevOps answered with something else than JSON; sign in again and reload the page.`,
      );
    }
    return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
  }

  async #text(url: URL, what: string, limitBytes: number, signal: AbortSignal): Promise<string> {
    const failed = (reason: string, cause?: unknown) => {
      if (signal.aborted) return signal.reason;
      return new Error(`Reading ${what} failed: ${reason}.`, { cause });
    };
    const headers = {
      Authorization: `Bearer ${await this.#accessToken()}`,
      Accept: "application/json",
      // Else an expired sign-in is answered by a redirect to a page for people.
      "X-TFS-FedAuthRedirect": "Suppress",
    };
    let response: Response;
    try {
      response = await fetch(url, { headers, credentials: "omit", redirect: "error", signal });
    } catch (error) {
      throw failed("Azure DevOps did not answer; reload the page", error);
    }
    if (response.status !== 200)
      throw failed(`Azure DevOps answered ${response.status}; ${advice(response.status)}`);
    try {
      return await boundedText(response, limitBytes);
    } catch (error) {
      const isTooLarge = error instanceof RangeError;
      throw failed(isTooLarge ? error.message : "its answer broke off; reload the page", error);
    }
  }
}

type Fields = Record<string, unknown>;

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function link(item: Fields, name: string): string | undefined {
  const links = item._links as Record<string, Fields | undefined> | null | undefined;
  return text(links?.[name]?.href);
}

/** 203 is the sign-in page. */
function advice(status: number): string {
  if (status === 203 || status === 401) return "sign in again and reload the page";
  if (status === 403) return "ask an administrator of the project for the permission to view builds";
  if (status === 404) return "the run may have been deleted";
  return "reload the page in a while";
}
