import assert from "node:assert/strict";
import { gateDecisionSchema } from "../../../../shared/results/gate/gate-decision.ts";
import { parseGateDecision } from "../../../../shared/results/gate/gate-decision-reader.ts";
import { gateView } from "../../../../shared/results/report/gate-view.ts";

const decision = {
  schema: gateDecisionSchema,
  decision: "passed",
  decidedOn: "2026-03-02T10:00:00Z",
  artifact: { name: "weather", version: "1.4.0", digest: `sha256:${"a".repeat(64)}` },
  environment: "qa",
  rules: [{ rule: "digest", holds: true, text: "the same" }],
  approvals: [
    { id: "1", status: "approved", by: [{ name: "Ada", on: "2026-03-02T09:00:00Z", comment: "looks good" }] },
    { id: "2", status: "pending", by: [{ name: "Bob" }] },
  ],
};
const parse = (varied: object) =>
  parseGateDecision(JSON.stringify({ ...decision, ...varied }), "gate decision g of run 9");

describe("a gate's decision on a page", () => {
  it("a gate's decision on a page has its title, rules and approvals, with advice for a rule that does not hold", () => {
    const passed = gateView(parse({}));
    assert.equal(passed.title, "weather 1.4.0 passed in qa");
    assert.deepEqual(passed.approvals, [
      { by: "Ada", on: new Date("2026-03-02T09:00:00Z"), comment: "looks good" },
    ]);
    const rules = [{ rule: "maxFailed", holds: false, text: "1 failed", advice: "correct it" }];
    const failed = gateView(parse({ decision: "failed", rules }));
    assert.equal(failed.title, "weather 1.4.0 did not pass in qa");
    assert.deepEqual(failed.rules, [{ name: "failures", holds: false, text: "1 failed; correct it" }]);
  });

  for (const [what, varied, problem] of [
    ["with another schema", { schema: "notebook-ops/gate/2" }, /its schema is not/],
    ["that is neither passed nor failed", { decision: "skipped" }, /neither passed nor failed/],
    [
      "that passed although a rule does not hold",
      { rules: [{ rule: "digest", holds: false }] },
      /contradicts its rules/,
    ],
    ["that failed although each rule holds", { decision: "failed" }, /contradicts its rules/],
    ["without a rule", { rules: [] }, /a rule that is not known, or none/],
    [
      "with an unknown rule",
      { rules: [...decision.rules, { rule: "constructor", holds: true }] },
      /not known/,
    ],
    [
      "with a rule that does not say whether it holds",
      { rules: [{ rule: "digest", holds: "yes" }] },
      /not known/,
    ],
    ["without a time", { decidedOn: "soon" }, /its decidedOn is not a time/],
    ["without an artifact", { artifact: { name: "weather" } }, /does not name an artifact/],
  ] as const)
    it(`a gate's decision on a page is refused ${what}`, () => assert.throws(() => parse(varied), problem));
});
