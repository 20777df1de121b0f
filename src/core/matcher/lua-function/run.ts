import { LuaError, isTable, tonumber, tostring, type LuaValue } from "../lua.ts";
import { BeyondModel, type LuaExpression, type LuaFunction, type Statement } from "./syntax.ts";

/** A table whose fields are asked for one by one: the variables, the match options. */
export class Fields {
  readonly read: (name: string) => LuaValue;

  constructor(read: (name: string) => LuaValue) {
    this.read = read;
  }
}

type Value = LuaValue | Fields | Builtin;
type Builtin = (inputs: readonly Value[]) => Value;
type Scope = Map<string, Value>;
type Outcome = { readonly value: Value } | "goesOn";

/** What the function returns; LuaError where it raises an error, BeyondModel where this model does not know. */
export function runFunction({ parameters, body }: LuaFunction, inputs: readonly Value[]): Value {
  const scope: Scope = new Map(parameters.map((name, index) => [name, inputs[index]]));
  const outcome = runBlock(body, scope);
  return outcome === "goesOn" ? undefined : outcome.value;
}

export function isTruthy(value: Value): boolean {
  return value !== undefined && value !== false;
}

function runBlock(body: readonly Statement[], outer: Scope): Outcome {
  const names = new Set<string>();
  const scope = new Map(outer);
  for (const statement of body) {
    if (statement.kind === "local") for (const name of statement.names) names.add(name);
    const outcome = runStatement(statement, scope);
    if (outcome !== "goesOn") return outcome;
  }
  for (const [name, value] of scope) if (!names.has(name)) outer.set(name, value);
  return "goesOn";
}

function runStatement(statement: Statement, scope: Scope): Outcome {
  switch (statement.kind) {
    case "local": {
      const values = statement.values.map((value) => evaluate(value, scope));
      for (const [index, name] of statement.names.entries()) scope.set(name, values[index]);
      return "goesOn";
    }
    case "assign":
      if (!scope.has(statement.name)) throw new BeyondModel("a global variable");
      scope.set(statement.name, evaluate(statement.value, scope));
      return "goesOn";
    case "call":
      evaluate(statement.call, scope);
      return "goesOn";
    case "return":
      return { value: statement.value === undefined ? undefined : evaluate(statement.value, scope) };
    case "block":
      return runBlock(statement.body, scope);
    case "if": {
      const branch = statement.branches.find(({ condition }) => isTruthy(evaluate(condition, scope)));
      return runBlock(branch?.body ?? statement.otherwise, scope);
    }
  }
}

function evaluate(expression: LuaExpression, scope: Scope): Value {
  switch (expression.kind) {
    case "constant":
      return expression.value;
    case "name":
      return scope.has(expression.name) ? scope.get(expression.name) : globalOf(expression.name);
    case "index":
      return member(evaluate(expression.table, scope), evaluate(expression.key, scope));
    case "apply": {
      const target = evaluate(expression.target, scope);
      const inputs = expression.inputs.map((input) => evaluate(input, scope));
      if (typeof target !== "function") throw new LuaError("attempt to call a value that is no function");
      return target(inputs);
    }
    case "method":
      return applyMethod(expression, scope);
    case "unary":
      return unary(expression.operator, evaluate(expression.operand, scope));
    case "binary":
      return binary(expression, scope);
  }
}

function applyMethod(expression: LuaExpression & { readonly kind: "method" }, scope: Scope): Value {
  const target = evaluate(expression.target, scope);
  const inputs = expression.inputs.map((input) => evaluate(input, scope));
  if (typeof target === "string") return stringFunction(expression.name)([target, ...inputs]);
  if (target === undefined || typeof target === "boolean" || typeof target === "number") {
    throw new LuaError("attempt to index a value that is no table");
  }
  throw new BeyondModel("methods of tables");
}

function member(table: Value, key: Value): Value {
  if (table === stringLibrary && typeof key === "string") return stringFunction(key);
  if (table instanceof Fields) {
    if (typeof key !== "string") throw new LuaError("the name of a variable is no text");
    return table.read(key);
  }
  if (table === undefined || table === null || typeof table === "boolean" || typeof table === "number") {
    throw new LuaError("attempt to index a value that is no table");
  }
  if (Array.isArray(table) && typeof key === "number") return (table as readonly LuaValue[])[key - 1];
  throw new BeyondModel("fields of tables and texts");
}

function unary(operator: string, operand: Value): Value {
  if (operator === "not") return !isTruthy(operand);
  if (operator === "-") return -numberOf(operand);
  if (typeof operand === "string") return operand.length;
  if (Array.isArray(operand)) return operand.length;
  if (operand instanceof Fields || (typeof operand === "object" && operand !== null))
    throw new BeyondModel("length of a table");
  throw new LuaError("attempt to get the length of a value that has none");
}

function binary({ operator, left, right }: LuaExpression & { readonly kind: "binary" }, scope: Scope): Value {
  const first = evaluate(left, scope);
  if (operator === "and") return isTruthy(first) ? evaluate(right, scope) : first;
  if (operator === "or") return isTruthy(first) ? first : evaluate(right, scope);
  const second = evaluate(right, scope);
  switch (operator) {
    case "==":
      return first === second;
    case "~=":
      return first !== second;
    case "<":
      return isBelow(first, second);
    case ">":
      return isBelow(second, first);
    case "<=":
      return isBelow(first, second) || isSameOrder(first, second);
    case ">=":
      return isBelow(second, first) || isSameOrder(first, second);
    case "..":
      return textOf(first) + textOf(second);
    case "+":
      return numberOf(first) + numberOf(second);
    case "-":
      return numberOf(first) - numberOf(second);
    case "*":
      return numberOf(first) * numberOf(second);
    case "/":
      return numberOf(first) / numberOf(second);
    case "%":
      return numberOf(first) - Math.floor(numberOf(first) / numberOf(second)) * numberOf(second);
    default:
      throw new BeyondModel(`operator ${operator}`);
  }
}

function isBelow(first: Value, second: Value): boolean {
  if (typeof first === "number" && typeof second === "number") return first < second;
  if (typeof first === "string" && typeof second === "string") return first < second;
  throw new LuaError("attempt to compare two values of different or unordered types");
}

function isSameOrder(first: Value, second: Value): boolean {
  return first === second;
}

function numberOf(value: Value): number {
  const number = typeof value === "string" || typeof value === "number" ? tonumber(value) : undefined;
  if (number === undefined) throw new LuaError("attempt to perform arithmetic on a value that is no number");
  return number;
}

function textOf(value: Value): string {
  if (typeof value === "string" || typeof value === "number") return tostring(value);
  throw new LuaError("attempt to concatenate a value that is no text");
}

const stringLibrary = new Fields(() => undefined);

function globalOf(name: string): Value {
  switch (name) {
    case "tonumber":
      return ([value, base]) => {
        if (base !== undefined || !isPlain(value)) throw new BeyondModel("tonumber with a base");
        return tonumber(value);
      };
    case "tostring":
      return ([value]) => {
        if (!isPlain(value) || isTable(value)) throw new BeyondModel("tostring of a table");
        return tostring(value);
      };
    case "type":
      return ([value]) => typeNameOf(value);
    case "error":
      return ([message]) => {
        throw new LuaError(typeof message === "string" ? `error: ${message}` : "error");
      };
    case "string":
      return stringLibrary;
    default:
      throw new BeyondModel(`global ${name}`);
  }
}

function isPlain(value: Value): value is LuaValue {
  return typeof value !== "function" && !(value instanceof Fields);
}

function typeNameOf(value: Value): string {
  if (value === undefined) return "nil";
  if (value === null) return "userdata";
  return typeof value === "object" ? "table" : typeof value;
}

function stringFunction(name: string): Builtin {
  return ([subject, ...inputs]) => {
    const text = textOf(subject);
    switch (name) {
      case "lower":
        return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
      case "upper":
        return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
      case "len":
        return text.length;
      case "sub":
        return substring(text, inputs);
      case "find":
        return find(text, inputs);
      default:
        throw new BeyondModel(`string.${name}`);
    }
  };
}

function substring(text: string, [from, to = -1]: readonly Value[]): string {
  const start = numberOf(from);
  const end = numberOf(to);
  const first = Math.max(1, start < 0 ? text.length + start + 1 : start);
  const last = Math.min(text.length, end < 0 ? text.length + end + 1 : end);
  return text.slice(first - 1, Math.max(first - 1, last));
}

/** Only where the pattern is plain text: Lua's own patterns are not modelled. */
function find(text: string, [pattern, from, isPlainText]: readonly Value[]): Value {
  const wanted = textOf(pattern);
  if (from !== undefined && from !== 1) throw new BeyondModel("string.find from a position");
  if (!isTruthy(isPlainText) && /[\^$*+?.([%-]/.test(wanted)) throw new BeyondModel("patterns of Lua");
  const index = text.indexOf(wanted);
  return index < 0 ? undefined : index + 1;
}
