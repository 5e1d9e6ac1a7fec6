/** Prefixes of the variables that the agent owns, and names by which programs are found: setting one changes later steps. */
const reserved =
  /^(agent|azp|build|endpoint|input|path|pipeline|release|resources|secret|securefile|system|task|vsts)([._]|$)/i;
const environment =
  /^(path|home|node_options|ld_preload|ld_library_path|pythonpath|bash_env|env|ifs|comspec|pathext)$/i;

/** Whether a task may set this variable from a name that a person or a vault chose. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][\w.-]*$/.test(name) && !reserved.test(name) && !environment.test(name);
}
