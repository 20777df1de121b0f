import { z } from "zod";
import { isJsonObject, type JsonObject } from "../../core/model/index.ts";

// The bricks that every schema here is built of. Each carries what Kubernetes wants to know beside what zod checks:
// a description for `kubectl explain`, bounds (the cost of CEL rules hangs on them) and rules in CEL.

/** A rule that the API server checks in CEL and `problem` checks here, so that both say the same. */
export interface TextRule {
  readonly cel: string;
  readonly message: string;
  /** In words, `undefined` where nothing is wrong. */
  readonly problem: (text: string) => string | undefined;
}

/** A rule that needs several fields of one object. Checked with CEL by the API server, with `holds` here. */
export interface ObjectRule {
  readonly cel: string;
  readonly message: string;
  /** The field to blame; the object itself where absent. */
  readonly field?: string;
  /** Sees the fields as they came, before any of them is known to be right. */
  readonly holds: (fields: Readonly<Record<string, unknown>>) => boolean;
}

export interface TextLimits {
  readonly max: number;
  readonly min?: number;
  readonly rules?: readonly TextRule[];
  readonly format?: "date-time";
}

/** A text; its length is counted in characters, as the gateway and the API server count. */
export function text(description: string | undefined, limits: TextLimits) {
  const { max, min = 0, rules = [], format } = limits;
  return z
    .string()
    .superRefine((value, context) => {
      const length = Array.from(value).length;
      if (length > max) context.addIssue(`has ${length} characters; at most ${max} are allowed`);
      else if (length < min) context.addIssue(min === 1 ? "is empty" : `has ${length} characters; it needs ${min}`);
      for (const rule of length > max || length < min ? [] : rules) {
        const problem = rule.problem(value);
        if (problem !== undefined) context.addIssue(problem);
      }
    })
    .meta({
      ...described(description),
      maxLength: max,
      ...(min > 0 ? { minLength: min } : {}),
      ...(format === undefined ? {} : { format }),
      ...validations(rules),
    });
}

/** A text rule that is one regular expression, in the syntax that RE2 and JavaScript share. */
export function pattern(source: string, message: string): TextRule {
  const expression = new RegExp(source, "u");
  return {
    cel: `self.matches(r'${source}')`,
    message,
    problem: (value) => (expression.test(value) ? undefined : message),
  };
}

export function integer(description: string, limits: { readonly min: number; readonly max: number }) {
  const format = Math.max(-limits.min, limits.max) < 2 ** 31 ? "int32" : "int64";
  return z.int().min(limits.min).max(limits.max).meta({ description, format });
}

/** A number greater than 0. */
export function positive(description: string) {
  return z.number().gt(0).meta({ description });
}

export function choice<const Values extends readonly [string, ...string[]]>(description: string, values: Values) {
  return z.enum(values).meta({ description });
}

export function flag(description: string) {
  return z.boolean().meta({ description });
}

interface ListLimits {
  readonly max: number;
  readonly min?: number;
}

/** A list without repeats, whose entries several appliers may own side by side. */
export function set<Item extends z.ZodType<string>>(description: string, item: Item, limits: ListLimits) {
  return list(description, item, limits, "set").superRefine(
    (items, context) => {
      const firsts = new Map<unknown, number>();
      items.forEach((entry, index) => {
        const first = firsts.get(entry);
        if (first === undefined) firsts.set(entry, index);
        else context.addIssue({ code: "custom", path: [index], message: `repeats entry [${first}]` });
      });
    },
    { when: ({ value }) => Array.isArray(value) },
  );
}

/** A list that is replaced as a whole. */
export function sequence<Item extends z.ZodType>(description: string, item: Item, limits: ListLimits) {
  return list(description, item, limits, "atomic");
}

/** A list of objects that are told apart by one field, so that several appliers may own entries side by side. */
export function keyedList<Item extends z.ZodType<Readonly<Record<Key, string>>>, Key extends string>(
  description: string,
  item: Item,
  { key, ...limits }: ListLimits & { readonly key: Key },
) {
  return list(description, item, limits, "map")
    .superRefine(
      (items, context) => {
        const firsts = new Map<unknown, number>();
        items.forEach((entry, index) => {
          const name = isJsonObject(entry) ? entry[key] : undefined;
          const first = firsts.get(name);
          if (first === undefined) firsts.set(name, index);
          else context.addIssue({ code: "custom", path: [index, key], message: `repeats that of entry [${first}]` });
        });
      },
      { when: ({ value }) => Array.isArray(value) },
    )
    .meta({ description, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": [key] });
}

function list<Item extends z.ZodType>(description: string, item: Item, { max, min = 0 }: ListLimits, type: string) {
  return z.array(item).min(min).max(max).meta({ description, "x-kubernetes-list-type": type });
}

/** A map from free names to values of one schema. */
export function map<Value extends z.ZodType>(
  description: string,
  value: Value,
  limits: { readonly max: number; readonly rules?: readonly ObjectRule[] },
) {
  return obey(
    z.record(z.string(), value).superRefine((entries, context) => {
      const count = Object.keys(entries).length;
      if (count > limits.max) context.addIssue(`has ${count} entries; at most ${limits.max} are allowed`);
    }),
    limits.rules ?? [],
    { description, maxProperties: limits.max },
  );
}

/** An object with the given fields. What else it holds is left out of the result. */
export function object<Shape extends z.ZodRawShape>(
  description: string | undefined,
  shape: Shape,
  options: { readonly rules?: readonly ObjectRule[]; readonly isAtomic?: boolean } = {},
) {
  return obey(z.object(shape), options.rules ?? [], {
    ...described(description),
    ...(options.isAtomic === true ? { "x-kubernetes-map-type": "atomic" } : {}),
  });
}

/** A port by its number or by its name. Source: kubernetes/apimachinery, pkg/util/validation, IsValidPortName(). */
export function portOrName(description: string) {
  return z
    .custom<string | number>(
      (value) => typeof value === "number" || typeof value === "string",
      "must be a port: a number or a name",
    )
    .superRefine((port, context) => {
      const isPort =
        typeof port === "number" ? Number.isInteger(port) && port >= 1 && port <= 65_535 : portName.test(port);
      if (!isPort) context.addIssue(portOrNameMessage);
    })
    .meta({
      description,
      "x-kubernetes-int-or-string": true,
      "x-kubernetes-validations": [{ rule: portOrNameCel, message: portOrNameMessage }],
    });
}

const portName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const portOrNameCel = `type(self) == int ? self >= 1 && self <= 65535 : self.matches(r'${portName.source}')`;
const portOrNameMessage = "must be a port: a number from 1 to 65535, or the name of a port of the Service";

/** Free JSON below one field: kept as it is, `null` included. */
export function freeObject(description: string | undefined) {
  return z
    .custom<JsonObject>(isJsonObject, { error: (issue) => mustBeObject(issue.input) })
    .meta({ ...described(description), type: "object", "x-kubernetes-preserve-unknown-fields": true });
}

/** What stands where an object should. Its content is not shown: it may be a secret. */
function mustBeObject(value: unknown): string {
  if (value === undefined) return "is missing";
  const kind = Array.isArray(value) ? "a list" : typeof value === "string" ? "a text" : `a ${typeof value}`;
  return `must be an object, but is ${kind}`;
}

/** Marks a field as one that may be left out; `undefined` and absent are one thing, `null` is dropped before. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return z.exactOptional(schema);
}

function obey<Schema extends z.ZodType>(schema: Schema, rules: readonly ObjectRule[], meta: Record<string, unknown>) {
  // The rules run also where single fields are wrong: a person wants all findings at once.
  const when = ({ value }: z.core.ParsePayload) => isJsonObject(value);
  return rules
    .reduce<Schema>((checked, { holds, message, field }) => {
      const path = field === undefined ? {} : { path: [field] };
      return checked.refine((value) => !isJsonObject(value) || holds(value), { error: message, when, ...path });
    }, schema)
    .meta({ ...meta, ...validations(rules) });
}

function described(description: string | undefined) {
  return description === undefined ? {} : { description };
}

function validations(rules: readonly (TextRule | ObjectRule)[]) {
  if (rules.length === 0) return {};
  const written = rules.map((rule) => ({
    rule: rule.cel,
    message: rule.message,
    ...("field" in rule ? { fieldPath: `.${rule.field}` } : {}),
  }));
  return { "x-kubernetes-validations": written };
}
