import { BeyondModel, type LuaExpression, type LuaFunction, type Statement } from "./syntax.ts";
import { tokensOf, type Token } from "./tokens.ts";

/** `function (vars, opts) … end`. BeyondModel for everything that is not modelled, wrong Lua included. */
export function parseFunction(source: string): LuaFunction {
  const parser = new Parser(tokensOf(source));
  return parser.readFunction();
}

/** Binary operators by how tightly they bind, loosest first. */
const levels: readonly (readonly string[])[] = [
  ["or"],
  ["and"],
  ["<", ">", "<=", ">=", "~=", "=="],
  [".."],
  ["+", "-"],
  ["*", "/", "%"],
];

class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  readFunction(): LuaFunction {
    this.expect("function");
    this.expect("(");
    const parameters: string[] = [];
    while (!this.takes(")")) {
      parameters.push(this.readName());
      this.takes(",");
    }
    const body = this.readBlock();
    this.expect("end");
    if (this.next().kind !== "end") throw new BeyondModel("something behind the function");
    return { parameters, body };
  }

  private readBlock(): Statement[] {
    const statements: Statement[] = [];
    while (!this.isAt("end", "else", "elseif")) {
      if (this.takes(";")) continue;
      const statement = this.readStatement();
      statements.push(statement);
      if (statement.kind === "return" && !this.isAt("end", "else", "elseif"))
        throw new BeyondModel("a statement behind return");
    }
    return statements;
  }

  private readStatement(): Statement {
    if (this.takes("local")) return this.readLocal();
    if (this.takes("return")) return this.readReturn();
    if (this.takes("if")) return this.readIf();
    if (this.takes("do")) {
      const body = this.readBlock();
      this.expect("end");
      return { kind: "block", body };
    }
    const target = this.readSuffixed();
    if (target.kind === "name" && this.takes("="))
      return { kind: "assign", name: target.name, value: this.readExpression() };
    if (target.kind !== "apply" && target.kind !== "method") throw new BeyondModel("a statement that is not modelled");
    return { kind: "call", call: target };
  }

  private readLocal(): Statement {
    const names = [this.readName()];
    while (this.takes(",")) names.push(this.readName());
    return { kind: "local", names, values: this.takes("=") ? this.readList() : [] };
  }

  private readReturn(): Statement {
    const isBare = this.isAt("end", "else", "elseif", ";");
    const [value] = isBare ? [] : this.readList();
    this.takes(";");
    return { kind: "return", value };
  }

  private readIf(): Statement {
    const branches = [this.readBranch()];
    let otherwise: readonly Statement[] = [];
    for (;;) {
      if (this.takes("elseif")) branches.push(this.readBranch());
      else if (this.takes("else")) otherwise = this.readBlock();
      else break;
    }
    this.expect("end");
    return { kind: "if", branches, otherwise };
  }

  private readBranch(): { readonly condition: LuaExpression; readonly body: readonly Statement[] } {
    const condition = this.readExpression();
    this.expect("then");
    return { condition, body: this.readBlock() };
  }

  private readList(): LuaExpression[] {
    const list = [this.readExpression()];
    while (this.takes(",")) list.push(this.readExpression());
    return list;
  }

  private readExpression(level = 0): LuaExpression {
    const operators = levels[level];
    if (operators === undefined) return this.readUnary();
    let left = this.readExpression(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.takes(candidate));
      if (operator === undefined) return left;
      // ".." binds to the right; the outcome is the same either way but for errors in the order of evaluation.
      left = { kind: "binary", operator, left, right: this.readExpression(operator === ".." ? level : level + 1) };
    }
  }

  private readUnary(): LuaExpression {
    const operator = ["not", "-", "#"].find((candidate) => this.takes(candidate));
    if (operator !== undefined) return { kind: "unary", operator, operand: this.readUnary() };
    const value = this.readSimple();
    if (this.isAt("^")) throw new BeyondModel("powers");
    return value;
  }

  private readSimple(): LuaExpression {
    const token = this.next();
    if (token.kind === "number" || token.kind === "string") {
      this.at++;
      return { kind: "constant", value: token.value };
    }
    for (const [word, value] of [
      ["nil", undefined],
      ["true", true],
      ["false", false],
    ] as const) {
      if (this.takes(word)) return { kind: "constant", value };
    }
    return this.readSuffixed();
  }

  private readSuffixed(): LuaExpression {
    let target = this.readPrimary();
    for (;;) {
      const token = this.next();
      if (this.takes(".")) target = { kind: "index", table: target, key: { kind: "constant", value: this.readName() } };
      else if (this.takes("[")) {
        target = { kind: "index", table: target, key: this.readExpression() };
        this.expect("]");
      } else if (this.takes(":")) target = { kind: "method", target, name: this.readName(), inputs: this.readInputs() };
      else if (this.isAt("(") || token.kind === "string") target = { kind: "apply", target, inputs: this.readInputs() };
      else return target;
    }
  }

  private readPrimary(): LuaExpression {
    if (!this.takes("(")) return { kind: "name", name: this.readName() };
    const inner = this.readExpression();
    this.expect(")");
    return inner;
  }

  private readInputs(): readonly LuaExpression[] {
    const token = this.next();
    if (token.kind === "string") {
      this.at++;
      return [{ kind: "constant", value: token.value }];
    }
    this.expect("(");
    if (this.takes(")")) return [];
    const inputs = this.readList();
    this.expect(")");
    return inputs;
  }

  private readName(): string {
    const token = this.next();
    if (token.kind !== "name") throw new BeyondModel("a name is missing");
    this.at++;
    return token.text;
  }

  private isAt(...texts: readonly string[]): boolean {
    const token = this.next();
    return (token.kind === "symbol" || token.kind === "keyword") && texts.includes(token.text);
  }

  private takes(text: string): boolean {
    const isHere = this.isAt(text);
    if (isHere) this.at++;
    return isHere;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw new BeyondModel(`"${text}" is missing`);
  }

  private next(): Token {
    return this.tokens[this.at] ?? { kind: "end" };
  }
}
