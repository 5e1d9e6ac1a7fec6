import { definitionCases } from "./definition.ts";
import { everywhereCases } from "./everywhere.ts";
import { iterationCases } from "./iterations.ts";
import { jobCases } from "./job.ts";
import { payloadCases } from "./payload.ts";
import { targetCases } from "./target.ts";

/** Definitions that show each rule, which the reader and the schema have in common. */
export const cases = [
  ...definitionCases,
  ...jobCases,
  ...iterationCases,
  ...payloadCases,
  ...targetCases,
  ...everywhereCases,
];
