/**
 * The normal form of a version, by which `1.0`, `v1.0`, `1.0.0` and `1-0` with other spellings of suffixes are equal.
 * Source: https://packaging.python.org/en/latest/specifications/version-specifiers/#normalization
 * @returns the text in lower case if it is not a version
 */
export function normalizeVersion(text: string): string {
  const found = pattern.exec(text.trim().toLowerCase().replaceAll("_", "-"));
  if (!found?.groups) return text.trim().toLowerCase();
  const { epoch, release = "", pre, preNumber, post, postNumber, dash, dev, devNumber, local } = found.groups;
  const isPost = post !== undefined || dash !== undefined;
  return [
    epoch ? `${Number(epoch)}!` : "",
    release
      .split(".")
      .map(Number)
      .join(".")
      .replace(/(\.0)+$/, ""),
    pre ? `${preNames[pre] ?? pre}${Number(preNumber || 0)}` : "",
    isPost ? `.post${Number(postNumber || dash || 0)}` : "",
    dev ? `.dev${Number(devNumber || 0)}` : "",
    local ? `+${local.replace(/[-_]/g, ".")}` : "",
  ].join("");
}

const preNames: Readonly<Record<string, string>> = {
  ...{ alpha: "a", beta: "b", c: "rc", pre: "rc", preview: "rc" },
};

const pattern = new RegExp(
  [
    "^v?(?:(?<epoch>\\d+)!)?(?<release>\\d+(?:\\.\\d+)*)",
    "(?:[-.]?(?<pre>alpha|a|beta|b|preview|pre|rc|c)[-.]?(?<preNumber>\\d*))?",
    "(?:-(?<dash>\\d+)|[-.]?(?<post>post|rev|r)[-.]?(?<postNumber>\\d*))?",
    "(?:[-.]?(?<dev>dev)[-.]?(?<devNumber>\\d*))?",
    "(?:\\+(?<local>[a-z0-9]+(?:[-.][a-z0-9]+)*))?$",
  ].join(""),
);
