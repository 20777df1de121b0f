/** Steps from the root of an object to one of its fields: `["spec", "hosts", 0]`. */
export type FieldPath = readonly (string | number)[];

const plainKey = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const token = /\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** `spec.hosts[0]`; a key that is no plain word stands in brackets and quotes: `spec.labels["a.b"]`. */
export function formatPath(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (!plainKey.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** The way back from `formatPath`; reads up to the first character that belongs to no path. */
export function parsePath(text: string): FieldPath {
  const steps: (string | number)[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[1] !== undefined) steps.push(match[1]);
    else if (match[2] !== undefined) steps.push(Number(match[2]));
    else steps.push(String(JSON.parse(match[3] ?? '""')));
  }
  return steps;
}

/** Below these a resource spells everything as APISIX does. */
const verbatim: ReadonlySet<string> = new Set(["plugins", "checks", "vars", "labels", "discovery_args", "metadata"]);

/**
 * Where in a resource the author wrote what stands at `path` in the body of its Admin object: the same names in
 * camelCase, below `spec`. `["plugins", "cors", "max_age"]` → `spec.plugins.cors.max_age`.
 */
export function specFieldOf(path: FieldPath): string {
  return formatPath(specPathOf(path));
}

/** The same, in steps. */
export function specPathOf(path: FieldPath): FieldPath {
  const end = path.findIndex((step) => typeof step === "string" && verbatim.has(step));
  const own = path
    .slice(0, end < 0 ? path.length : end + 1)
    .map((step) => (typeof step === "string" ? camelCase(step) : step));
  return ["spec", ...own, ...(end < 0 ? [] : path.slice(end + 1))];
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
