import {
  type Candidate,
  clientAddressOf,
  levelText,
  match,
  normaliseRequest,
  tableOf,
} from "../../core/matcher/index.ts";
import type { Observed, RouterFlavor } from "../../core/model/index.ts";
import type { StoryRequest } from "./request.ts";

/**
 * The routes that contest for a request: those that match it in the bucket of its winner, where nothing but priority and
 * load order puts one before another. By admin id, sorted; empty where no route matches. A route of which the matcher can't
 * tell whether it matches counts as one that does.
 */
export function contestFor(request: StoryRequest, observed: Observed, flavor: RouterFlavor): readonly string[] {
  const { method, target, host, headers, body } = request;
  const named = Object.entries({ Host: host, ...headers });
  const normalised = normaliseRequest({
    method,
    target,
    headers: named,
    ...(body !== undefined && { body }),
    remoteAddr: clientAddressOf("127.0.0.1", realIpOf(request)),
  });
  if (normalised.kind === "refused") return [];
  const table = tableOf(
    { flavor },
    { routes: observed.routes.map(identified), services: observed.services.map(identified) },
  );
  const ids = new Set<string>();
  // Winners are taken away one by one, as long as the next stands in the same bucket.
  for (let bucket: string | undefined; ;) {
    const answer = match(table, normalised.request);
    const [sure, maybe] = answer.kind === "unknown" ? [answer.otherwise, answer.maybe] : [answer, []];
    if (sure.kind === "matched") bucket ??= bucketOf(sure.candidate);
    const candidates = sure.kind === "matched" ? [...maybe, sure.candidate] : maybe;
    const found = candidates.filter((candidate) => bucketOf(candidate) === bucket).map(({ owner }) => owner.id);
    if (found.length === 0) return [...ids].sort();
    for (const id of found) {
      ids.add(id);
      table.removeRoute(id);
    }
  }
}

function realIpOf({ headers }: StoryRequest): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === "x-real-ip")?.[1];
}

/** Host level, exact or prefix, and the literal part: what a bucket is known by. */
function bucketOf({ level, pattern }: Candidate): string {
  return [levelText(level), pattern.kind, pattern.key].join(" ");
}

function identified<Value>({
  id,
  value,
}: {
  readonly id: string;
  readonly value: Value;
}): Value & { readonly id: string } {
  return { ...value, id };
}
