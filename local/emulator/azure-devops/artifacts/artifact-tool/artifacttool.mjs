// The local workspace's stand-in for Microsoft's ArtifactTool: its command line, output and exit codes, for
// `universal publish` and `universal download`. It imports nothing, because it runs from the zip of the client tools API.
//
// Messages are JSON lines (@t, @m, @l) on standard error and the result is JSON on standard output, as
// https://github.com/Azure/azure-devops-cli-extension/blob/master/azure-devops/azext_devops/dev/artifacts/artifacttool.py
// reads them. Known exit codes: 17 the version exists, 18 no version matches a pattern
// (https://github.com/MicrosoftDocs/azure-devops-docs/issues/12339), 19 no such feed, 20 a bad version; 1 is every other failure.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const exitCodes = {
  PackageAlreadyExistsException: 17,
  PackageVersionDeletedException: 17,
  FeedIdNotFoundException: 19,
  InvalidVersionException: 20,
};
const noMatchExitCode = 18;
const levels = ["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"];
const optionNames = {
  required: ["feed", "service", "package-name", "package-version", "path", "patvar"],
  optional: ["verbosity", "description", "project", "cache-directory", "filter"],
};
const inFlight = 16;

class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

let lowest = levels.indexOf("Information");

function say(level, message, properties = {}) {
  if (levels.indexOf(level) < lowest) return;
  const now = new Date().toISOString();
  // Serilog leaves out the level of informational messages.
  const marked = level === "Information" ? {} : { "@l": level };
  const event = { "@t": now, "@m": message, ...marked, ...properties, SourceContext: "ArtifactTool.Program" };
  process.stderr.write(`${JSON.stringify(event)}\n`);
}

function readArguments([area, command, ...rest]) {
  if (area !== "universal" || !["publish", "download"].includes(command)) {
    throw new Failure(`Unrecognized command '${[area, command].filter(Boolean).join(" ")}'.`);
  }
  const options = {};
  for (let index = 0; index < rest.length; index += 2) {
    const name = rest[index].replace(/^--/, "");
    const isKnown = optionNames.required.includes(name) || optionNames.optional.includes(name);
    if (!rest[index].startsWith("--") || !isKnown) throw new Failure(`Unrecognized option '${rest[index]}'.`);
    if (rest[index + 1] === undefined) throw new Failure(`Missing value for option '${name}'.`);
    options[name] = rest[index + 1];
  }
  const missing = optionNames.required.find((name) => !options[name]);
  if (missing) throw new Failure(`The --${missing} field is required.`);
  if (options.verbosity !== undefined) {
    lowest = levels.findIndex((level) => level.toLowerCase() === options.verbosity.toLowerCase());
    if (lowest < 0) throw new Failure(`The value '${options.verbosity}' is not valid for --verbosity.`);
  }
  return { command, options };
}

/** Requests for one package version of the feed. */
function connect(options) {
  const token = process.env[options.patvar];
  if (!token) throw new Failure(`The environment variable '${options.patvar}' holds no token.`);
  const scope = [options.service.replace(/\/+$/, ""), options.project].filter(Boolean);
  const feed = [...scope, "_packaging", encodeURIComponent(options.feed), "upack"].join("/");
  const headers = {
    authorization: `Basic ${Buffer.from(`:${token}`).toString("base64")}`,
    "user-agent": "ArtifactTool/0.2 (local workspace)",
  };
  const [name, version] = [options["package-name"], options["package-version"]].map(encodeURIComponent);
  const ask = async (method, url, body, type) => {
    const answer = await fetch(`${feed}/${url}`, {
      method,
      headers: { ...headers, ...(type ? { "content-type": type } : {}) },
      ...(body === undefined ? {} : { body }),
      redirect: "error",
    });
    if (answer.ok) return Buffer.from(await answer.arrayBuffer());
    throw await refusal(answer, options);
  };
  return {
    upload: (sha256, content) => ask("PUT", `content/${sha256}`, content, "application/octet-stream"),
    download: (sha256) => ask("GET", `content/${sha256}`),
    publish: (manifest) =>
      ask("PUT", `packages/${name}/versions/${version}`, JSON.stringify(manifest), "application/json"),
    resolve: async () => JSON.parse((await ask("GET", `packages/${name}/versions/${version}`)).toString()),
  };
}

async function refusal(answer, options) {
  const text = await answer.text();
  try {
    const { message, typeKey } = JSON.parse(text);
    const pattern = options["package-version"];
    if (typeKey === "PackageNotFoundException" && pattern.includes("*"))
      return new Failure(
        `Did not find any versions of '${options["package-name"]}' that matched the pattern '${pattern}' (Pre-release versions are not currently matched by wildcard patterns)`,
        noMatchExitCode,
      );
    if (message) return new Failure(message, exitCodes[typeKey]);
  } catch {
    // not in the form of Azure DevOps: the message below names the status
  }
  return new Failure(`Response status code does not indicate success: ${answer.status}.`);
}

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    throw new Failure(`The directory '${folder}' cannot be read: ${error.message}`);
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Calls `act` for each item, a limited number at a time. */
async function forEach(items, act) {
  const queue = items.values();
  const work = async () => {
    for (const item of queue) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, items.length) }, work));
}

function sha256Of(content) {
  return createHash("sha256").update(content).digest("hex");
}

async function publish(options) {
  const feed = connect(options);
  const names = await filesUnder(options.path);
  say("Information", `Uploading ${names.length} files from directory ${options.path}.`);
  const digests = new Map();
  await forEach(names, async (name) => {
    const content = await readFile(path.join(options.path, name));
    const sha256 = sha256Of(content);
    await feed.upload(sha256, content);
    digests.set(name, sha256);
  });
  say("Information", "Content upload is done!");
  const files = names.map((name) => ({
    path: name.split(path.sep).join("/"),
    sha256: digests.get(name),
  }));
  await feed.publish({ description: options.description, files });
  return { Description: options.description ?? null, Version: options["package-version"] };
}

/** Whether a glob of `*`, `**` and `?` matches a path. */
function matches(name, glob) {
  const pattern = glob.replace(/\*\*\/?|[*?]|[\\^$.|+()[\]{}]/g, (part) => {
    if (part.startsWith("**")) return ".*";
    if (part === "*" || part === "?") return `[^/]${part === "*" ? "*" : ""}`;
    return `\\${part}`;
  });
  return new RegExp(`^${pattern}$`).test(name);
}

async function download(options) {
  const feed = connect(options);
  const { version, description, files: all } = await feed.resolve();
  const files =
    options.filter === undefined ? all : all.filter(({ path: name }) => matches(name, options.filter));
  const target = path.resolve(options.path);
  await mkdir(target, { recursive: true });
  await forEach(files, async (file) => {
    const content = await feed.download(file.sha256);
    if (sha256Of(content) !== file.sha256) throw new Failure(`The content of '${file.path}' is damaged.`);
    const destination = path.join(target, ...file.path.split("/"));
    if (!destination.startsWith(target + path.sep)) throw new Failure(`'${file.path}' leaves the directory.`);
    await mkdir(path.dirname(destination), { recursive: true });
    await writeFile(destination, content);
  });
  say("Information", `Downloaded ${files.length} files to directory ${target}.`);
  return { Description: description, Version: version };
}

try {
  const { command, options } = readArguments(process.argv.slice(2));
  const result = await (command === "publish" ? publish : download)(options);
  process.stdout.write(`${JSON.stringify(result)}\n`);
} catch (error) {
  const cause = error.cause?.message ? `: ${error.cause.message}` : "";
  say("Error", `${error.message}${cause}`);
  process.exitCode = error instanceof Failure ? error.exitCode : 1;
}
