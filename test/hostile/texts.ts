import { hostileMarkup } from "../fixtures/hostile-markup.ts";

/** Part of every command in these texts: an agent that finds it in the properties or data of a command has executed one. */
export const executedMark = "EXECUTED-BY-THE-AGENT";

/** Forms of a secret in a text: the encodings that the log masks, or that our documents and servers use. */
export function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return [
    secret,
    json,
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    secret.replaceAll("\\", "\\\\"),
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll("%20", "+"),
    secret.replace(/[&<>"']/g, (character) => entities[character]!),
    ...["", "u", "us", "user"].flatMap((before) =>
      (["base64", "base64url"] as const).map((encoding) => Buffer.from(before + secret).toString(encoding)),
    ),
  ];
}

export interface HostileText {
  name: string;
  text: string;
}

/**
 * Texts that the author of a notebook, a name or an answer could write there: commands of the agent, markup, names of files outside, and
 * a secret that they know.
 * @param about.canary a file that no step may read, attach or write
 */
export function hostileCorpus(about: { canary: string; secret: string }): HostileText[] {
  const { canary, secret } = about;
  const commands = [
    `##vso[task.setvariable variable=${executedMark}]x`,
    `##vso[task.setvariable variable=${executedMark};isOutput=true]x`,
    `##VSO[task.SetVariable variable=${executedMark}]x`,
    `##vso[task.prependpath]${executedMark}`,
    `##vso[task.setsecret]${executedMark}`,
    `##vso[task.complete result=Succeeded;done=${executedMark}]`,
    `##vso[task.logissue type=error;code=${executedMark}]x`,
    `##vso[task.setendpoint id=${executedMark};field=url]https://evil.example`,
    `##vso[task.uploadfile]${canary}`,
    `##vso[task.uploadsummary]${canary}`,
    `##vso[task.addattachment type=${executedMark};name=x]${canary}`,
    `##vso[artifact.upload artifactname=${executedMark}]${canary}`,
    `##vso[build.addbuildtag]${executedMark}`,
    `##vso[build.updatebuildnumber]${executedMark}`,
    `##vso[results.publish type=JUnit;resultFiles=${canary};runTitle=${executedMark}]`,
  ];
  const files = [
    `[[ATTACHMENT|${canary}]]`,
    `[[attachment|${canary}]]`,
    `[[ ATTACHMENT | ${canary} ]]`,
    `[[ATTACH\u0000MENT|${canary}]]`,
    `[\u200b[ATTACHMENT|${canary}]]`,
    `file://${canary}`,
    `../../../../../../..${canary}`,
  ];
  return [
    ...commands.map((text, index) => ({ name: `command ${index + 1}`, text })),
    ...files.map((text, index) => ({ name: `file ${index + 1}`, text })),
    ...formsOf(secret).map((text, index) => ({ name: `secret ${index + 1}`, text })),
    ...hostileMarkup,
  ];
}

/** All of them as one text of several lines, so that one run tries each. */
export function asOneText(corpus: readonly HostileText[]): string {
  return corpus.map(({ text }) => `before ${text} after`).join("\n");
}

/** The same in one line, for values that end at a line break. */
export function asOneLine(corpus: readonly HostileText[]): string {
  return asOneText(corpus).replace(/[\r\n]+/g, " ");
}

/** Some of them, cut to the length of a file name and without characters that a file system or an environment variable cannot contain. */
export function hostileNames(about: { secret: string }): string[] {
  return [
    `##vso[task.setvariable variable=${executedMark}]x`,
    `<script>alert('${executedMark}')</script>`.replaceAll("/", "\u2215"),
    "[[ATTACHMENT|x]]",
    `a ${about.secret.replaceAll("/", "-")} b`,
    "..",
    " | `x` ![](https:evil.example)",
  ];
}
