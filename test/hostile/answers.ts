import type { RequestFault } from "../../local/emulator/faults.ts";

/** Answers of a service in which every text is hostile: a refusal in the form of each platform, a plain text, and a success in the service's shape. */
export function hostileAnswers(path: string, text: string): { name: string; then: RequestFault["then"] }[] {
  return [
    {
      name: "a refusal",
      then: {
        status: 400,
        body: {
          error_code: text,
          message: text,
          error: { code: text, message: text, innerError: { code: text } },
          error_description: text,
          typeKey: text,
          detail: text,
        },
      },
    },
    {
      name: "a refusal that is a text",
      then: { status: 403, headers: { "content-type": "text/plain" }, body: text },
    },
    { name: "a success", then: { body: success(path, text) } },
  ];
}

/** The fields that our clients read from the answers of these services, with a hostile text in each that can be any text. */
function success(path: string, text: string): object {
  if (path.includes("/clusters/")) {
    const cluster = {
      cluster_id: text,
      cluster_name: text,
      state: "TERMINATED",
      state_message: text,
      termination_reason: { code: text, type: text, parameters: { databricks_error_message: text } },
      custom_tags: { "notebook-ops": text },
    };
    return { ...cluster, clusters: [cluster], events: [{ type: text }] };
  }
  if (path.includes("/jobs/runs/")) {
    const run = {
      run_id: 1,
      run_name: text,
      run_page_url: `https://evil.example/${text}`,
      state: { life_cycle_state: "INTERNAL_ERROR", result_state: text, state_message: text },
      notebook_output: { result: text },
      error: text,
      error_trace: text,
      views: [{ type: "NOTEBOOK", name: text, content: text }],
    };
    return { ...run, tasks: [{ ...run, task_key: text }], runs: [run] };
  }
  if (path.includes("/build/builds")) {
    const build = {
      ...{ id: 345, buildNumber: text, status: text, reason: text, sourceBranch: text },
      ...{ queueTime: "2026-11-21T10:00:00Z", definition: { id: 12, name: text, path: text } },
      project: { id: text, name: text },
    };
    const attachment = { name: text, _links: { self: { href: `https://evil.example/${text}` } } };
    return { value: [{ ...build, ...attachment }] };
  }
  return {
    value: [{ id: text, name: text, routeTemplate: text, comments: [{ content: text }] }],
    id: text,
    name: text,
    uri: text,
    version: text,
    locationUrl: text,
    object_type: text,
    path: text,
    objects: [{ path: `/${text}`, object_type: "FILE", object_id: 1 }],
    content: Buffer.from(text).toString("base64"),
    token_value: text,
    token_info: { token_id: text, comment: text, expiry_time: 1 },
    token_infos: [{ token_id: text, comment: text }],
    access_token: text,
    expires_in: 1,
    library_statuses: [{ library: { whl: text }, status: "FAILED", messages: [text] }],
  };
}
