import assert from "node:assert/strict";
import { judgeAnswer } from "../../../shared/http/answers.ts";
import { type Dialect, type ErrorContent, plainDialect } from "../../../shared/http/dialect.ts";
import { RequestError, type RequestErrorKind } from "../../../shared/http/errors.ts";
import type { HttpReply, HttpRequest, Method } from "../../../shared/http/message.ts";
import type { Shape } from "../../../shared/http/shape.ts";

const request = (method: Method = "GET"): HttpRequest => ({
  method,
  url: new URL("https://host/path?code=in-the-query"),
  headers: {},
  expect: "json",
  attempted: "look at it",
  repeatable: true,
  timeoutMs: 1_000,
  stallMs: 1_000,
});

/** Of a service whose errors are `{ errorCode, message }`. */
const dialect: Dialect = { readError: (content) => content as ErrorContent };

function judge(
  status: number,
  body: unknown = "",
  {
    headers = {},
    method,
    answer,
    ...options
  }: { headers?: Record<string, string>; method?: Method; answer?: Shape; dialect?: Dialect } = {},
) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return judgeAnswer(options.dialect ?? dialect)({ ...request(method), answer }, async () => ({
    status,
    headers: new Headers(headers),
    body: Buffer.from(text),
  }));
}

async function refusal(judging: Promise<HttpReply>): Promise<RequestError> {
  const error = await judging.then(
    () => assert.fail("it was taken for a success"),
    (reason: unknown) => reason,
  );
  assert(error instanceof RequestError, String(error));
  return error;
}

describe("answers", () => {
  const kindsOfStatus: [number, RequestErrorKind][] = [
    [400, "invalid"],
    [401, "unauthorized"],
    [402, "invalid"],
    [403, "forbidden"],
    [404, "notFound"],
    [408, "timeout"],
    [409, "conflict"],
    [410, "notFound"],
    [413, "tooLarge"],
    [422, "invalid"],
    [429, "throttled"],
    [500, "unavailable"],
    [501, "invalid"],
    [502, "unavailable"],
    [503, "unavailable"],
    [504, "unavailable"],
    [505, "invalid"],
    [599, "unavailable"],
  ];
  for (const [status, kind] of kindsOfStatus)
    it(`an answer of status ${status} is ${kind}`, async () => {
      const error = await refusal(judge(status));
      assert.deepEqual(
        [error.kind, error.status, error.errorCode, error.cameBack],
        [kind, status, undefined, `answered ${status}`],
      );
    });

  it("an answer is of the kind that the platform's dialect says, whatever its status", async () => {
    const kindOf = ({ errorCode }: ErrorContent) => (errorCode === "GONE" ? "notFound" : undefined);
    const judged = (errorCode: string) =>
      refusal(judge(400, { errorCode }, { dialect: { ...dialect, kindOf } }));
    assert.deepEqual([(await judged("GONE")).kind, (await judged("OTHER")).kind], ["notFound", "invalid"]);
  });

  it("an answer is shown with the code and the message that the platform's dialect reads", async () => {
    const error = await refusal(judge(400, { errorCode: "A", message: "no" }));
    assert.deepEqual([error.errorCode, error.serverMessage], ["A", "no"]);
    assert.equal(error.cameBack, "answered 400 A: no");
  });

  for (const body of ['{"message": "no"}', '{"message": null}', '{"other": 1}', '"no"', "null", "7", "[]"])
    it(`an answer is understood without a dialect if its body is ${body}`, async () => {
      const error = await refusal(judge(400, body, { dialect: plainDialect }));
      assert.equal(error.cameBack, body.includes('"message": "no"') ? "answered 400: no" : "answered 400");
    });

  it("an answer whose code is its status does not show it twice", async () => {
    assert.equal(
      (await refusal(judge(404, { errorCode: "404", message: "gone" }))).cameBack,
      "answered 404: gone",
    );
  });

  it("an answer that is not JSON gives its text as the message", async () => {
    assert.equal((await refusal(judge(502, "upstream gone"))).cameBack, "answered 502: upstream gone");
  });

  for (const [header, value] of [
    ["retry-after", "7"],
    ["retry-after-ms", "7000"],
    ["x-ms-retry-after-ms", "7000"],
  ] as const)
    it(`an answer says when to ask again by ${header}`, async () => {
      assert.equal((await refusal(judge(429, "", { headers: { [header]: value } }))).retryAfterMs, 7_000);
    });

  it("an answer says by a date when to ask again", async () => {
    const date = { "retry-after": new Date(Date.now() - 60_000).toUTCString() };
    assert.equal((await refusal(judge(503, "", { headers: date }))).retryAfterMs, 0);
  });

  describe("shown without credentials", () => {
    const token = "dapi0123456789abcdef0123456789abcdef";
    const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl";
    for (const [what, message, shown] of [
      ["a Databricks token", `Token ${token} has expired`, "Token *** has expired"],
      ["a Databricks token with its part of a cluster", `${token}-2 is old`, "*** is old"],
      ["a JSON Web Token", `the assertion ${jwt} is not valid now`, "the assertion *** is not valid now"],
      ["a bearer", "got Bearer a1.b2~c3+d4/e5-f6_g7== here", "got Bearer *** here"],
      ["a bearer in lower case", "authorization: bearer abc", "authorization: bearer ***"],
      ["a basic credential", "Authorization: Basic dXNlcjpzZWNyZXQ=", "Authorization: Basic ***"],
      [
        "a token with an invisible character in it",
        `Token ${token.slice(0, 9)}\u200b${token.slice(9)}`,
        "Token ***",
      ],
      ["several", `${token}, ${token} and ${jwt}`, "***, *** and ***"],
    ] as const)
      it(`an answer is shown without the credential that its message repeats: ${what}`, async () => {
        const error = await refusal(judge(401, { message }));
        assert.equal(error.cameBack, `answered 401: ${shown}`);
        assert.equal(
          error.message,
          `Could not look at it: host answered 401: ${shown}; check that the token is the one for this service and has not expired.`,
        );
      });
  });

  it("an answer is shown in one line, without the full stop at its end", async () => {
    const error = await refusal(judge(400, { message: "  first\r\n\tsecond  third.;. " }));
    assert.equal(error.cameBack, "answered 400: first second third");
  });

  it("an answer is shown with no more than 500 characters of its message", async () => {
    const whole = await refusal(judge(400, { message: "x".repeat(500) }));
    assert.equal(whole.cameBack, `answered 400: ${"x".repeat(500)}`);
    const cut = await refusal(judge(400, { message: "x".repeat(501) }));
    assert.equal(cut.cameBack, `answered 400: ${"x".repeat(499)}…`);
  });

  for (const location of [
    "/login.html?next_url=x",
    "/login/",
    "https://other/SignIn",
    "https://login.microsoftonline.com/common",
    "https://other/common/OAuth2/Authorize?x=y",
  ])
    it(`an answer that points to ${location} is a sign-in page`, async () => {
      const error = await refusal(judge(302, "", { headers: { location } }));
      assert.equal(error.kind, "signInPage");
      assert.match(error.message, /host redirected this request to its sign-in page;/);
    });

  for (const status of [300, 301, 302, 303, 304, 305, 307, 308])
    it(`an answer of status ${status} is not followed, and named by its host alone`, async () => {
      const error = await refusal(
        judge(status, "", { headers: { location: "https://other.example.org/a?sig=credential" } }),
      );
      assert.equal(error.kind, "redirected");
      assert.equal(
        error.cameBack,
        `answered ${status} and redirects to other.example.org, which gets no credential`,
      );
    });

  it("an answer that redirects to no valid address names no host", async () => {
    assert.match((await refusal(judge(302))).message, / redirects to host, /);
    assert.match(
      (await refusal(judge(302, "", { headers: { location: "https://" } }))).message,
      / redirects to no valid address, /,
    );
  });

  for (const page of [
    "<!DOCTYPE html><html>",
    "\n <HTML lang=en>",
    "<!-- copyright --><html>",
    "<head><title>Sign in</title>",
  ]) {
    it(`an answer that is the page ${JSON.stringify(page)} is a sign-in page`, async () => {
      assert.equal((await refusal(judge(200, page))).kind, "signInPage");
    });
    it(`an answer is shown without the page ${JSON.stringify(page)}`, async () => {
      assert.equal((await refusal(judge(500, page))).cameBack, "answered 500: an HTML page");
    });
  }

  for (const body of ['{"a": [1, 2', '[{"a":', "{"])
    it(`an answer that is cut off at ${body} was interrupted`, async () => {
      const error = await refusal(judge(200, body));
      assert.deepEqual(
        [error.kind, error.cameBack, error.status],
        ["interrupted", "sent JSON that is cut off", 200],
      );
    });

  it("an answer that is an incomplete JSON text is a bad answer", async () => {
    assert.equal((await refusal(judge(200, '"a'))).kind, "badAnswer");
  });

  for (const [status, method] of [
    [204, "GET"],
    [201, "POST"],
    [202, "POST"],
    [200, "DELETE"],
    [200, "HEAD"],
  ] as const)
    it(`an empty answer is accepted with ${status} to ${method}`, async () => {
      assert.equal((await judge(status, " \n", { method })).json, undefined);
    });

  for (const method of ["GET", "POST", "PUT", "PATCH", "OPTIONS"] as const)
    it(`an empty answer is refused with 200 to ${method}`, async () => {
      assert.equal((await refusal(judge(200, " \n", { method }))).kind, "badAnswer");
    });

  it("an empty answer is accepted with 200 to a POST that returns nothing", async () => {
    assert.equal((await judge(200, " \n", { method: "POST", answer: "nothing" })).json, undefined);
  });

  it("an answer is parsed if JSON was asked for, and otherwise left as it is", async () => {
    assert.deepEqual((await judge(200, { a: 1 })).json, { a: 1 });
    const bytes = await judgeAnswer(dialect)({ ...request(), expect: "bytes" }, async () => ({
      status: 200,
      headers: new Headers(),
      body: Buffer.from("<html>"),
    }));
    assert.deepEqual([bytes.json, bytes.body.toString()], [undefined, "<html>"]);
  });
});

describe("failed requests", () => {
  for (const [kind, isAmbiguous] of [
    ["unreachable", false],
    ["certificate", false],
    ["interrupted", true],
    ["timeout", true],
    ["canceled", false],
    ["hostNotAllowed", false],
    ["redirected", false],
    ["signInPage", false],
    ["unauthorized", false],
    ["forbidden", false],
    ["notFound", false],
    ["conflict", false],
    ["tooLarge", false],
    ["throttled", false],
    ["unavailable", true],
    ["invalid", false],
  ] as const)
    it(`a failed request ${isAmbiguous ? "may" : "cannot"} have taken effect after ${kind}`, () => {
      assert.equal(
        new RequestError({ kind, attempted: "make it", on: "host", cameBack: "x" }).ambiguous,
        isAmbiguous,
      );
    });

  it("the error of a failed request keeps all its details when it is given better advice", () => {
    const cause = new Error("why");
    const details = {
      kind: "throttled",
      attempted: "make it",
      on: "host",
      cameBack: "answered 429",
      status: 429,
      errorCode: "CODE",
      retryAfterMs: 7,
      serverMessage: "too many",
    } as const;
    const advised = new RequestError({ ...details, cause }).advising("do that");
    assert.equal(advised.message, "Could not make it: host answered 429; do that.");
    assert.equal(advised.cause, cause);
    for (const [name, value] of Object.entries(details))
      assert.equal(advised[name as keyof typeof details], value, name);
  });
});
