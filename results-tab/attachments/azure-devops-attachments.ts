import { runOrigin } from "../../shared/results/run-origin.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { oneLine, webAddress } from "../../shared/text/plain-text.ts";
import type { Attachment, AttachmentService, RunReference } from "./attachment-service.ts";
import { boundedText } from "./bounded-text.ts";

/** Versions that Azure DevOps Services and Azure DevOps Server 2022 and later support. */
const buildsVersion = "7.0";
const attachmentsVersion = "7.0-preview.2";

const longestListBytes = 8 * 1024 * 1024;

interface Options {
  /** The address of the organization or collection, e.g. `https://dev.azure.com/contoso/`. */
  collectionUrl: string;
  /** The id or name. */
  project: string;
  /** Is called before each request, because the host page renews the token. */
  accessToken(): Promise<string>;
}

/**
 * The REST API of builds, https://learn.microsoft.com/rest/api/azure/devops/build. It is called by fetch, because
 * azure-devops-extension-api needs an older major version of the SDK.
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
      `the attachments of run ${run.number}`,
      signal,
    );
    return attachments.map((attachment) => {
      const name = oneLine(text(attachment.name) ?? "", 100) || "without a name";
      const what = `the attachment ${name} of run ${run.number}`;
      const url = this.#ownAddress(link(attachment, "self"));
      const read = async (limitBytes: number) => {
        if (!url)
          throw new Error(
            couldNot(`read ${what}`, "its address is not in this organization", "run the tests again"),
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
        ...(text(build.result) ? { result: text(build.result) } : {}),
        origin: runOrigin({
          number: text(build.buildNumber),
          sourceBranch: text(build.sourceBranch),
          sourceVersion: text(build.sourceVersion),
          requestedFor: text((build.requestedFor as Fields | null | undefined)?.displayName),
          reason: text(build.reason),
        }),
        ...(page ? { url: page } : {}),
      };
    });
  }

  #api(path: string, query: Record<string, string>): URL {
    const url = new URL(`${encodeURIComponent(this.#project)}/_apis/build/${path}`, this.#collection);
    url.search = new URLSearchParams(query).toString();
    return url;
  }

  /** The address, if it is in the collection: the token is not sent anywhere else. */
  #ownAddress(address: string | undefined): URL | undefined {
    if (!address || !URL.canParse(address)) return undefined;
    const url = new URL(address);
    const { origin, pathname } = this.#collection;
    return url.origin === origin && url.pathname.startsWith(pathname) ? url : undefined;
  }

  async #list(url: URL, what: string, signal: AbortSignal): Promise<Fields[]> {
    const body = await this.#text(url, what, longestListBytes, signal);
    let value: unknown;
    try {
      ({ value } = JSON.parse(body) as Fields);
    } catch {
      throw new Error(
        couldNot(`read ${what}`, "Azure DevOps did not return JSON", "sign in again and reload the page"),
      );
    }
    return Array.isArray(value) ? value.filter((item) => typeof item === "object" && item !== null) : [];
  }

  async #text(url: URL, what: string, limitBytes: number, signal: AbortSignal): Promise<string> {
    const failed = (problem: string, advice: string, cause?: unknown) => {
      if (signal.aborted) return signal.reason;
      return new Error(couldNot(`read ${what}`, problem, advice), { cause });
    };
    const headers = {
      Authorization: `Bearer ${await this.#accessToken()}`,
      Accept: "application/json",
      // Without this header Azure DevOps redirects an expired sign-in to a page for people.
      "X-TFS-FedAuthRedirect": "Suppress",
    };
    let response: Response;
    try {
      response = await fetch(url, { headers, credentials: "omit", redirect: "error", signal });
    } catch (error) {
      throw failed("Azure DevOps did not respond", "reload the page", error);
    }
    if (response.status !== 200)
      throw failed(`Azure DevOps returned ${response.status}`, adviceFor(response.status));
    try {
      return await boundedText(response, limitBytes);
    } catch (error) {
      if (error instanceof RangeError) throw failed(error.message, "", error);
      throw failed("the response broke off", "reload the page", error);
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

/** 203 is the status of the sign-in page. */
function adviceFor(status: number): string {
  if (status === 203 || status === 401) return "sign in again and reload the page";
  if (status === 403) return "ask an administrator of the project for the permission to view builds";
  if (status === 404) return "check that the run has not been deleted";
  return "reload the page later";
}
