// Measures the time and the memory for reading 100,000 JUnit cases: npx tsx bench/junit-reading.ts
// The limits of the design are 3 s and 400 MB.
import { readJUnit } from "../shared/results/junit-reader.ts";

const caseCount = 100_000;

/** A file in the form of pytest's: every twentieth case fails with a trace, and every tenth case prints. */
function junitFile(): Uint8Array {
  const trace =
    "def test_day(self, day):\n&gt;       assert day.startswith('20')\nE       AssertionError\n".repeat(10);
  const cases = Array.from({ length: caseCount }, (_, index) => {
    const start = `<testcase classname="tests.test_days.TestDays" name="test_day[${index}]" file="tests/test_days.py" line="42" time="0.001">`;
    const failure =
      index % 20 === 0 ? `<failure message="AssertionError: day ${index}">${trace}</failure>` : "";
    const output = index % 10 === 0 ? `<system-out>rows read: ${index}</system-out>` : "";
    return `${start}${failure}${output}</testcase>`;
  });
  return Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest">${cases.join("\n")}</testsuite></testsuites>`,
  );
}

const bytes = junitFile();
const start = performance.now();
const run = readJUnit(bytes, { file: "results.xml" });
const seconds = (performance.now() - start) / 1000;
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
console.log(
  `${run.cases.length} cases, ${(bytes.length / 1024 ** 2).toFixed(0)} MB of XML: ${seconds.toFixed(2)} s (limit 3), ${peakMegabytes.toFixed(0)} MB at most (limit 400)`,
);
if (run.cases.length !== caseCount || seconds > 3 || peakMegabytes > 400) process.exitCode = 1;
