import { ok, type Reply } from "../../http/reply.ts";
import type { ServiceRequest } from "../../http/request.ts";
import type { Route } from "../../http/route.ts";
import type { Access } from "../access.ts";
import { collection, refuse } from "../dialect.ts";
import { projectOf } from "../urls.ts";
import { resultOf, type TestAttachment, type TestRuns } from "./test-runs.ts";

const sourceDocs =
  "https://learn.microsoft.com/rest/api/azure/devops/test/attachments?view=azure-devops-rest-7.1";
const runPath = "/{organisation}/{project}/_apis/test/runs/{run}";

/** Files of test runs and of their results. */
export function testAttachmentRoutes(testRuns: TestRuns, access: Access): Route[] {
  const ownerOf = (request: ServiceRequest) => {
    access.identify(request);
    projectOf(request);
    const run = testRuns.get(request.parameter("run"));
    const { result } = request.parameters;
    return result === undefined ? run : resultOf(run, result);
  };
  const list = (request: ServiceRequest): Reply =>
    collection(ownerOf(request).attachments.map((attachment) => attachmentBody(attachment, request)));
  const get = (request: ServiceRequest): Reply => {
    const id = Number(request.parameter("attachment"));
    const found = ownerOf(request).attachments.find((attachment) => attachment.id === id);
    return found
      ? ok(found.content)
      : refuse(404, "TestObjectNotFoundException", `The attachment ${id} does not exist.`);
  };
  const create = (request: ServiceRequest): Reply => {
    access.requireOfProject(request, "createTestRuns");
    const owner = ownerOf(request);
    const { stream, fileName, comment, attachmentType } = request.json();
    if (typeof stream !== "string" || typeof fileName !== "string" || fileName === "") {
      refuse(400, "InvalidPropertyException", "An attachment has a fileName, and a stream in base64.");
    }
    const attachment = testRuns.attach(owner, {
      fileName,
      comment: typeof comment === "string" ? comment : "",
      attachmentType: typeof attachmentType === "string" ? attachmentType : "GeneralAttachment",
      content: Buffer.from(stream, "base64"),
    });
    const { id, url } = attachmentBody(attachment, request);
    return ok({ id, url });
  };
  return [`${runPath}/attachments`, `${runPath}/results/{result}/attachments`].flatMap((path): Route[] => [
    { method: "GET", path, source: sourceDocs, handle: list },
    { method: "POST", path, source: sourceDocs, handle: create },
    { method: "GET", path: `${path}/{attachment}`, source: sourceDocs, handle: get },
  ]);
}

function attachmentBody(attachment: TestAttachment, request: ServiceRequest) {
  const { id, fileName, comment, attachmentType, content, createdOn } = attachment;
  const url = `${request.url.origin}${request.url.pathname}/${id}`;
  return { id, fileName, comment, attachmentType, size: content.length, createdDate: createdOn, url };
}
