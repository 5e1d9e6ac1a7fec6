import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { refuse } from "../dialect.ts";
import { makeToolRelease, type ToolRelease } from "./artifact-tool/release.ts";

const sourceDocs =
  "https://github.com/microsoft/azure-pipelines-tasks-common-packages/blob/main/common-npm-packages/packaging-common/universal/ArtifactToolUtilities.ts";
const systems: Record<string, string> = { linux: "linux", darwin: "osx" };
const architectures: Record<string, string> = {
  amd64: "x64",
  x86_64: "x64",
  x64: "x64",
  arm64: "arm64",
  aarch64: "arm64",
};

/** The client tools API, from which tasks download ArtifactTool; here it serves a stand-in for Linux and macOS. */
export function clientToolRoutes(access: Access): Route[] {
  let made: ToolRelease | undefined;
  const release = () => {
    made ??= makeToolRelease();
    return made;
  };
  const describe = (request: ServiceRequest): Reply => {
    access.identify(request);
    const tool = request.parameter("tool");
    if (tool.toLowerCase() !== "artifacttool") {
      refuse(404, "ClientToolNotFoundException", `There is no client tool named '${tool}'.`);
    }
    const [osName, arch] = ["osName", "arch"].map((name) => request.query.get(name) ?? "");
    const [system, processor] = [
      systems[osName?.toLowerCase() ?? ""],
      architectures[arch?.toLowerCase() ?? ""],
    ];
    if (!system || !processor) {
      refuse(
        404,
        "ClientToolReleaseNotFoundException",
        `The local workspace has no ArtifactTool for osName '${osName}' and arch '${arch}': it runs on Linux and macOS, amd64 and arm64.`,
      );
    }
    const { version } = release();
    const rid = `${system}-${processor}`;
    const uri = `${request.url.origin}/artifacttool/artifacttool-${rid}-Release_${version}.zip`;
    return ok({ name: "ArtifactTool", rid, version, uri });
  };
  // In the cloud this is a signed URL of a storage account, which needs no token either.
  const download = (request: ServiceRequest): Reply => {
    const { version, archive } = release();
    const file = request.parameter("file");
    if (file.endsWith(`-Release_${version}.zip`)) return ok(archive, { "Content-Type": "application/zip" });
    return { status: 404 };
  };
  return [
    {
      method: "GET",
      path: "/{organisation}/_apis/clienttools/{tool}/release",
      source: sourceDocs,
      query: ["osName", "osRelease", "osVersion", "arch", "distroName", "distroVersion"],
      handle: describe,
    },
    {
      method: "GET",
      path: "/artifacttool/{file}",
      source: sourceDocs,
      handle: download,
    },
  ];
}
