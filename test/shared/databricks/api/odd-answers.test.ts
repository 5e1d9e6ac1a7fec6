import assert from "node:assert/strict";
import { RequestError } from "../../../../shared/http/errors.ts";
import { type Answer, type FaultyServer, faultyServer, json, text } from "../../http/faulty-server.ts";
import { type Method, methods } from "./methods.ts";

const sentence = /^Could not .+: localhost:\d+ answered 20\d with(out)? .+; [^;]+\.$/;

describe("answers to each method of the Databricks API", function () {
  this.timeout(60_000);
  const answers = new Map<string, Answer[]>();
  /** The outcomes by method. All requests are sent at once, because each is sent twice, half a second apart. */
  const outcomes = new Map<string, { what: string; isOdd: boolean; outcome: unknown }[]>();
  let server: FaultyServer;

  const ask = async (method: string, { what, answer, isOdd }: Case) => {
    const name = String(answers.size);
    answers.set(name, [...questionsBefore(method), answer]);
    const outcome = await methods[method]!.ask({ ...server, name }).then(
      () => undefined,
      (error: unknown) => error,
    );
    return { what, isOdd, outcome };
  };

  before(async () => {
    server = await faultyServer((response, request) => {
      const { authorization = "", "x-case": name } = request.headers;
      const [user] = Buffer.from(authorization.replace(/^Basic /, ""), "base64")
        .toString()
        .split(":");
      const due = answers.get(String(name ?? user))!;
      (due.length > 1 ? due.shift()! : due[0]!)(response, request);
    });
    await Promise.all(
      Object.entries(methods).map(async ([name, method]) => {
        outcomes.set(name, await Promise.all(casesOf(method).map((each) => ask(name, each))));
      }),
    );
  });
  after(() => server[Symbol.asyncDispose]());

  for (const name of Object.keys(methods)) {
    it(`an answer of another shape than documented fails ${name} with an error that is ambiguous about the request's effect`, () => {
      for (const { what, outcome } of outcomes.get(name)!.filter(({ isOdd }) => isOdd)) {
        assert(outcome instanceof RequestError, `${name} took ${what} for an answer, or said ${outcome}`);
        assert.match(outcome.message, sentence);
        assert.equal(outcome.kind, "badAnswer", `${what}: ${outcome.message}`);
        assert.equal(outcome.ambiguous, true);
      }
    });

    it(`an answer of the documented shape is accepted by ${name}`, () => {
      for (const { what, outcome } of outcomes.get(name)!.filter(({ isOdd }) => !isOdd))
        assert.equal(outcome, undefined, `${what}: ${outcome}`);
    });
  }
});

interface Case {
  what: string;
  answer: Answer;
  isOdd: boolean;
}

function casesOf(method: Method): Case[] {
  const { right, wrong, emptyIsRight = false, nothingIsRight = false, nullIsRight = false } = method;
  const body = (content: unknown, isOdd: boolean) => ({
    what: JSON.stringify(content),
    answer: json(200, content),
    isOdd,
  });
  return [
    { what: "204", answer: text(204, ""), isOdd: !nothingIsRight },
    { what: "200 with no content", answer: text(200, ""), isOdd: !nothingIsRight },
    body(null, !nullIsRight),
    body({}, !emptyIsRight),
    ...[[], "text", 0, true, ...wrong].map((content) => body(content, true)),
    body(right, false),
  ];
}

/** The answers to the two requests that toolRelease sends before its own. */
function questionsBefore(name: string): Answer[] {
  if (name !== "toolRelease") return [];
  const location = {
    id: "187ec90d-dd1e-4ec6-8c57-937d979261e5",
    area: "clienttools",
    resourceName: "release",
    routeTemplate: "_apis/{area}/{toolName}/{resource}",
  };
  return [json(200, null), json(200, { value: [location] })];
}
