import { readFile } from "node:fs/promises";
import path from "node:path";
import { type PackageVersion, packageText } from "../../shared/devops/package-identity.ts";
import type { UniversalPackages } from "../../shared/devops/universal-packages.ts";
import { manifestFileName } from "../../shared/notebook/artifact/manifest.ts";
import { parseManifest } from "../../shared/notebook/artifact/parse-manifest.ts";
import { couldNot } from "../../shared/text/could-not.ts";

/** Fails unless the package that the feed has under this name and version has the same notebooks: a version never changes. */
export async function requireSameDigest(
  packages: UniversalPackages,
  target: PackageVersion,
  { digest, folder }: { digest: string; folder: string },
): Promise<void> {
  const attempted = `publish ${packageText(target)}`;
  const published = path.join(folder, "published");
  await packages.download(target, { folder: published, filter: manifestFileName });
  const text = await readFile(path.join(published, manifestFileName), "utf8").catch(() => undefined);
  if (text === undefined)
    throw new Error(
      couldNot(
        attempted,
        `the feed has it already, as a package without ${manifestFileName}`,
        "choose another name or version",
      ),
    );
  const found = parseManifest(text);
  if (found.digest === digest) return;
  const origin = found.source.buildId === undefined ? "" : ` by build ${found.source.buildId}`;
  throw new Error(
    couldNot(
      attempted,
      `the feed has it already${origin}, with other content (its digest is ${found.digest}, this one's ${digest})`,
      "choose a new version, as a published one never changes",
    ),
  );
}
