import { Affixes, affixOf, byteOf, lengthOf } from "./affixes.ts";
import type { Candidate } from "./bucket.ts";
import type { HostPattern } from "./host.ts";
import { PathIndex } from "./path-index.ts";
import type { RouterRules } from "./rules.ts";

/**
 * The outer matcher of the host router: its levels, one path matcher each, in the order of a request: exact host, suffixes
 * from long to short, no host. In the uri flavors only the last level is in use. Lives with its table.
 * Source: apache/apisix 3.18, apisix/http/router/radixtree_host_uri.lua, create_radixtree_router and matching.
 */
export class HostIndex {
  private readonly levels = new Map<string, PathIndex>();
  private readonly any = new PathIndex({ kind: "any" });
  private readonly endingsInLevels = new Affixes();
  /** Of the stored suffixes, longest first, so that a look-up asks only for endings that may be one. */
  private endings: readonly number[] = [];

  put(candidate: Candidate, rules: RouterRules): void {
    this.levelFor(candidate.level).put(candidate, rules);
  }

  remove(candidate: Candidate): void {
    const level = this.levelFor(candidate.level);
    level.remove(candidate);
    if (level.host.kind === "any" || !level.isEmpty) return;
    this.levels.delete(level.host.text);
    if (level.host.kind === "suffix") this.countSuffix(level.host.suffix, -1);
  }

  *levelsFor(host: string): Generator<PathIndex> {
    const exact = host.startsWith("*") ? undefined : this.levels.get(host);
    if (exact !== undefined) yield exact;
    for (const affix of this.endings) {
      const start = host.length - lengthOf(affix);
      if (start < 0 || (start < host.length && host.charCodeAt(start) !== byteOf(affix))) continue;
      const level = this.levels.get(`*${host.slice(start)}`);
      if (level !== undefined) yield level;
    }
    yield this.any;
  }

  private levelFor(host: HostPattern): PathIndex {
    if (host.kind === "any") return this.any;
    let level = this.levels.get(host.text);
    if (level === undefined) {
      level = new PathIndex(host);
      this.levels.set(host.text, level);
      if (host.kind === "suffix") this.countSuffix(host.suffix, 1);
    }
    return level;
  }

  private countSuffix(suffix: string, change: 1 | -1): void {
    const affix = affixOf(suffix.length, suffix.charCodeAt(0));
    this.endings = this.endingsInLevels.count(affix, change) ?? this.endings;
  }
}
