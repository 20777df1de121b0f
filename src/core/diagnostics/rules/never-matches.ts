import type { UriPattern } from "../../matcher/index.ts";
import type { Diagnostic, DesiredRoute, RouterFlavor } from "../../model/index.ts";
import { diagnosticOf } from "../finding.ts";
import { contradictionIn } from "../contradiction.ts";
import { routedMethods } from "../cover.ts";
import { urisOf } from "../entrant.ts";
import type { Scene } from "../scene.ts";
import { eachRoute } from "../watch.ts";

/** Paths, hosts, methods and conditions that no request can have, each told at its field. */
export const neverMatches = eachRoute((route, scene) => {
  const { body, hostsSource } = route;
  const uris = deadUris(route, scene);
  // Most routes have nothing else.
  if (hostsSource !== "Route" && body.methods === undefined && body.vars === undefined) return uris;
  return [
    ...uris,
    ...(hostsSource === "Route" ? deadHosts(route, scene) : []),
    ...deadMethods(route),
    ...deadConditions(route, scene),
  ];
});

const nothing: readonly Diagnostic[] = [];

function deadUris(route: DesiredRoute, { patternOf }: Scene): readonly Diagnostic[] {
  const uris = urisOf(route.body);
  let found: Diagnostic[] | undefined;
  for (let index = 0; index < uris.length; index++) {
    const pattern = patternOf(uris[index] ?? "");
    if (pattern.isNeverMatching || wantsDoubleSlash(pattern))
      (found ??= []).push(deadUri(route, pattern, index, uris.length));
    else if (isEncoded(pattern.text)) (found ??= []).push(encodedUri(route, pattern.text, index));
  }
  return found ?? nothing;
}

function isEncoded(uri: string): boolean {
  return uri.includes("%") && /%[0-9a-f]{2}/i.test(uri);
}

function deadUri({ origin }: DesiredRoute, pattern: UriPattern, index: number, count: number): Diagnostic {
  const [why, fix] = reasonOf(pattern);
  return diagnosticOf({
    code: "NeverMatches",
    severity: "warning",
    object: origin,
    field: `spec.uris[${index}]`,
    message: `No request path can match ${JSON.stringify(pattern.text)}${scopeOf(count, "uris")}.`,
    why,
    fix,
  });
}

/** `/x/*<slash><slash>y`: behind the star, too, every slash is demanded. */
function wantsDoubleSlash(pattern: UriPattern): boolean {
  if (pattern.kind === "exact" || pattern.segments === undefined) return false;
  return pattern.segments.some((segment, at) => at > 0 && segment.kind === "literal" && segment.text === "");
}

/** `/p/%2A`: strictly speaking a client that encodes twice gets there. Nobody means that one. */
function encodedUri({ origin }: DesiredRoute, uri: string, index: number): Diagnostic {
  return diagnosticOf({
    code: "NeverMatches",
    severity: "warning",
    object: origin,
    field: `spec.uris[${index}]`,
    message: `A request for ${JSON.stringify(uri)} does not match it: the gateway decodes paths before it compares them, and this text is compared as it stands.`,
    why: "Only a path that is encoded twice would still hold these characters.",
    fix: "Write the path decoded: a blank for %20, and so on.",
  });
}

/** "so the route answers nothing", where there is nothing beside it. */
function scopeOf(count: number, what: string): string {
  return count === 1 ? ", so the route answers nothing" : `; the route lives on its other ${what}`;
}

function reasonOf({ kind, key, text }: UriPattern): readonly [why: string, fix: string] {
  if (!/^[/*]/.test(text)) return ["Every request path begins with a slash.", "Begin it with a slash."];
  if (/\/\//.test(text))
    return ["The gateway merges slashes that follow one another before it matches.", "Write one slash."];
  if (/\/\.{1,2}(?:\/|$)/.test(key))
    return ['The gateway resolves "." and ".." before it matches.', "Write the path without them."];
  if (kind === "tree" && /[+?*()[\]{}^$|\\]/.test(key))
    return [
      "Before a part that begins with a star or colon the text counts as a regular expression, while the router wants the very same text: no path has both.",
      'Let the star follow its text directly ("/a+b*"), or leave out the characters + ? ( ) [ { ^ $ | \\.',
    ];
  return [
    "The router compares it with paths that have been decoded and cleaned up, and none of them looks like this.",
    "Write the path as the application sees it.",
  ];
}

/** Under the host router a host is compared with one that has no port. An IPv6 address keeps its brackets. */
function isDeadHost(host: string, flavor: RouterFlavor): boolean {
  return flavor === "radixtree_host_uri" && /^[^[\]]*:[^\]]*$|\]:\d*$/.test(host);
}

function deadHosts(route: DesiredRoute, { flavor }: Scene): readonly Diagnostic[] {
  const { hosts = [] } = route.resolved.manifest.spec;
  return hosts.flatMap((host, index) => (isDeadHost(host, flavor) ? [deadHost(route, host, index, hosts.length)] : []));
}

function deadHost({ origin }: DesiredRoute, host: string, index: number, count: number): Diagnostic {
  return diagnosticOf({
    code: "NeverMatches",
    severity: "warning",
    object: origin,
    field: `spec.hosts[${index}]`,
    message: `No request can match the host ${JSON.stringify(host)}${scopeOf(count, "hosts")}.`,
    why: "The router radixtree_host_uri takes the port off the request's host before it looks for the route.",
    fix: `Write ${JSON.stringify(host.replace(/:\d*$/, ""))}.`,
  });
}

function deadMethods({ origin, body }: DesiredRoute): readonly Diagnostic[] {
  const methods = routedMethods(body);
  if (methods === undefined || methods.length > 0) return [];
  return [
    diagnosticOf({
      code: "NeverMatches",
      severity: "warning",
      object: origin,
      field: "spec.methods",
      message: `No request with the method ${(body.methods ?? []).join(" or ")} gets as far as a route, so the route answers nothing.`,
      why: "The gateway's nginx answers TRACE and CONNECT with 405 before any route is looked for.",
      fix: "Name another method.",
    }),
  ];
}

function deadConditions({ origin, body }: DesiredRoute, { conjunctsIn }: Scene): readonly Diagnostic[] {
  const name = contradictionIn(conjunctsIn(body));
  if (name === undefined) return [];
  return [
    diagnosticOf({
      code: "NeverMatches",
      severity: "warning",
      object: origin,
      field: "spec.vars",
      message: `No request can satisfy its conditions on ${name}: they contradict each other, so the route answers nothing.`,
      why: "All conditions of vars must hold at once.",
      fix: 'Keep one of them, or join them with "OR".',
    }),
  ];
}
