// What can be broken in a source file, one place at a time.
import { parseAst } from "vitest/node";

/**
 * @typedef {object} Mutant
 * @property {string} file
 * @property {number} line
 * @property {string} name Says file, function and change, and stays the same when lines move.
 * @property {string | undefined} fallback The `a ?? b` of which it changes the `b`.
 * @property {string} before
 * @property {string} after
 * @property {string} text The whole file with the change in it.
 */

/** Every mutant of a file, from the first line to the last. @returns {Mutant[]} */
export function mutantsOf(file, source) {
  const mutants = [];
  const walk = (node, around) => {
    for (const [target, after, what] of changesOf(node, source, around))
      mutants.push(made(target, after, what, around));
    const inner = isFunction(node) ? { ...around, name: nameOf(node, around) ?? around.name } : around;
    for (const child of childrenOf(node)) {
      const isFallback = node.type === "LogicalExpression" && node.operator === "??" && child === node.right;
      const fallback = isFallback ? textOf(node) : inner.fallback;
      walk(child, { ...inner, fallback, parent: node });
    }
  };
  walk(parseAst(source, { lang: "ts" }, file), { name: "", fallback: undefined, parent: undefined });
  return distinct(mutants);

  function textOf({ start, end }) {
    return source.slice(start, end);
  }

  function lineAt(at) {
    return source.slice(source.lastIndexOf("\n", at) + 1).split("\n", 1)[0];
  }

  function made(target, changed, what, { name, fallback }) {
    const before = textOf(target);
    // Where a statement may begin, braces would be a block.
    const after = changed.startsWith("{") ? `(${changed})` : changed;
    const isDropped = target.operator === "??" && after === textOf(target.left);
    const place = name === "" ? file.split("/").at(-1) : `${file.split("/").at(-1)} ${name}()`;
    return {
      file,
      line: source.slice(0, target.start).split("\n").length,
      name: `${place}: ${what === undefined ? `${short(before)} → ${short(after)}` : short(what)} | ${short(lineAt(target.start).trim(), 110)}`,
      fallback: isDropped ? before : fallback,
      before,
      after,
      text: source.slice(0, target.start) + after + source.slice(target.end),
    };
  }
}

/** At most so many characters of it, on one line. */
function short(text, length = 90) {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length - 28)} … ${line.slice(-25)}` : line;
}

/** What one line says twice is numbered. */
function distinct(mutants) {
  const counts = new Map();
  return mutants.map((mutant) => {
    const count = (counts.get(mutant.name) ?? 0) + 1;
    counts.set(mutant.name, count);
    return count === 1 ? mutant : { ...mutant, name: `${mutant.name} (${count})` };
  });
}

/** Code only: what is said in types and imports is no behaviour. */
function childrenOf(node) {
  const children = Object.entries(node)
    .filter(([key]) => key !== "typeAnnotation" && key !== "returnType" && !key.startsWith("typeP"))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value?.type === "string");
  const isCode = ({ type }) => !type.startsWith("TS") || ["TSAsExpression", "TSSatisfiesExpression"].includes(type);
  return children.filter((child) => isCode(child) && !child.type.startsWith("Import"));
}

function isFunction({ type }) {
  return type === "FunctionDeclaration" || type === "ArrowFunctionExpression" || type === "FunctionExpression";
}

function nameOf({ id }, { parent }) {
  return id?.name ?? (parent?.type === "VariableDeclarator" ? parent.id.name : parent?.key?.name);
}

const otherComparisons = { "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"] };
const otherOperators = {
  ...otherComparisons,
  "===": ["!=="],
  "!==": ["==="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "<<": [">>"],
  ">>": ["<<"],
  "|": ["&"],
  "&": ["|"],
  "^": ["|"],
};
const otherMethods = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
  floor: "ceil",
  ceil: "floor",
  startsWith: "endsWith",
  endsWith: "startsWith",
};
const otherUpdates = { "++": "--", "--": "++" };
const otherAssignments = { "+=": "-=", "-=": "+=" };
/** Methods whose result is of their object's type: without them the chain goes on. */
const steps = ["toReversed", "toSorted", "sort", "filter", "slice", "toLowerCase", "replaceAll"];
/** Questions about two that come to the same either way round. */
const symmetric = /overlap|contest|agree|meet|max|min|imul|between|add$/i;

/** The changes of one node: what is replaced, and by what. */
function changesOf(node, source, { parent }) {
  const text = ({ start, end }) => source.slice(start, end);
  const change = changes[node.type];
  return change === undefined
    ? []
    : change(node, text, parent).map((item) => (typeof item === "string" ? [node, item] : item));
}

const changes = {
  BinaryExpression({ operator, left, right }, text) {
    const [before, after] = [left, right].map((node) => operandOf(node, operator, text));
    return (otherOperators[operator] ?? []).map((other) => `${before} ${other} ${after}`);
  },
  LogicalExpression(node, text) {
    const { operator, left, right } = node;
    const alone = [text(left), text(right)];
    if (operator === "??") return alone;
    const other = operator === "&&" ? "||" : "&&";
    return [`(${text(left)}) ${other} (${text(right)})`, ...alone, ...swappedCriteria(node, text)];
  },
  UnaryExpression({ operator, argument }, text) {
    return operator === "!" || operator === "-" ? [text(argument)] : [];
  },
  UpdateExpression({ operator, argument, prefix }, text) {
    const other = otherUpdates[operator];
    return [prefix ? other + text(argument) : text(argument) + other];
  },
  AssignmentExpression({ operator, left, right }, text) {
    const other = otherAssignments[operator];
    return other === undefined ? [] : [`${text(left)} ${other} ${text(right)}`];
  },
  ConditionalExpression({ consequent, alternate }, text) {
    return [text(consequent), text(alternate)];
  },
  IfStatement({ test }, text) {
    return [true, false].map((answer) => [test, String(answer), `if ${text(test)}: always ${answer}`]);
  },
  WhileStatement: ({ test }, text) => [[test, "false", `while ${text(test)}: never`]],
  Literal({ value, bigint }, text, parent) {
    if (typeof value === "boolean") return [String(!value)];
    if (bigint !== undefined && bigint !== null) return [`${BigInt(bigint) + 1n}n`, `${BigInt(bigint) - 1n}n`];
    if (typeof value !== "number") return [];
    const others = [value + 1, value - 1];
    return others
      .filter((other) => !isSameOrder(value, other, parent, text))
      .map((other) => (other < 0 ? `(${other})` : String(other)));
  },
  Identifier({ name }, _text, parent) {
    if (name !== "Infinity") return [];
    return parent?.type === "UnaryExpression" ? ["0"] : ["(-Infinity)", "0"];
  },
  ExpressionStatement: (node, text) => [[node, ";", `dropped ${text(node)}`]],
  ContinueStatement: (node) => [[node, ";", "dropped continue;"]],
  BreakStatement: (node, _text, parent) => (parent?.type === "SwitchCase" ? [] : [[node, ";", "dropped break;"]]),
  /** Two ways out that follow one another. */
  BlockStatement({ body }, text) {
    return body.slice(1).flatMap((second, at) => {
      const first = body[at];
      if (![first, second].every(isWayOut)) return [];
      const between = text({ start: first.end, end: second.start });
      return [[{ start: first.start, end: second.end }, text(second) + between + text(first)]];
    });
  },
  CallExpression({ callee, arguments: args }, text) {
    const method = callee.type === "MemberExpression" ? callee.property.name : undefined;
    const [first, second] = args;
    const isSwappable =
      args.length === 2 &&
      !symmetric.test(text(callee)) &&
      [first, second].every(({ type }) => type === "Identifier" || type === "MemberExpression");
    return [
      ...(method in otherMethods ? [[callee.property, otherMethods[method]]] : []),
      ...(steps.includes(method) ? [text(callee.object)] : []),
      ...(isSwappable ? [`${text(callee)}(${text(second)}, ${text(first)})`] : []),
    ];
  },
  ArrayExpression(node, text) {
    const { elements } = node;
    const texts = elements.map(text);
    const listed = (items) => `[${items.join(", ")}]`;
    return texts.flatMap((own, at) => {
      const next = texts[at + 1];
      const dropped = [node, listed(texts.toSpliced(at, 1)), `dropped ${own}`];
      if (next === undefined || next === own) return [dropped];
      return [
        dropped,
        [node, listed(texts.toSpliced(at, 2, next, own)), `${short(next, 40)} before ${short(own, 40)}`],
      ];
    });
  },
  ObjectExpression(node, text) {
    const texts = node.properties.map(text);
    return node.properties.flatMap(({ type }, at) =>
      type === "SpreadElement" ? [[node, `{ ${texts.toSpliced(at, 1).join(", ")} }`, `dropped ${texts[at]}`]] : [],
    );
  },
};

/** What a node of the tree does not tell: that it stood in parentheses. */
function operandOf(node, operator, text) {
  const isLoose = node.type === "LogicalExpression" || node.type === "ConditionalExpression";
  const isTight = ["*", "/", "%"].includes(operator) && node.type === "BinaryExpression";
  return isLoose || isTight ? `(${text(node)})` : text(node);
}

/** Of `is ? 1 : 0` only the order of the two matters. */
function isSameOrder(value, other, parent, text) {
  if (parent?.type !== "ConditionalExpression") return false;
  const [first, second] = [parent.consequent, parent.alternate].map((node) => Number(text(node)));
  const beside = first === value ? second : first;
  return Number.isFinite(beside) && Math.sign(value - beside) === Math.sign(other - beside);
}

function isWayOut({ type, consequent, alternate }) {
  return type === "IfStatement" && alternate === null && /^(?:Return|Continue)/.test(consequent.type);
}

/** `compareA(…) || compareB(…)`: an order of criteria, like a list of them. */
function swappedCriteria({ operator, left, right }, text) {
  const isCriterion = (node) => /compare| - /i.test(text(node));
  if (operator !== "||" || !isCriterion(left) || !isCriterion(right)) return [];
  if (left.type !== "LogicalExpression") return [`${text(right)} || ${text(left)}`];
  return isCriterion(left.right) ? [`${text(left.left)} || ${text(right)} || ${text(left.right)}`] : [];
}
