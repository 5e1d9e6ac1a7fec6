import assert from "node:assert/strict";
import { findItem, findLakehouse, findWorkspace } from "../../../shared/fabric/find.ts";
import { itemId, scriptedFabric, workspaceId } from "./fabric-server.ts";

const tests = { id: workspaceId, displayName: "Tests" };
const sales = { id: itemId, type: "Lakehouse", displayName: "Sales" };

async function workspace(name: string, ...displayNames: string[]) {
  await using server = await scriptedFabric({
    body: { value: displayNames.map((displayName, i) => ({ id: `${i}`, displayName })) },
  });
  return await findWorkspace(server.fabric, name);
}

describe("finding a workspace of Fabric", () => {
  it("finds it by its name", async () => {
    assert.equal((await workspace("Tests", "Other", "Tests")).id, "1");
  });

  it("prefers the name of the same case, and takes the only one of another case", async () => {
    assert.equal((await workspace("tests", "Tests", "tests")).id, "1");
    assert.equal((await workspace("tests", "Tests")).id, "0");
  });

  it("finds it by its id, in any case", async () => {
    await using server = await scriptedFabric({ body: tests });
    assert.deepEqual(await findWorkspace(server.fabric, workspaceId.toUpperCase()), tests);
    assert.deepEqual(server.asked(), [`GET /v1/workspaces/${workspaceId}`]);
  });

  it("fails if two have the name, with the ids of both", async () => {
    await assert.rejects(workspace("Tests", "Tests", "Tests"), {
      name: "InputError",
      message:
        'Could not find the Fabric workspace "Tests": there are 2 of that name (0, 1); give the id instead of the name.',
    });
  });

  it("fails with the nearest name", async () => {
    await assert.rejects(workspace("Tets", "Tests", "Production"), {
      message:
        'Could not find the Fabric workspace "Tets": application 1b2c has a role in 2 workspaces, but in none of that name; did you mean "Tests"?',
    });
  });

  it("fails with advice if the identity has no role anywhere", async () => {
    await assert.rejects(workspace("Tests"), {
      message:
        'Could not find the Fabric workspace "Tests": application 1b2c has no role in any workspace; give the service connection\'s application the role Contributor in the workspace (Manage access).',
    });
  });
});

describe("finding an item of Fabric", () => {
  it("finds a lakehouse of another workspace", async () => {
    const other = { id: "5b218778-e7a5-4d73-8187-f10824047715", displayName: "Other/Data" };
    await using server = await scriptedFabric(
      { body: { value: [tests, other] } },
      { body: { value: [sales] } },
    );
    assert.deepEqual(await findLakehouse(server.fabric, tests, "Other/Data/Sales"), {
      referenceType: "ById",
      workspaceId: other.id,
      itemId,
      displayName: "Sales",
    });
  });

  it("fails if the item with the id is of another type", async () => {
    await using server = await scriptedFabric({ body: { ...sales, type: "Warehouse" } });
    await assert.rejects(findItem(server.fabric, tests, { type: "Lakehouse", name: itemId }), {
      message: `Could not find the lakehouse "${itemId}" in the Fabric workspace "Tests": the item with that id is a Warehouse; check the id, and that the item is in this workspace.`,
    });
  });

  it("fails if no item has the id", async () => {
    await using server = await scriptedFabric({
      status: 404,
      body: { errorCode: "ItemNotFound", message: "no" },
    });
    await assert.rejects(findItem(server.fabric, tests, { type: "Environment", name: itemId }), {
      message: `Could not find the environment "${itemId}" in the Fabric workspace "Tests": it has no item with that id; check the id, and that the item is in this workspace.`,
    });
  });

  it("fails with the form for a lakehouse of another workspace", async () => {
    await using server = await scriptedFabric({ body: { value: [] } });
    await assert.rejects(findLakehouse(server.fabric, tests, "Sales"), {
      message:
        'Could not find the lakehouse "Sales" in the Fabric workspace "Tests": it has no lakehouse; check the name; a lakehouse of another workspace is given as workspace/lakehouse.',
    });
  });
});
