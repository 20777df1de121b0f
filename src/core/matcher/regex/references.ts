import type { Flags } from "./flags.ts";
import { BrokenPattern, type Node } from "./syntax.ts";

/** Back-references of one pattern, which may name groups that come later. Lives for one parse. */
export class References {
  private readonly names = new Map<string, number>();
  /** Checked when all groups are known. */
  private readonly found: { readonly index: number | undefined; readonly name: string }[] = [];

  define(name: string, index: number): void {
    if (this.names.has(name)) throw new BrokenPattern("two groups of one name");
    this.names.set(name, index);
  }

  /** `to`: a number, `-1` for the last group before here, or a name. `captureCount`: groups opened so far. */
  nodeTo(to: string, captureCount: number, { ignoresCase }: Flags): Node {
    const relative = /^-(\d+)$/.exec(to);
    if (relative !== null) {
      const index = captureCount + 1 - Number(relative[1]);
      if (index < 1) throw noSuchGroup();
      return { kind: "backreference", index, ignoresCase };
    }
    const index = /^\d+$/.test(to) ? Number(to) : undefined;
    this.found.push({ index, name: to });
    // A name may be defined later: stands in as a negative index until all are known.
    return { kind: "backreference", index: index ?? -this.found.length, ignoresCase };
  }

  /** With numbers where names stood. `captureCount`: all groups there are. */
  resolved(root: Node, captureCount: number): Node {
    for (const { index, name } of this.found) {
      if (index === undefined ? !this.names.has(name) : index > captureCount) throw noSuchGroup();
    }
    return this.withNumbers(root);
  }

  private withNumbers(node: Node): Node {
    switch (node.kind) {
      case "backreference": {
        if (node.index >= 0) return node;
        const name = this.found[-node.index - 1]?.name ?? "";
        return { ...node, index: this.names.get(name) ?? 0 };
      }
      case "sequence":
        return { kind: "sequence", parts: node.parts.map((part) => this.withNumbers(part)) };
      case "choice":
        return { kind: "choice", branches: node.branches.map((branch) => this.withNumbers(branch)) };
      case "repeat":
      case "capture":
      case "atomic":
      case "look":
        return { ...node, body: this.withNumbers(node.body) };
      case "empty":
      case "set":
      case "assert":
      case "keepOut":
        return node;
    }
  }
}

function noSuchGroup(): BrokenPattern {
  return new BrokenPattern("reference to a group that does not exist");
}
