/** Advice to open a link, at the end of an error or in it: `; see https://localhost:1/x`, ` or see its event log at https://localhost:1/x`. */
const advice = /(?<joint>;| or) see (?:[\w' ]+ at )?(?<url>https?:\/\/\S*?)(?=[.,;)]*(?:\s|$))/g;

/** A link at the end of a progress line: `Notebook etl: RUNNING for 5 s, https://localhost:1/x`. */
const progress = /, (?<url>https?:\/\/\S+)$/;

/** What replaces the advice to open a link. */
export type Replacement = "files" | "nothing";

/**
 * A message of a step without links to these services, which nobody can open after the run.
 * @param replacement `files` to point to the files that the end of the output names, `nothing` if the message stands beside them
 */
export function withoutEndingLinks(
  message: string,
  services: readonly { url: string }[],
  replacement: Replacement,
): string {
  return message
    .replace(advice, (whole, joint: string, url: string) => {
      if (!isLinkTo(services, url)) return whole;
      return replacement === "files" ? `${joint} see the files listed at the end of this output` : "";
    })
    .replace(progress, (whole, url: string) => (isLinkTo(services, url) ? "" : whole));
}

/** Whether a text is the URL of a page of one of these services. */
export function isLinkTo(services: readonly { url: string }[], text: string): boolean {
  const host = URL.canParse(text) ? new URL(text).host : undefined;
  return services.some(({ url }) => new URL(url).host === host);
}
