import type { Access } from "./access.ts";

/** The one organisation and project of the local Azure DevOps. */
export const ORGANISATION = "local";
export const PROJECT = "local";

/** `System.CollectionUri` without its slash. `serviceUrl`: where the local Azure DevOps listens. */
export function collectionUrl(serviceUrl: string): string {
  return `${serviceUrl}/${ORGANISATION}`;
}

/** A feed's package index for pip, with a token in it that can only read. */
export function pypiIndexUrl(serviceUrl: string, feed: string, access: Access): string {
  const url = new URL(`${collectionUrl(serviceUrl)}/_packaging/${feed}/pypi/simple/`);
  url.username = "build";
  url.password = access.readerToken;
  return url.href;
}

/** Where twine publishes to a feed; the credential goes with the request. */
export function pypiUploadUrl(serviceUrl: string, feed: string): string {
  return `${collectionUrl(serviceUrl)}/_packaging/${feed}/pypi/upload/`;
}
