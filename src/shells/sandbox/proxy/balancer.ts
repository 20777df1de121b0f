import { createHash } from "node:crypto";
import type { AdminUpstream } from "../../../core/model/index.ts";
import { resolveTemplate } from "../plugins/template.ts";
import { nodesOf, type Node } from "./nodes.ts";

/** Picks nodes for one request: a first one, and others when those before could not be reached. */
export interface Picker {
  /** `undefined`: all have been tried. */
  next(): Node | undefined;
}

/**
 * Round robin by weight, or by the hash of a key. `ewma` and `least_conn` go round robin too: what they measure means
 * nothing on one machine. Nodes of a lower priority come when all of a higher one have been tried.
 */
export class Balancer {
  /** How far each upstream has gone round, per priority. A changed upstream is another object and starts anew. */
  readonly #rounds = new WeakMap<AdminUpstream, Map<number, Round>>();

  pickerFor(upstream: AdminUpstream, variable: (name: string) => string | undefined): Picker {
    const nodes = nodesOf(upstream);
    const tried = new Set<Node>();
    const ranked = upstream.type === "chash" ? byHash(upstream, nodes, variable) : undefined;
    return {
      next: () => {
        // A single node is tried again and again, as often as retries say.
        if (nodes.length === 1) return nodes[0];
        const node =
          ranked === undefined ? this.#nextInTurn(upstream, nodes, tried) : ranked.find((one) => !tried.has(one));
        if (node !== undefined) tried.add(node);
        return node;
      },
    };
  }

  #nextInTurn(upstream: AdminUpstream, nodes: readonly Node[], tried: ReadonlySet<Node>): Node | undefined {
    const left = nodes.filter((node) => node.weight > 0 && !tried.has(node));
    const highest = Math.max(...left.map(({ priority }) => priority));
    const candidates = left.filter(({ priority }) => priority === highest);
    if (candidates.length === 0) return undefined;
    const rounds = this.#rounds.get(upstream) ?? new Map<number, Round>();
    this.#rounds.set(upstream, rounds);
    const round = rounds.get(highest) ?? new Round();
    rounds.set(highest, round);
    return round.pick(candidates);
  }
}

/** Smooth weighted round robin: a node of weight 2 comes twice as often, and not twice in a row. */
class Round {
  readonly #credit = new Map<string, number>();

  pick(nodes: readonly Node[]): Node | undefined {
    let best: Node | undefined;
    let total = 0;
    for (const node of nodes) {
      total += node.weight;
      this.#credit.set(nameOf(node), this.#creditOf(node) + node.weight);
      if (best === undefined || this.#creditOf(node) > this.#creditOf(best)) best = node;
    }
    if (best !== undefined) this.#credit.set(nameOf(best), this.#creditOf(best) - total);
    return best;
  }

  #creditOf(node: Node): number {
    return this.#credit.get(nameOf(node)) ?? 0;
  }
}

/** The same key finds the same node as long as that is there (rendezvous hashing), others in a fixed order behind it. */
function byHash(
  upstream: AdminUpstream,
  nodes: readonly Node[],
  variable: (name: string) => string | undefined,
): readonly Node[] {
  const key = hashKeyOf(upstream, variable) ?? variable("remote_addr") ?? "";
  const score = (node: Node) => {
    const digest = createHash("sha256")
      .update(`${nameOf(node)}\0${key}`, "latin1")
      .digest();
    const share = (digest.readUIntBE(0, 6) + 1) / (2 ** 48 + 1);
    return -node.weight / Math.log(share);
  };
  const scored = nodes.map((node) => ({ node, score: score(node) }));
  return scored.sort((a, b) => b.node.priority - a.node.priority || b.score - a.score).map(({ node }) => node);
}

function hashKeyOf(
  { hash_on = "vars", key = "" }: AdminUpstream,
  variable: (name: string) => string | undefined,
): string | undefined {
  switch (hash_on) {
    case "header":
      return variable(`http_${key}`);
    case "cookie":
      return variable(`cookie_${key}`);
    case "consumer":
      return variable("consumer_name");
    case "vars_combinations":
      return resolveTemplate(key, variable) || undefined;
    default:
      return variable(key);
  }
}

function nameOf({ host, port }: Node): string {
  return `${host}:${port}`;
}
