import assert from "node:assert/strict";
import { deploymentTag, passedTag, statusTag } from "../../../shared/results/status-tag.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";

const digest = `sha256:${"0".repeat(64)}`;

describe("the tag by which a status record is found", () => {
  it("the tag of a status record is its type alone if the run tested no package", () => {
    assert.equal(statusTag({}), "notebook-ops.test-status");
    assert.equal(statusTag({ environment: "staging" }), "notebook-ops.test-status");
  });

  it("the tag of a status record names environment, package and version", () => {
    const artifact = { name: "weather-etl", version: "1.4.0-rc.1", digest };
    assert.equal(
      statusTag({ artifact, environment: "staging" }),
      "notebook-ops.test-status_staging_weather-etl_1.4.0-rc.1",
    );
  });

  it("the tag of a status record has underscores only between its parts, so that two packages never have the same tag", () => {
    const tagOf = (environment: string, name: string) =>
      statusTag({ artifact: { name, version: "1.0.0", digest }, environment });
    assert.equal(tagOf("staging_eu", "etl"), "notebook-ops.test-status_staging-eu_etl_1.0.0");
    assert.notEqual(tagOf("staging_eu", "etl"), tagOf("staging", "eu_etl"));
  });

  it("the tag of a version that passed differs from the tag of its status record in the name only", () => {
    const tested = { artifact: { name: "weather", version: "1.0.0", digest }, environment: "qa_eu" };
    assert.equal(passedTag(tested), "notebook-ops.test-passed_qa-eu_weather_1.0.0");
  });

  it("the tag of a deployment names environment and package, whatever the version", () => {
    const deployed = {
      artifact: { name: "weather", version: "1.0.0", digest },
      environment: "production_eu",
    };
    assert.equal(deploymentTag(deployed), "notebook-ops.deployment_production-eu_weather");
  });

  it("the tag of a status record contains no character that Azure DevOps refuses, whatever the names are", () => {
    for (const { name, text } of hostileMarkup) {
      const tag = statusTag({ artifact: { name: text, version: text, digest }, environment: text });
      assert.match(tag, /^[A-Za-z0-9._-]+$/, name);
    }
  });
});
