/** A scalar that has no JSON: kubectl refuses it too. */
export class ScalarError extends Error {
  override readonly name = "ScalarError";
}

type ScalarValue = string | number | boolean | null;

const words = new Map<string, boolean | null>([
  ...list("", "~", "null", "Null", "NULL").map((word) => [word, null] as const),
  ...list("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON").map((word) => [word, true] as const),
  ...list("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF").map(
    (word) => [word, false] as const,
  ),
]);

const notFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const decimal = /^[-+]?(?:0|[1-9]\d*)$/;
const hexadecimal = /^[-+]?0[xX][0-9a-fA-F]+$/;
const binary = /^[-+]?0[bB][01]+$/;
const octal = /^[-+]?0[oO]?[0-7]+$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/**
 * What a plain YAML scalar means to kubectl: YAML 1.1 as go-yaml has it, so `010` is 8 and `y` is true, but dates and
 * base-60 numbers stay text. Source: kubernetes-sigs/yaml 1.6, goyaml.v2/resolve.go, resolve(); tried with kubectl 1.37.
 * Throws ScalarError for infinity and NaN.
 */
export function resolvePlain(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (notFinite.test(text)) throw new ScalarError(`${text} has no place in JSON`);
  return /^[-+.\d]/.test(text) ? (numberIn(text.replaceAll("_", "")) ?? text) : text;
}

/** A scalar with an explicit tag, such as `!!str 10`. Throws ScalarError where text and tag do not fit. */
export function resolveTagged(text: string, tag: string): ScalarValue {
  const expected = tag.startsWith(coreTags) ? tag.slice(coreTags.length) : "str";
  if (expected === "binary") return Buffer.from(text, "base64").toString("utf8");
  if (!["int", "float", "bool", "null"].includes(expected)) return text;
  const value = resolvePlain(text);
  if (typesOf(value, text).includes(expected)) return value;
  throw new ScalarError(`${JSON.stringify(text)} is no !!${expected}`);
}

const coreTags = "tag:yaml.org,2002:";

function typesOf(value: ScalarValue, text: string): readonly string[] {
  if (value === null) return ["null"];
  if (typeof value === "number") return /^[^.eE]*$|^[-+]?0[xX]/.test(text) ? ["int", "float"] : ["float"];
  return typeof value === "boolean" ? ["bool"] : [];
}

function numberIn(text: string): number | undefined {
  const isNegative = text.startsWith("-");
  const digits = /^[-+]/.test(text) ? text.slice(1) : text;
  const magnitude = magnitudeOf(text, digits);
  if (magnitude === undefined || !Number.isFinite(magnitude)) return undefined;
  return isNegative && magnitude !== 0 ? -magnitude : magnitude;
}

function magnitudeOf(text: string, digits: string): number | undefined {
  if (decimal.test(text) || hexadecimal.test(text) || binary.test(text)) return Number(digits);
  if (octal.test(text)) return Number.parseInt(digits.replace(/^0[oO]?/, ""), 8);
  // `019` is no octal number, so it is 19.
  return float.test(text) ? Number.parseFloat(digits) : undefined;
}

function list(...items: readonly string[]): readonly string[] {
  return items;
}
