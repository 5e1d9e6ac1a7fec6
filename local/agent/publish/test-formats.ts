/** The parts of a test case that the agent reads. */
export interface PublishedTestCase {
  name: string;
  className: string;
  outcome: "passed" | "failed" | "skipped";
  durationMs: number;
  message?: string;
  trace?: string;
}

/** An element as xml2js reads it: attributes under `$`, text under `_`, and a list for each name of a child. */
export interface XmlElement {
  [tag: string]: unknown;
}

/** Reads the test cases of a document; undefined if it is of another format. */
type ReadCases = (document: XmlElement) => PublishedTestCase[] | undefined;

/**
 * The formats of test results by the name that `type` has in `##vso[results.publish]`, in lower case. What is read of each is what the agent
 * reads (Worker/TestResults/Legacy/{Junit,Nunit,Xunit,Trx}ResultReader.cs of the agent).
 */
export const testFormats: Record<string, { name: string; read: ReadCases }> = {
  junit: { name: "JUnit", read: readJUnit },
  nunit: { name: "NUnit", read: readNUnit },
  xunit: { name: "xUnit", read: readXUnit },
  vstest: { name: "VSTest", read: readTrx },
};

function readJUnit(document: XmlElement): PublishedTestCase[] | undefined {
  const root = document.testsuites ?? document.testsuite;
  if (root === undefined) return undefined;
  return below(root, ["testsuite"], "testcase").map((element) => {
    const attributes = attributesOf(element);
    const problem = children(element, "failure")[0] ?? children(element, "error")[0];
    const common = {
      name: attributes.name ?? "",
      className: attributes.classname ?? "",
      durationMs: milliseconds(attributes.time),
    };
    if (problem !== undefined)
      return { ...common, outcome: "failed", ...failure(attributesOf(problem).message, textOf(problem)) };
    return { ...common, outcome: "skipped" in (element as XmlElement) ? "skipped" : "passed" };
  });
}

/** NUnit 3 has the root `test-run`, NUnit 2 `test-results`. Of the former, only the tests of assemblies count. */
function readNUnit(document: XmlElement): PublishedTestCase[] | undefined {
  if (document["test-run"] !== undefined) {
    return below(document["test-run"], ["test-suite"], "test-suite")
      .filter((suite) => attributesOf(suite).type?.toLowerCase() === "assembly")
      .flatMap((suite) => below(suite, ["test-suite"], "test-case"))
      .map((element) => {
        const { name = "", fullname = name, duration, result } = attributesOf(element);
        const prefix = fullname.endsWith(`.${name}`) ? fullname.slice(0, -name.length - 1) : "";
        const common = { name, className: prefix, durationMs: milliseconds(duration) };
        return { ...common, ...outcomeOf(result, element) };
      });
  }
  if (document["test-results"] === undefined) return undefined;
  return below(document["test-results"], ["test-suite", "results"], "test-case").map((element) => {
    const { name = "", time, result } = attributesOf(element);
    const hasFailed = children(element, "failure").length > 0;
    const outcome = hasFailed ? "Failed" : result?.toLowerCase() === "ignored" ? "Skipped" : "Passed";
    return { name, className: "", durationMs: milliseconds(time), ...outcomeOf(outcome, element) };
  });
}

function readXUnit(document: XmlElement): PublishedTestCase[] | undefined {
  if (document.assemblies === undefined) return undefined;
  return below(document.assemblies, ["assembly", "collection"], "test").map((element) => {
    const { name = "", type = "", method, time, result } = attributesOf(element);
    const outcome = { pass: "Passed", fail: "Failed" }[result?.toLowerCase() ?? ""] ?? "Skipped";
    const common = { name: method ?? name, className: type, durationMs: milliseconds(time) };
    return { ...common, ...outcomeOf(outcome, element) };
  });
}

/** The result of a test names its definition, which has the class. A result without an outcome has failed. */
function readTrx(document: XmlElement): PublishedTestCase[] | undefined {
  if (document.TestRun === undefined) return undefined;
  const classes = new Map(
    below(document.TestRun, ["TestDefinitions"], "UnitTest").map((test) => {
      const className = attributesOf(children(test, "TestMethod")[0]).className ?? "";
      return [attributesOf(test).id, className.split(",")[0] ?? ""];
    }),
  );
  return below(document.TestRun, ["Results"], "UnitTestResult").map((element) => {
    const { testName = "", testId, duration = "", outcome = "failed" } = attributesOf(element);
    const [hours = 0, minutes = 0, seconds = 0] = duration.split(":").map(Number);
    const error = children(children(children(element, "Output")[0], "ErrorInfo")[0], "Message")[0];
    const trace = children(children(children(element, "Output")[0], "ErrorInfo")[0], "StackTrace")[0];
    const common = {
      name: testName,
      className: classes.get(testId) ?? "",
      durationMs: milliseconds(String(hours * 3600 + minutes * 60 + seconds)),
    };
    const known = { passed: "passed", failed: "failed" } as const;
    const result = known[outcome.toLowerCase() as keyof typeof known] ?? "skipped";
    return {
      ...common,
      outcome: result,
      ...(result === "failed" ? failure(textOf(error), textOf(trace)) : {}),
    };
  });
}

function outcomeOf(
  result: string | undefined,
  element: unknown,
): Pick<PublishedTestCase, "outcome" | "message" | "trace"> {
  if (result?.toLowerCase() === "passed") return { outcome: "passed" };
  if (result?.toLowerCase() !== "failed") return { outcome: "skipped" };
  const problem = children(element, "failure")[0];
  const [message] = children(problem, "message");
  const [trace] = children(problem, "stack-trace");
  return { outcome: "failed", ...failure(textOf(message), textOf(trace)) };
}

function failure(message: string | undefined, trace: string | undefined) {
  return { ...(message ? { message } : {}), ...(trace ? { trace } : {}) };
}

/** The elements of a name in an element, and in those of its descendants that the other names lead to. */
function below(element: unknown, through: readonly string[], name: string): unknown[] {
  if (Array.isArray(element)) return element.flatMap((each) => below(each, through, name));
  return [
    ...children(element, name),
    ...through.flatMap((tag) => children(element, tag)).flatMap((child) => below(child, through, name)),
  ];
}

function children(element: unknown, name: string): unknown[] {
  const found = typeof element === "object" && element !== null ? (element as XmlElement)[name] : undefined;
  return Array.isArray(found) ? found : [];
}

function attributesOf(element: unknown): Record<string, string | undefined> {
  return (element as { $?: Record<string, string> } | undefined)?.$ ?? {};
}

function textOf(element: unknown): string | undefined {
  if (typeof element === "string") return element;
  return (element as { _?: string } | undefined)?._;
}

function milliseconds(seconds: string | undefined): number {
  return Math.round(Number(seconds ?? 0) * 1000) || 0;
}
