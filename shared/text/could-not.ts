/**
 * The message of every error: `Could not <do what, on what>: <what came back>; <what to do next>.`
 * @param doWhat in the infinitive: `create cluster weather-42`
 * @param whatCameBack of a cause's whole message too, which then continues the sentence
 * @param advice what the reader can do next, in the imperative; left out if nobody knows
 */
export function couldNot(doWhat: string, whatCameBack: string, advice = ""): string {
  const next = clause(advice);
  const problem = `Could not ${clause(doWhat)}: ${clause(whatCameBack).replace(/^Could not /, "could not ")}`;
  const sentence = next === "" ? problem : `${problem}; ${next}`;
  return /[?!…]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** Text as a part of a sentence that goes on after it: without spaces around it or a full stop at its end. */
export function clause(text: string): string {
  return text.trim().replace(/[\s.:;,]+$/, "");
}
