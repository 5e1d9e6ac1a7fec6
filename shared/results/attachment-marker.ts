/*
 * A line `[[ATTACHMENT|path]]` in the output of a JUnit case makes Azure Pipelines upload that file of the agent:
 * https://devblogs.microsoft.com/devops/junit-attachments-support-for-publish-test-results/. Outputs are text from outside,
 * so no marker is taken over, and none is written. How the publisher compares is not published, so anything that a reader could take
 * for a marker counts as one.
 */

/** White space, and the characters that .NET skips where it compares by culture: https://learn.microsoft.com/dotnet/core/extensions/globalization-icu */
const skipped = "[\\s\\p{Default_Ignorable_Code_Point}]";
const word = [..."attachment"].join(`${skipped}*`);

/** The last bracket of an opening, so that a run of brackets is read once. */
const opening = new RegExp(`\\[${skipped}*${word}(?:${skipped}*\\|)?`, "giu");
const whole = new RegExp(
  `\\[${skipped}*\\[${skipped}*${word}${skipped}*\\|[^\\]\\n|]{0,1000}\\]${skipped}*?\\]\\n?`,
  "giu",
);
const isSkipped = new RegExp(skipped, "u");

/** The output without the files that it names to be uploaded. */
export function withoutAttachments(output: string): string {
  return output.replace(whole, "");
}

/** The text with every marker broken up. What is replaced in the text afterwards, such as a secret by `***`, puts none together. */
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
