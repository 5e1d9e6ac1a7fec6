import { couldNot } from "../../shared/text/could-not.ts";

/** Where the notebooks' Spark runs: the `spark.master` of `notebook-ops.local.yml`. */
export type Master =
  | { kind: "none" }
  | { kind: "local"; url: string }
  | { kind: "standalone"; url: string; hosts: readonly HostPort[] }
  | {
      kind: "connect";
      url: string;
      /** The address without its parameters, among which a token may be. */
      shown: string;
      secrets: readonly string[];
    };

export interface HostPort {
  host: string;
  port: number;
}

const forms = "use local[*], spark://host:port, sc://host:port or none";

/** What else Spark knows (https://spark.apache.org/docs/latest/submitting-applications.html#master-urls). */
const known = /^(yarn\b|k8s:|mesos:|local-cluster\[)/;

/** Throws with one sentence if the text is not a master that the local workspace supports. */
export function parseMaster(text: string): Master {
  const master = read(text);
  if (typeof master === "string") throw new Error(couldNot("start Spark", master, forms));
  return master;
}

/** What is wrong with the `spark.master` of a config, and what to write. */
export function masterProblem(text: string): string | undefined {
  const master = read(text);
  return typeof master === "string" ? `${master}; ${forms}.` : undefined;
}

/** The master, or what is wrong with the text. */
function read(text: string): Master | string {
  const shown = text.replace(/(token=)[^;]*/gi, "$1***");
  const fail = (why: string) => `the master ${JSON.stringify(shown)} ${why}`;
  if (text === "none") return { kind: "none" };
  if (/^local(\[(\*|[1-9]\d*)(\s*,\s*\d+)?\])?$/.test(text)) return { kind: "local", url: text };
  if (text.startsWith("spark://")) {
    const hosts = text.slice("spark://".length).split(",").map(hostPort);
    if (!hosts.every((host) => host !== undefined))
      return fail("names a host without a port (spark://host:7077)");
    return { kind: "standalone", url: text, hosts };
  }
  if (text.startsWith("sc://")) {
    // https://github.com/apache/spark/blob/master/sql/connect/docs/client-connection-string.md
    const [, address, parameters = ""] = /^sc:\/\/([^/;?\s]+)(?:\/((?:;[^;=]+=[^;]*)*))?$/.exec(text) ?? [];
    if (address === undefined) return fail("is not an address of Spark Connect (sc://host:port/;name=value)");
    const secrets = [...parameters.matchAll(/;token=([^;]+)/gi)].flatMap(([, token]) => [
      token!,
      decoded(token!),
    ]);
    return { kind: "connect", url: text, shown: `sc://${address}`, secrets };
  }
  if (known.test(text)) return fail("is of a kind that the local workspace does not support");
  return fail("is none that Spark knows");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // as PySpark reads it
  }
}

function hostPort(text: string): HostPort | undefined {
  const [, host, port] = /^\[?([^\]\s/]+?)\]?:(\d+)$/.exec(text) ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}
