import assert from "node:assert/strict";
import { intentPath, intentToken, newIntent } from "../../../shared/intent/intent.ts";

const agent: Record<string, string> = {
  "System.CollectionUri": "https://dev.azure.com/contoso/",
  "System.TeamProject": "Weather & climate",
  "System.DefinitionId": "12",
  "Build.BuildId": "42",
};

describe("intents", () => {
  it("the intent of a step names organisation, project, definition and build in characters that tags take", () => {
    const intent = { ...newIntent((name) => agent[name]), id: "0123456789ab" };
    assert.equal(intentPath(intent), "contoso/Weather - climate/12/42/0123456789ab");
  });

  it("the intent of a step reads the organisation of a classic address from its host", () => {
    const intent = newIntent(() => "https://contoso.visualstudio.com/");
    assert.equal(intent.organisation, "contoso");
  });

  it("an intent is another one each time, even within one build", () => {
    assert.notEqual(newIntent((name) => agent[name]).id, newIntent((name) => agent[name]).id);
  });

  it("the intent of a step stays within what a tag's value may hold, whatever the project is called", () => {
    const intent = newIntent(() => "x".repeat(300));
    assert.ok(intentPath(intent).length <= 255);
  });

  it("the intent of a step gives each notebook a token of its own, of the 64 characters that the Jobs API allows", () => {
    const intent = newIntent((name) => agent[name]);
    assert.equal(intentToken(intent, "etl").length, 64);
    assert.equal(intentToken(intent, "etl"), intentToken(intent, "etl"));
    assert.notEqual(intentToken(intent, "etl"), intentToken(intent, "checks"));
  });
});
