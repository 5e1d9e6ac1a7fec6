import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, refuse } from "../dialect.ts";
import type { Projects } from "../projects.ts";
import type { Build, BuildAttachment } from "./build.ts";
import { buildUri } from "./build-routes.ts";
import type { Builds } from "./builds.ts";

const read = "https://learn.microsoft.com/rest/api/azure/devops/build/attachments?view=azure-devops-rest-7.1";
const write =
  "https://learn.microsoft.com/rest/api/azure/devops/distributedtask/attachments/create?view=azure-devops-rest-7.1";
const buildPath = "/{organisation}/{project}/_apis/build/builds/{build}";
const recordPath =
  "/{organisation}/{project}/_apis/distributedtask/hubs/{hub=build}/plans/{plan}/timelines/{timeline}/records/{record}";

/** What steps attach to their run: the agent writes by the run's plan, everyone reads by the run. */
export function attachmentRoutes(builds: Builds, projects: Projects, access: Access): Route[] {
  const buildOf = (request: ServiceRequest): Build => {
    const { name } = access.identify(request);
    const build = builds.get(request.parameter("build"), projects.of(request));
    if (build.deletedOn !== undefined) return builds.refuse(String(build.id));
    if (build.attachmentsReadable) return build;
    refuse(
      403,
      "AccessDeniedException",
      `Access denied. ${name} needs View builds permissions for ${buildUri(build)} in team project ${build.project.name} to perform the action.`,
    );
  };
  const list = (request: ServiceRequest): Reply => {
    const build = buildOf(request);
    const found = build.attachments.filter(({ type }) => type === request.parameter("type"));
    return collection(
      found.map((attachment) => ({
        name: attachment.name,
        _links: { self: { href: attachmentUrl(build, attachment, request) } },
      })),
    );
  };
  const get = (request: ServiceRequest): Reply => {
    const wanted = {
      timelineId: request.parameter("timeline"),
      recordId: request.parameter("record"),
      type: request.parameter("type"),
      name: request.parameter("name"),
    };
    const found = buildOf(request).attachments.find((attachment) =>
      (Object.keys(wanted) as (keyof typeof wanted)[]).every((key) => attachment[key] === wanted[key]),
    );
    if (found) return ok(found.content);
    refuse(404, "AttachmentNotFoundException", `The attachment '${wanted.name}' does not exist.`);
  };
  const create = (request: ServiceRequest): Reply => {
    access.requireOfProject(request, "updateBuildInformation");
    const build = builds.ofPlan(request.parameter("plan"), projects.of(request));
    const attachment = builds.attach(build, {
      timelineId: request.parameter("timeline"),
      recordId: request.parameter("record"),
      type: request.parameter("type"),
      name: request.parameter("name"),
      content: request.body,
    });
    const { content, ...described } = attachment;
    return ok({ ...described, _links: { self: { href: attachmentUrl(build, attachment, request) } } });
  };
  return [
    { method: "GET", path: `${buildPath}/attachments/{type}`, source: read, handle: list },
    {
      method: "GET",
      path: `${buildPath}/{timeline}/{record}/attachments/{type}/{name}`,
      source: read,
      handle: get,
    },
    { method: "PUT", path: `${recordPath}/attachments/{type}/{name}`, source: write, handle: create },
  ];
}

function attachmentUrl({ id, project }: Build, attachment: BuildAttachment, request: ServiceRequest): string {
  const [type, name] = [attachment.type, attachment.name].map(encodeURIComponent);
  const { timelineId, recordId } = attachment;
  const collection = `${request.url.origin}/${request.parameter("organisation")}`;
  return `${collection}/${project.id}/_apis/build/builds/${id}/${timelineId}/${recordId}/attachments/${type}/${name}`;
}
