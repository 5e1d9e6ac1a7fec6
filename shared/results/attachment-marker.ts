/*
 * A line `[[ATTACHMENT|path]]` in the output of a JUnit case makes Azure Pipelines upload that file of the agent:
 * https://devblogs.microsoft.com/devops/junit-attachments-support-for-publish-test-results/. Outputs are text from outside, so markers in
 * them are removed, and no marker is ever written. How the publisher finds markers is not documented, so all that resembles a marker
 * counts as one.
 */

/** White space, and the characters that .NET ignores when it compares texts by culture: https://learn.microsoft.com/dotnet/core/extensions/globalization-icu */
const skipped = "[\\s\\p{Default_Ignorable_Code_Point}]";
const word = [..."attachment"].join(`${skipped}*`);

/** From the last bracket of an opening on, so that many brackets in a row are matched once. */
const opening = new RegExp(`\\[${skipped}*${word}(?:${skipped}*\\|)?`, "giu");
const whole = new RegExp(
  `\\[${skipped}*\\[${skipped}*${word}${skipped}*\\|[^\\]\\n|]{0,1000}\\]${skipped}*?\\]\\n?`,
  "giu",
);
const isSkipped = new RegExp(skipped, "u");

/** The output without its markers. */
export function withoutAttachments(output: string): string {
  return output.replace(whole, "");
}

/** The text with every marker made ineffective. Later replacements, such as that of a secret by `***`, cannot restore one. */
export function withoutMarkers(text: string): string {
  return text.replace(opening, (found, at: number) =>
    followsBracket(text, at) ? (found.endsWith("|") ? "(attachment: " : "(attachment") : found,
  );
}

function followsBracket(text: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && isSkipped.test(text[before]!)) before--;
  return text[before] === "[";
}
