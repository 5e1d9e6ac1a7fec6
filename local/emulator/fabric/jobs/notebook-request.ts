import { isJsonObject, type JsonObject } from "../../http/request.ts";
import { fabricError, invalidInput } from "../errors.ts";

/** An item that a request names by its id or its name. */
export interface ItemReference {
  id?: string;
  name?: string;
  workspaceId?: string;
}

/** What a run of a notebook asks for, in either form of the request. */
export interface NotebookRequest {
  parameters: Record<string, string | number | boolean>;
  lakehouse?: ItemReference;
  environment?: ItemReference;
  sparkConf: Record<string, string>;
}

type ParameterType = "string" | "int" | "float" | "bool";

/** The types of the newer form. https://learn.microsoft.com/rest/api/fabric/core/job-scheduler/run-on-demand-item-job#itemjobparametertype */
const newTypes: Record<string, ParameterType | undefined> = {
  Text: "string",
  Integer: "int",
  Number: "float",
  Boolean: "bool",
  DateTime: "string",
  Guid: "string",
};
const oldTypes: readonly string[] = ["string", "int", "float", "bool"];

/**
 * Reads the body of a run. Sources: https://learn.microsoft.com/fabric/data-engineering/notebook-public-api for `executionData.parameters`
 * and `configuration`; https://learn.microsoft.com/rest/api/fabric/notebook/background-jobs/run-on-demand-notebook for the rest.
 */
export function readNotebookRequest(body: JsonObject): NotebookRequest {
  const data = optionalObject(body.executionData, "executionData");
  const request: NotebookRequest = { parameters: {}, sparkConf: {} };
  for (const { name, value, type } of [...oldParameters(data), ...newParameters(body)]) {
    request.parameters[name] = parameterValue(name, value, type);
  }
  const old = optionalObject(data.configuration, "configuration");
  const compute = optionalObject(data.computeConfiguration, "computeConfiguration");
  if (data.compute !== undefined && data.compute !== "Spark")
    throw fabricError(
      400,
      "ComputeTypeMismatch",
      "The local workspace runs notebooks with the compute Spark only",
    );
  const lakehouse = readReference(old.defaultLakehouse) ?? readReference(compute.defaultLakehouse);
  const environment = readReference(old.environment) ?? readReference(compute.attachedEnvironment);
  if (lakehouse) request.lakehouse = lakehouse;
  if (environment) request.environment = environment;
  for (const [key, value] of Object.entries(optionalObject(old.conf, "conf")))
    request.sparkConf[key] = String(value);
  if (Array.isArray(compute.sparkProperties))
    for (const { key, value } of compute.sparkProperties.filter(isJsonObject))
      request.sparkConf[String(key)] = String(value);
  return request;
}

interface Parameter {
  name: string;
  value: unknown;
  type: ParameterType;
}

function oldParameters(data: JsonObject): Parameter[] {
  return Object.entries(optionalObject(data.parameters, "parameters")).map(([name, given]) => {
    if (!isJsonObject(given)) throw invalidInput(`The parameter ${name} needs value and type`);
    const { value, type = "string" } = given;
    if (!oldTypes.includes(String(type)))
      throw invalidInput(`The type ${type} of the parameter ${name} is unknown`);
    return { name, value, type: type as ParameterType };
  });
}

function newParameters({ parameters }: JsonObject): Parameter[] {
  if (parameters === undefined || parameters === null) return [];
  if (!Array.isArray(parameters)) throw invalidInput("parameters is not a list");
  return parameters.map((given: unknown) => {
    if (!isJsonObject(given) || typeof given.name !== "string")
      throw invalidInput("A parameter needs name, value and type");
    const { name, value, type } = given;
    const known = type === "Automatic" ? automaticType(value) : newTypes[String(type)];
    if (!known) throw invalidInput(`The type ${type} of the parameter ${name} is not supported`);
    return { name, value, type: known };
  });
}

function automaticType(value: unknown): ParameterType {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return "string";
}

function parameterValue(name: string, value: unknown, type: ParameterType): string | number | boolean {
  const text = String(value);
  const isRight = {
    string: value !== null && typeof value !== "object" && value !== undefined,
    int: /^[+-]?\d+$/.test(text),
    float: text.trim() !== "" && Number.isFinite(Number(text)),
    bool: /^(true|false)$/i.test(text),
  }[type];
  if (!isRight) throw invalidInput(`The value of the parameter ${name} is not of the type ${type}`);
  if (type === "string") return text;
  return type === "bool" ? text.toLowerCase() === "true" : Number(text);
}

/** `{id, name, workspaceId}`, or `{itemId, workspaceId}` as in newer requests. */
export function readReference(value: unknown): ItemReference | undefined {
  if (!isJsonObject(value)) return undefined;
  const text = (field: unknown) => (typeof field === "string" && field !== "" ? field : undefined);
  const [id, name, workspaceId] = [
    text(value.itemId) ?? text(value.id),
    text(value.name),
    text(value.workspaceId),
  ];
  if (id === undefined && name === undefined) return undefined;
  return { ...(id ? { id } : {}), ...(name ? { name } : {}), ...(workspaceId ? { workspaceId } : {}) };
}

export function optionalObject(value: unknown, name: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (isJsonObject(value)) return value;
  throw invalidInput(`${name} is not an object`);
}
