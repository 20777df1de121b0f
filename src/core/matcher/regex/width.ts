import { BrokenPattern, children, type Node } from "./syntax.ts";

/** PCRE2 up to 10.42 wants every branch of a look-behind to be of one length; BrokenPattern otherwise. */
export function checkLookBehinds(node: Node): void {
  if (node.kind === "look" && node.isBehind && branchesOf(node.body).some((branch) => widthOf(branch) === undefined)) {
    throw new BrokenPattern("look-behind without fixed length");
  }
  for (const child of children(node)) checkLookBehinds(child);
}

export function branchesOf(node: Node): readonly Node[] {
  return node.kind === "choice" ? node.branches : [node];
}

/** Bytes that a node takes, where that is always the same number. */
export function widthOf(node: Node): number | undefined {
  switch (node.kind) {
    case "empty":
    case "look":
    case "assert":
    case "keepOut":
      return 0;
    case "set":
      return 1;
    case "sequence":
      return node.parts.reduce<number | undefined>((sum, part) => added(sum, widthOf(part)), 0);
    case "choice": {
      const widths = new Set(node.branches.map(widthOf));
      const [width] = widths;
      return widths.size === 1 ? width : undefined;
    }
    case "repeat": {
      const width = widthOf(node.body);
      return node.min === node.max && width !== undefined ? width * node.min : undefined;
    }
    case "capture":
    case "atomic":
      return widthOf(node.body);
    case "backreference":
      return undefined;
  }
}

function added(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
