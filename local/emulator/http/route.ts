import type { Reply } from "./reply.ts";
import { decoded, type ServiceRequest } from "./request.ts";

/**
 * One documented operation of a service. In `path`, `{name}` matches one segment, `{name=a|b}` one of these words, `/{name?}` an optional
 * segment with its slash, `/{name?=a}` this word as an optional segment, and `{name*}` the rest of the path, slashes included. After `?` are
 * query parameters that the request must have with these values, such as `?comp=list`.
 */
export interface Route {
  method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  path: string;
  /** The page that documents the operation and the form of its answer. */
  source: string;
  /** The parameters of the query that it honours, for services that refuse all others. */
  query?: readonly string[];
  /** Authenticates the caller, and throws a Refusal if they are not allowed. `handle` uses the result, however much later it runs. */
  admit?(request: ServiceRequest): Promise<unknown>;
  handle(request: ServiceRequest): Reply | Promise<Reply>;
}

interface CompiledRoute {
  route: Route;
  pattern: RegExp;
  names: string[];
  query: [name: string, value: string][];
}

/** Finds the route of a request: the first in the table whose method and template match. */
export class RouteTable {
  readonly #routes: CompiledRoute[];

  constructor(routes: readonly Route[], options: { ignoreCase?: boolean } = {}) {
    this.#routes = routes.map((route) => compile(route, options.ignoreCase ? "i" : ""));
  }

  match(request: ServiceRequest): Route | undefined {
    for (const { route, pattern, names, query } of this.#routes) {
      if (route.method !== request.method) continue;
      if (!query.every(([name, value]) => request.query.get(name) === value)) continue;
      const found = pattern.exec(request.url.pathname);
      if (!found) continue;
      const values = names.map((name, i) => [name, found[i + 1]] as const);
      request.parameters = Object.fromEntries(
        values.flatMap(([name, value]) => (value === undefined ? [] : [[name, decoded(value) ?? value]])),
      );
      return route;
    }
    return undefined;
  }
}

function compile(route: Route, flags: string): CompiledRoute {
  const names: string[] = [];
  const [path = "", query] = route.path.split(/(?<!\{\w+)\?(?=\w+=)/);
  const pattern = path
    .split(/(\/\{\w+\?[^}]*\}|\{[^}]+\})/)
    .map((part) => {
      const optional = /^\/\{(\w+)\?(?:=(\w+))?\}$/.exec(part);
      if (optional) {
        names.push(optional[1] as string);
        return `(?:/(${optional[2] ?? "[^/]+"}))?`;
      }
      const parameter = /^\{(\w+)(\*?)(?:=([^}]+))?\}$/.exec(part);
      if (!parameter) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(parameter[1] as string);
      if (parameter[2]) return "(.*)";
      return parameter[3] ? `(${parameter[3].replaceAll(".", "\\.")})` : "([^/]+)";
    })
    .join("");
  return {
    route,
    pattern: new RegExp(`^${pattern}/?$`, flags),
    names,
    query: [...new URLSearchParams(query)],
  };
}
