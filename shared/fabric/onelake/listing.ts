import type { ContainerClient, ContainerListBlobFlatSegmentResponse } from "@azure/storage-blob";
import { RequestError } from "../../http/errors.ts";
import { type OneLakePath, shownPath } from "./paths.ts";
import type { StorageClient } from "./storage-client.ts";
import { UnusableAnswer } from "./storage-error.ts";

/** A file or folder below a folder of OneLake. */
export interface RemoteEntry {
  /** Slash-separated, relative to the folder that was listed. */
  path: string;
  isFolder: boolean;
  /** 0 for a folder. */
  bytes: number;
  /**
   * MD5 of the content in base64, if whoever wrote the file gave it: we do, and Azure Storage computes it for a file that is written in one
   * request. A Spark job gives none.
   */
  md5?: string;
  modifiedOn: Date;
}

/** https://learn.microsoft.com/rest/api/storageservices/list-blobs: also the largest page that a service returns. */
const pageSize = 5_000;

/** Everything below a folder, in pages of 5,000. Empty if there is no such folder. */
export async function listEntries(storage: StorageClient, folder: OneLakePath): Promise<RemoteEntry[]> {
  const attempted = `list ${shownPath(folder)} in OneLake`;
  const prefix = `${folder.itemId}/${folder.path}/`;
  const entries: RemoteEntry[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await storage
      .ask(attempted, ({ container }, { abortSignal }) =>
        listPage(container(folder.workspaceId), { prefix, continuationToken, abortSignal }),
      )
      .catch(emptyIfAbsent);
    if (page === undefined) return [];
    for (const entry of page.entries) {
      // The id of an item may come back in another case.
      if (entry.path.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase())
        throw new RequestError({
          ...{ kind: "badAnswer", attempted, on: "OneLake" },
          cameBack: "listed a file that is not below the folder",
        });
      const path = entry.path.slice(prefix.length).replace(/\/$/, "");
      if (path !== "") entries.push({ ...entry, path });
    }
    if (page.next !== undefined && page.next === continuationToken)
      throw new RequestError({
        ...{ kind: "badAnswer", attempted, on: "OneLake" },
        cameBack: "continued its list with the same page",
      });
    continuationToken = page.next;
  } while (continuationToken !== undefined);
  return entries;
}

/** Azure Storage lists nothing for a folder that does not exist. Its Data Lake side, and so perhaps OneLake, says that there is no such path. */
function emptyIfAbsent(error: unknown): undefined {
  const isAbsent =
    error instanceof RequestError &&
    error.kind === "notFound" &&
    /^(Path|Blob)NotFound$/.test(error.errorCode ?? "");
  if (!isAbsent) throw error;
}

async function listPage(
  container: ContainerClient,
  asked: { prefix: string; continuationToken: string | undefined; abortSignal: AbortSignal },
): Promise<{ entries: RemoteEntry[]; next: string | undefined }> {
  const { prefix, continuationToken, abortSignal } = asked;
  // Azure Storage marks a folder by its metadata, which the SDK reads, and by its resource type, which it does not.
  const pages = container
    .listBlobsFlat({ prefix, includeMetadata: true, abortSignal })
    .byPage({ continuationToken, maxPageSize: pageSize });
  const page: ContainerListBlobFlatSegmentResponse | undefined = (await pages.next()).value;
  if (page === undefined || !/xml/i.test(page.contentType ?? ""))
    throw new UnusableAnswer("badAnswer", 200, "answered with something that is not a list");
  const entries = page.segment.blobItems.map(
    ({ name, properties, metadata }): RemoteEntry => ({
      path: name,
      isFolder: metadata?.hdi_isfolder?.toLowerCase() === "true" || name.endsWith("/"),
      bytes: properties.contentLength ?? 0,
      md5: properties.contentMD5?.length ? Buffer.from(properties.contentMD5).toString("base64") : undefined,
      modifiedOn: properties.lastModified,
    }),
  );
  return { entries, next: page.continuationToken || undefined };
}
