import type { HttpClient } from "../../http/client.ts";
import type { Shape } from "../../http/shape.ts";

interface Page<T> {
  value: T[];
  continuationToken?: string;
}

/**
 * The entries of a list, fetched page by page. The next page is asked for by its token: the address that an answer names could be that of
 * another host. https://learn.microsoft.com/rest/api/fabric/articles/pagination
 */
export async function* pages<T>(
  http: HttpClient,
  request: {
    path: string;
    query?: Record<string, string | undefined>;
    attempted: string;
    entry: Shape;
    timeoutMs?: number;
  },
): AsyncGenerator<T> {
  const { path, query, attempted, entry, timeoutMs } = request;
  const seen = new Set<string>();
  let continuationToken: string | undefined;
  do {
    const page: Page<T> = await http.json({
      method: "GET",
      path,
      query: { ...query, continuationToken },
      attempted,
      timeoutMs,
      answer: { value: [entry], "continuationToken?": "string" },
    });
    yield* page.value;
    continuationToken = page.continuationToken || undefined;
    // A service that repeats its pages would otherwise be read for ever.
    if (continuationToken !== undefined && seen.has(continuationToken)) return;
    if (continuationToken !== undefined) seen.add(continuationToken);
  } while (continuationToken !== undefined);
}
