import type { Diagnostic, DesiredRoute, RouterFlavor } from "../../model/index.ts";
import { diagnosticOf } from "../finding.ts";
import { urisOf } from "../entrant.ts";
import { eachRoute } from "../watch.ts";

/** What a path seems to say, and what this gateway's router makes of it. */
interface Misreading {
  readonly message: string;
  readonly why: string;
  readonly fix: string;
}

/** Parameters that the router takes for text, and text that it takes for something else. */
export const routerMismatch = eachRoute((route, { flavor, patternOf }) => {
  const uris = urisOf(route.body);
  if (uris.every(isPlain)) return [];
  return uris.flatMap((uri, index) => {
    if (isPlain(uri) || patternOf(uri).isNeverMatching) return [];
    const misreading = misreadingOf(uri, flavor);
    return misreading === undefined ? [] : [finding(route, index, misreading)];
  });
});

function finding({ origin }: DesiredRoute, index: number, { message, why, fix }: Misreading): Diagnostic {
  return diagnosticOf({
    code: "RouterMismatch",
    severity: "warning",
    object: origin,
    field: `spec.uris[${index}]`,
    message,
    why,
    fix,
  });
}

/** Text, and at most a star at its end: every router reads that as people do. */
function isPlain(uri: string): boolean {
  return /^[^:{*]*\*?$/.test(uri);
}

function misreadingOf(uri: string, flavor: RouterFlavor): Misreading | undefined {
  const hasParameters = flavor === "radixtree_uri_with_parameter";
  return (
    (hasParameters
      ? (starBeforeColon(uri) ?? colonInside(uri) ?? textBehindParameter(uri))
      : colonAsText(uri, flavor)) ??
    braces(uri) ??
    textBehindStar(uri) ??
    starInside(uri)
  );
}

/** `/user/:id` where parameters are off. Behind a star they work in every router. */
function colonAsText(uri: string, flavor: RouterFlavor): Misreading | undefined {
  const star = uri.indexOf("*");
  const literalPart = star < 0 ? uri : uri.slice(0, star);
  const parameter = literalPart.split("/").find((part) => /^:\w/.test(part));
  if (parameter === undefined) return undefined;
  return {
    message: `${JSON.stringify(parameter)} is no parameter here but text: only paths that hold these very characters match ${JSON.stringify(uri)}.`,
    why: `The router ${flavor} knows no parameters.`,
    fix: "Use a star, or run the gateway with the router radixtree_uri_with_parameter and say so in the ApisixGateway's spec.router.",
  };
}

/** `/foo/*<slash>:id`: the star becomes text, because a colon follows. */
function starBeforeColon(uri: string): Misreading | undefined {
  const colon = uri.indexOf(":");
  const star = uri.indexOf("*");
  if (colon < 0 || star < 0 || star > colon) return undefined;
  return {
    message: `The star in ${JSON.stringify(uri)} is text: only paths that hold a star there match.`,
    why: "The router radixtree_uri_with_parameter takes everything before the first colon literally.",
    fix: "Put the parameters before the star, or use a star in their place.",
  };
}

/** `/v1/things:batchGet`: not a parameter, and not text either. */
function colonInside(uri: string): Misreading | undefined {
  const part = uri.split("/").find((text) => text.includes(":"));
  if (part === undefined || part.startsWith(":") || uri.split("/").some((text) => /^[:*]/.test(text))) return undefined;
  const prefix = uri.slice(0, uri.indexOf(":"));
  return {
    message: `${JSON.stringify(uri)} takes every path that begins with ${JSON.stringify(prefix)}: what stands behind the colon is not looked at.`,
    why: "For the router radixtree_uri_with_parameter a colon inside a segment ends the text that must match.",
    fix: `Add a condition on the variable uri to vars, such as ["uri", "==", ${JSON.stringify(uri)}].`,
  };
}

/** `/x/:id.json`: the whole segment is one parameter. */
function textBehindParameter(uri: string): Misreading | undefined {
  const part = uri.split("/").find((text) => /^:\w+[^\w]/.test(text));
  if (part === undefined) return undefined;
  return {
    message: `${JSON.stringify(part)} is one parameter as a whole: the text behind its name need not be in the path.`,
    why: "A parameter takes a whole segment, and all that follows the colon is its name.",
    fix: "Add a condition on the variable uri to vars, or leave the text out.",
  };
}

/** `/users/{id}`, as OpenAPI and other gateways write it. */
function braces(uri: string): Misreading | undefined {
  const part = uri.split("/").find((text) => /^\{\w+\}$/.test(text) && !/^\{\d+\}$/.test(text));
  if (part === undefined) return undefined;
  return {
    message: `${JSON.stringify(part)} is no parameter but text: only paths that hold these very characters match ${JSON.stringify(uri)}.`,
    why: "APISIX gives braces no meaning.",
    fix: "Use a star; or :name, where the gateway runs the router radixtree_uri_with_parameter.",
  };
}

/** `/files/*.json`: what follows the star in its segment is a name. */
function textBehindStar(uri: string): Misreading | undefined {
  const part = uri.split("/").find((text) => /^\*\w*[^\w*]/.test(text));
  if (part === undefined) return undefined;
  return {
    message: `${JSON.stringify(part)} takes anything, slashes included: the text behind the star need not be in the path.`,
    why: "What follows a star in its segment is only a name for what it takes.",
    fix: "Add a condition on the variable uri to vars, or leave the text out.",
  };
}

/** `/a*<slash>b`: nothing behind the star counts. With a star or parameter of its own segment it becomes an expression. */
function starInside(uri: string): Misreading | undefined {
  const parts = uri.split("/");
  const part = parts.find((text) => text.indexOf("*") > 0 && !text.startsWith(":"));
  if (part === undefined) return undefined;
  if (parts.some((text) => /^[:*]/.test(text))) {
    return {
      message: `The star in ${JSON.stringify(part)} does not stand for any text: it repeats the character before it.`,
      why: "Beside a segment that begins with a star or colon, other segments count as regular expressions.",
      fix: "Let a star be a segment of its own, or the last character.",
    };
  }
  if (/^[^*]*\*+$/.test(uri)) return undefined;
  const prefix = uri.slice(0, uri.indexOf("*"));
  return {
    message: `${JSON.stringify(uri)} takes every path that begins with ${JSON.stringify(prefix)}: what stands behind the star is not looked at.`,
    why: "Behind a star inside a segment nothing counts, unless another segment begins with a star.",
    fix: "Add a condition on the variable uri to vars, or leave the text out.",
  };
}
