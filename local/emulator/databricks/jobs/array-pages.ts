import { offsetOf, tokenOf } from "../paging.ts";

/** Source: https://docs.databricks.com/api/azure/workspace/jobs/get and …/jobs/getrun */
const pageSize = 100;
const pagedArrays = ["tasks", "job_clusters", "environments", "parameters", "job_parameters"];

/**
 * One page of the arrays of a job's settings or of a run, as API 2.2 returns them: 100 entries of each; an array without more is empty on later
 * pages. `nextToken` is undefined on the last page.
 */
export function pageOfArrays<T extends object>(
  body: T,
  token: string | undefined,
): { body: T; nextToken: string | undefined } {
  const start = token ? offsetOf(token) : 0;
  const arrays = Object.entries(body).filter(
    (entry): entry is [string, unknown[]] => pagedArrays.includes(entry[0]) && Array.isArray(entry[1]),
  );
  const page = arrays.map(([name, entries]) => [name, entries.slice(start, start + pageSize)]);
  const hasMore = arrays.some(([, entries]) => entries.length > start + pageSize);
  return {
    body: { ...body, ...Object.fromEntries(page) },
    nextToken: hasMore ? tokenOf(start + pageSize) : undefined,
  };
}
