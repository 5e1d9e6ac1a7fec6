import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import { PipelineError, type Position } from "./node.ts";
import type { ParseContext } from "./parse-context.ts";

interface Node {
  name: string;
  group?: string;
  dependsOn: string[];
  at: Position;
}

/** Finds two nodes of one name, unknown names in `dependsOn`, and nodes that depend on each other. */
export function checkDependencies(
  nodes: readonly Node[],
  kind: "stage" | "job",
  { problems, isWhole }: Pick<ParseContext, "problems" | "isWhole">,
): void {
  const groupOf = (node: Node) => node.group ?? node.name;
  const names = new Set<string>();
  for (const { name, at } of nodes) {
    if (names.has(name.toLowerCase()))
      problems.add(new PipelineError(at, `two ${kind}s are named ${name}; rename one of them`));
    names.add(name.toLowerCase());
  }
  const visit = (node: Node, path: readonly string[]): void => {
    const group = groupOf(node).toLowerCase();
    if (path.includes(group))
      throw new PipelineError(
        node.at,
        `the ${kind} ${node.name} depends on itself: ${[...path, group].join(" → ")}`,
      );
    for (const name of node.dependsOn) {
      const dependencies = nodes.filter((other) => groupOf(other).toLowerCase() === name.toLowerCase());
      if (dependencies.length === 0 && isWhole) {
        const others = nodes.filter((other) => other !== node).map(groupOf);
        const advice = `there are ${others.join(", ") || `no other ${kind}s`}`;
        problems.add(
          new PipelineError(
            node.at,
            `the ${kind} ${node.name} depends on the ${kind} ${name}, which does not exist; ${didYouMean(name, others, advice)}`,
          ),
        );
      }
      for (const other of dependencies) visit(other, [...path, group]);
    }
  };
  problems.attempt(() => {
    for (const node of nodes) visit(node, []); // one circle is told, since each of its nodes is in it
  });
}
