import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { zip } from "../artifacts/zip.ts";
import { collection, refuse } from "../dialect.ts";
import type { Projects } from "../projects.ts";
import type { Build, BuildArtifact } from "./build.ts";
import type { Builds } from "./builds.ts";

const source = "https://learn.microsoft.com/rest/api/azure/devops/build/artifacts?view=azure-devops-rest-7.1";
const base = "/{organisation}/{project}/_apis/build/builds/{build}/artifacts";

/** What a run published, one by one or as a list, and as an archive with `$format=zip`. */
export function artifactListRoutes(builds: Builds, projects: Projects, access: Access): Route[] {
  const get = (request: ServiceRequest): Reply => {
    access.identify(request);
    const build = builds.get(request.parameter("build"), projects.of(request));
    const wanted = request.query.get("artifactName");
    if (build.deletedOn !== undefined) return builds.refuse(String(build.id));
    if (wanted === null)
      return collection(build.artifacts.map((artifact) => artifactBody(build, artifact, request)));
    const artifact = build.artifacts.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (!artifact) {
      refuse(404, "ArtifactNotFoundException", `The artifact ${wanted} was not found for build ${build.id}.`);
    }
    if (request.query.get("$format") !== "zip" && !/application\/zip/.test(request.header("accept") ?? "")) {
      return ok(artifactBody(build, artifact, request));
    }
    const entries = filesOf(artifact).map((file) => ({
      name: `${artifact.name}/${file}`,
      content: readFileSync(path.join(artifact.folder, file)),
      mode: 0o644,
    }));
    return ok(zip(entries, "deflated"), { "content-type": "application/zip" });
  };
  return [{ method: "GET", path: base, source, query: ["artifactName", "$format"], handle: get }];
}

/** The paths of the files of an artifact in its folder, with slashes. */
function filesOf({ folder }: BuildArtifact): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .map((file) => file.replaceAll(path.sep, "/"))
    .sort();
}

function artifactBody({ id: buildId, project }: Build, artifact: BuildArtifact, request: ServiceRequest) {
  const { id, name, type, recordId, folder } = artifact;
  const builds = `${request.url.origin}/${request.parameter("organisation")}/${project.id}/_apis/build/builds`;
  const url = `${builds}/${buildId}/artifacts?artifactName=${encodeURIComponent(name)}&api-version=7.1`;
  const size = filesOf(artifact).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
  return {
    ...{ id, name, source: recordId },
    resource: {
      type,
      data: type === "Container" ? `#/${buildId}/${name}` : `${buildId}/${name}`,
      properties: { artifactsize: String(size) },
      url,
      downloadUrl: `${url}&%24format=zip`,
    },
  };
}
