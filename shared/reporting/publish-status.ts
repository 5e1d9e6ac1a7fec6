import { buildLinks } from "../devops/build-links.ts";
import { tagBuild } from "../devops/build-tags.ts";
import { recordThatFits } from "../results/record-size.ts";
import { statusRecord, statusRecordType } from "../results/status-record.ts";
import { statusTag } from "../results/status-tag.ts";
import type { TestResults } from "../results/test-results.ts";
import type { MaskedFile, TaskHost } from "../task/host.ts";
import { maskTexts } from "../task/secret-mask.ts";
import type { ReportContext } from "./publish-pages.ts";
import { writeDocument } from "./write-document.ts";

/** A status record that was attached to the build. */
export interface PublishedStatus {
  file: MaskedFile;
  /** Whether the build has the tag by which the record is found. */
  isTagged: boolean;
}

/**
 * Attaches the status record to the build, and adds the build tag by which the record can be found. A tag that cannot be added is a warning.
 */
export async function publishStatus(
  host: TaskHost,
  results: TestResults,
  { id, platform, workspace, startedOn, deployment }: Omit<ReportContext, "cluster">,
): Promise<PublishedStatus> {
  const { build } = buildLinks(host.variable);
  const status = statusRecord(results, {
    platform,
    workspace,
    ...(deployment && { artifact: deployment.artifact, environment: deployment.environment }),
    run: { buildId: host.variable("Build.BuildId") ?? "0", ...(build ? { url: build } : {}) },
    startedOn: startedOn.toISOString(),
    finishedOn: new Date().toISOString(),
  });
  const { record, left } = recordThatFits(maskTexts(status, (text) => host.secrets.mask(text)));
  if (left !== undefined) host.log.warning(left);
  const file = await writeDocument(host, "test-status.json", record);
  // The record comes before its tag. The agent uploads it in the background, so that a reader may see the tag a moment earlier: a tag without
  // a record proves nothing.
  host.attachments.add(statusRecordType, `notebooks-${id}.json`, file);
  const isTagged = await tagBuild(host, statusTag(record), "test status");
  return { file, isTagged };
}
