import type { Candidate } from "./bucket.ts";
import type { HostPattern } from "./host.ts";
import { PathIndex } from "./path-index.ts";
import type { RouterRules } from "./rules.ts";

/** A level of the host router, in the order of a request: exact host, suffixes from long to short, no host. */
export interface HostLevel {
  readonly host: HostPattern;
  readonly paths: PathIndex;
}

/**
 * The outer matcher of the host router. In the uri flavors only the last level is in use. Lives with its table.
 * Source: apache/apisix 3.18, apisix/http/router/radixtree_host_uri.lua, create_radixtree_router and matching.
 */
export class HostIndex {
  private readonly levels = new Map<string, HostLevel>();
  private readonly any: HostLevel = { host: { kind: "any" }, paths: new PathIndex() };
  /** Lengths of the stored suffixes with their number. */
  private readonly suffixLengths = new Map<number, number>();

  put(candidate: Candidate, rules: RouterRules): void {
    this.levelFor(candidate.level).paths.put(candidate, rules);
  }

  remove(candidate: Candidate): void {
    const level = this.levelFor(candidate.level);
    level.paths.remove(candidate);
    if (level.host.kind === "any" || !level.paths.isEmpty) return;
    this.levels.delete(level.host.text);
    if (level.host.kind === "suffix") this.countSuffix(level.host.suffix.length, -1);
  }

  *levelsFor(host: string): Generator<HostLevel> {
    const exact = host.startsWith("*") ? undefined : this.levels.get(host);
    if (exact !== undefined) yield exact;
    for (let length = this.suffixLengths.size === 0 ? -1 : host.length; length >= 0; length--) {
      const level = this.suffixLengths.has(length)
        ? this.levels.get(`*${host.slice(host.length - length)}`)
        : undefined;
      if (level !== undefined) yield level;
    }
    yield this.any;
  }

  private levelFor(host: HostPattern): HostLevel {
    if (host.kind === "any") return this.any;
    let level = this.levels.get(host.text);
    if (level === undefined) {
      level = { host, paths: new PathIndex() };
      this.levels.set(host.text, level);
      if (host.kind === "suffix") this.countSuffix(host.suffix.length, 1);
    }
    return level;
  }

  private countSuffix(length: number, change: 1 | -1): void {
    const count = (this.suffixLengths.get(length) ?? 0) + change;
    if (count === 0) this.suffixLengths.delete(length);
    else this.suffixLengths.set(length, count);
  }
}
