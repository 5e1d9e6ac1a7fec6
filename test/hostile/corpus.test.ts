import assert from "node:assert/strict";
import { hostileAnswers } from "./answers.ts";
import { scenarios } from "./scenarios.ts";
import { HostileStage, secretValue, taskNames } from "./stage.ts";
import { asOneLine } from "./texts.ts";

/** Inputs that a person chooses from a list, and connections, which the agent looks up before the task starts. */
const isChosen = (type: string) => /^(boolean|pickList|radio|connectedService:.*)$/i.test(type);

/** Every input with every text and every route with every answer is a long enumeration: `npm test` tries one of them each, in turn. */
const isWhole = process.env.HOSTILE_CORPUS === "all";
/** The routes that a task has asked: tasks ask a route by the same code, so that `npm test` tries its answers with the first of them. */
const asked = new Set<string>();
const chosen = <T>(all: readonly T[], turn: number): readonly T[] =>
  isWhole ? all : all.slice(turn % all.length, (turn % all.length) + 1);

function isNew(route: string): boolean {
  const isFirst = !asked.has(route);
  asked.add(route);
  return isFirst;
}

for (const task of await taskNames())
  describe(`${task} with hostile texts`, function () {
    this.timeout(600_000);
    let stage: HostileStage;
    before(async () => {
      stage = await HostileStage.open(task);
    });
    after(() => stage[Symbol.asyncDispose]());
    const assertResists = async (attempt: Parameters<HostileStage["try"]>[0]) => {
      const { problems, results } = await stage.try(attempt);
      const log = results.map(({ log }) => log).join("\n---\n");
      assert.ok(problems.length === 0, `${attempt.name}: ${problems.join("\n")}\n${log}`);
      return results;
    };

    it(`${task} succeeds without hostile texts, so that the other attempts do not end at its first refusal`, async () => {
      const [main] = await assertResists({ name: "plain" });
      assert.equal(main!.result, "succeeded", main!.log);
    });

    it(`${task} resists hostile texts in each of its inputs`, async () => {
      const inputs = (stage.manifest.inputs ?? []).filter(({ type }) => !isChosen(type));
      for (const [turn, { name }] of inputs.entries())
        for (const text of chosen([stage.text(), asOneLine(stage.corpus), secretValue], turn))
          await assertResists({
            name: `input ${name}`,
            options: { inputs: { [name]: text.replaceAll("\u0000", "") } },
          });
    });

    it(`${task} resists hostile texts in each answer of each service`, async () => {
      const before = stage.workspace.emulator.requests().length;
      await stage.try({ name: "plain" });
      // ArtifactTool is a program of its own: its answers reach the task only by what it prints, which scenarios.ts covers.
      const requests = stage.workspace.emulator
        .requests()
        .slice(before)
        .filter(({ userAgent }) => !userAgent.startsWith("ArtifactTool"));
      const routes = new Map(
        requests
          .map(({ service, method, path, route }) => [route ?? path, { service, method, path }] as const)
          .filter(([route, { service, method }]) => isWhole || isNew(`${service} ${method} ${route}`)),
      );
      for (const [turn, [route, { service, method, path }]] of [...routes].entries())
        for (const { name, then } of chosen(hostileAnswers(path, stage.text()), turn))
          await assertResists({
            name: `${name} to ${route}`,
            prepare: ({ workspace }) =>
              workspace.declareFault({
                match: { service, method, path: `^${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$` },
                times: 1_000,
                when: "before",
                then,
              }),
          });
    });

    for (const attempt of scenarios[task] ?? [])
      it(`${task} resists hostile texts in ${attempt.name}`, async () => {
        await assertResists(attempt);
      });
  });
