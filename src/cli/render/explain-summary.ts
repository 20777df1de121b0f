import type { ExplainedRequest, Explanation, Verdict } from "../explain/explanation.ts";
import { routeName, type NamedRoute } from "../explain/named-table.ts";

/** The answer in one sentence; where a route answers, its name comes first. */
export function explanationSummary({ request, verdict }: Explanation): string {
  return summaryOf(verdict, requestText(request));
}

function summaryOf(verdict: Verdict, request: string): string {
  switch (verdict.kind) {
    case "matched": {
      const { route, missing } = verdict.winner;
      if (missing === undefined) return `${routeName(route)} answers ${request}`;
      const what = missing === "service" ? "its service" : "its plugin config";
      return `${routeName(route)} takes ${request}, but ${what} is not on the gateway: ${missing === "service" ? 404 : 503}`;
    }
    case "loadOrder":
      return `${routeName(verdict.winner.route)} answers ${request}, but only by load order: ${rivalsText(verdict)}`;
    case "noRoute":
      return `No route answers ${request}: 404`;
    case "refused":
      return `No route is asked for ${request}, the server answers ${verdict.status}: ${verdict.reason}`;
    case "error":
      return `The gateway answers 500 to ${request}: route ${routeName(verdict.route)} raises an error: ${verdict.reason}`;
    case "unknown":
      return (
        `It can't be told who answers ${request}: ${namesOf(verdict.maybe)} may take it, ` +
        `else ${otherwiseText(verdict.otherwise)}`
      );
  }
}

/** `GET http://shop.example.com/cart` */
export function requestText({ method, scheme, hostHeader, target }: ExplainedRequest): string {
  return `${method} ${target.startsWith("/") ? `${scheme}://${hostHeader ?? ""}` : ""}${target}`;
}

function rivalsText({ tiedWith, mayTieWith }: Verdict & { readonly kind: "loadOrder" }): string {
  const sure =
    tiedWith.length === 0 ? [] : [`${namesOf(tiedWith)} ${tiedWith.length === 1 ? "matches" : "match"} just as well`];
  const unsure = mayTieWith.length === 0 ? [] : [`of ${namesOf(mayTieWith)} it can't be told`];
  return [...sure, ...unsure].join(", ");
}

function otherwiseText(verdict: Extract<Verdict, { readonly kind: "unknown" }>["otherwise"]): string {
  switch (verdict.kind) {
    case "matched":
      return `${routeName(verdict.winner.route)} does`;
    case "noRoute":
      return "no route does";
    case "error":
      return `route ${routeName(verdict.route)} raises an error`;
  }
}

const mostNamed = 5;

function namesOf(routes: readonly NamedRoute[]): string {
  const names = routes.slice(0, mostNamed).map(routeName);
  if (routes.length > mostNamed) names.push(`${routes.length - mostNamed} more`);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}
