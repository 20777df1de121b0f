/** The path of a request as nginx hands it on: decoded once, dots resolved, slashes merged; and its arguments. */
export interface Target {
  readonly path: string;
  /** The parts between slashes behind `/apisix/admin`; an empty one at the end is dropped. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

export const adminRoot = "/apisix/admin";

/** `undefined`: nothing that a path could be made of. */
export function targetOf(url: string): Target | undefined {
  const [rawPath = "", ...rawQuery] = (url.split("#", 1)[0] ?? "").split("?");
  const path = normalPath(rawPath);
  if (path === undefined) return undefined;
  const segments = path.startsWith(`${adminRoot}/`) ? path.slice(adminRoot.length + 1).split("/") : [];
  while (segments.at(-1) === "") segments.pop();
  return { path, segments, query: new URLSearchParams(rawQuery.join("?")) };
}

function normalPath(raw: string): string | undefined {
  const decoded = decode(raw);
  if (decoded === undefined || !decoded.startsWith("/")) return undefined;
  const kept: string[] = [];
  const parts = decoded.split("/").slice(1);
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    if (part === "..") {
      if (kept.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") kept.push(part);
    if (isLast && (part === ".." || part === "." || part === "")) kept.push("");
  }
  return `/${kept.join("/")}`;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
