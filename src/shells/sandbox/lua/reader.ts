import type { Token } from "./tokens.ts";

/** What a chunk gives back, as far as its text shows. */
export type Returned = "table" | "function" | "scalar" | "nothing" | "unknown";

export class LuaFault extends Error {
  override readonly name = "LuaFault";
}

const binary = new Set(["+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", ">", "<=", ">=", "and", "or"]);
const prefixes = new Set(["-", "#", "not"]);
const blockEnds = new Set(["end", "else", "elseif", "until", "<eof>"]);
const scalars = new Set(["nil", "true", "false"]);

/** Goes through the words of a chunk, rule by rule of the grammar. Throws `LuaFault`. */
export class Reader {
  readonly #tokens: readonly Token[];
  /** Locals that hold a table or a function, so that `local M = {} return M` is understood. */
  readonly #locals = new Map<string, Returned>();
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  chunk(): Returned {
    const returned = this.#block();
    if (this.#peek().type !== "end") this.#fail("'<eof>' expected");
    return returned;
  }

  #block(): Returned {
    if ((this.#depth += 1) > 180) this.#fail("chunk has too many syntax levels");
    let returned: Returned = "nothing";
    while (!this.#isBlockEnd()) {
      if (this.#take("return")) {
        returned = this.#isBlockEnd() || this.#is(";") ? "nothing" : this.#expressions();
        this.#take(";");
        if (!this.#isBlockEnd()) this.#fail("'<eof>' expected");
        break;
      }
      this.#statement();
      this.#take(";");
    }
    this.#depth -= 1;
    return returned;
  }

  #statement(): void {
    const { text } = this.#peek();
    switch (text) {
      case "if":
        return this.#branches();
      case "while":
        this.#at += 1;
        this.#expression();
        return this.#body("do", "end");
      case "repeat":
        this.#body("repeat", "until");
        return void this.#expression();
      case "do":
        return this.#body("do", "end");
      case "for":
        return this.#loop();
      case "function":
        return this.#named();
      case "local":
        return this.#local();
      case "break":
        return void (this.#at += 1);
      case "goto":
        this.#at += 1;
        return void this.#name();
      case "::":
        this.#at += 1;
        this.#name();
        return this.#expect("::");
      default:
        return this.#assignmentOrCall();
    }
  }

  #branches(): void {
    do {
      this.#at += 1; // if, elseif
      this.#expression();
      this.#expect("then");
      this.#block();
    } while (this.#is("elseif"));
    if (this.#take("else")) this.#block();
    this.#expect("end");
  }

  #loop(): void {
    this.#expect("for");
    this.#name();
    if (this.#take("=")) {
      this.#expression();
      this.#expect(",");
      this.#expression();
      if (this.#take(",")) this.#expression();
    } else {
      while (this.#take(",")) this.#name();
      this.#expect("in");
      this.#expressions();
    }
    this.#body("do", "end");
  }

  #named(): void {
    this.#expect("function");
    this.#name();
    while (this.#take(".")) this.#name();
    if (this.#take(":")) this.#name();
    this.#parameters();
  }

  #local(): void {
    this.#expect("local");
    if (this.#take("function")) {
      this.#locals.set(this.#name(), "function");
      return this.#parameters();
    }
    const first = this.#name();
    while (this.#take(",")) this.#name();
    this.#locals.set(first, this.#take("=") ? this.#expressions() : "scalar");
  }

  #assignmentOrCall(): void {
    let isCall = this.#suffixed();
    if (isCall && !this.#is("=") && !this.#is(",")) return;
    while (this.#take(",")) isCall = this.#suffixed() || isCall;
    if (isCall) this.#fail("syntax error");
    this.#expect("=");
    this.#expressions();
  }

  /** What the first of them is. */
  #expressions(): Returned {
    const first = this.#expression();
    while (this.#take(",")) this.#expression();
    return first;
  }

  #expression(): Returned {
    if ((this.#depth += 1) > 180) this.#fail("chunk has too many syntax levels");
    const start = this.#at;
    while (prefixes.has(this.#peek().text) && this.#peek().type !== "string") this.#at += 1;
    const hasPrefix = this.#at > start;
    const operand = this.#operand();
    let kind: Returned = hasPrefix ? "scalar" : operand;
    while (binary.has(this.#peek().text) && this.#peek().type !== "string") {
      const operator = this.#next().text;
      this.#expression();
      kind = operator === "and" || operator === "or" ? "unknown" : "scalar";
    }
    this.#depth -= 1;
    return kind;
  }

  #operand(): Returned {
    const { type, text } = this.#peek();
    if (type === "number" || type === "string" || scalars.has(text)) {
      this.#at += 1;
      return "scalar";
    }
    if (this.#take("...")) return "unknown";
    if (text === "{") {
      this.#table();
      return "table";
    }
    if (this.#take("function")) {
      this.#parameters();
      return "function";
    }
    const start = this.#at;
    this.#suffixed();
    const isBareName = this.#at === start + 1 && type === "name";
    if (isBareName) return this.#locals.get(text) ?? "unknown";
    return text === "setmetatable" ? "table" : "unknown";
  }

  /** A name or a parenthesis with all its indexes and calls; whether it ended in a call. */
  #suffixed(): boolean {
    if (this.#take("(")) {
      this.#expression();
      this.#expect(")");
    } else this.#name();
    let isCall = false;
    for (;;) {
      const { type, text } = this.#peek();
      if (text === "." && type === "symbol") {
        this.#at += 1;
        this.#name();
        isCall = false;
      } else if (text === "[" && type === "symbol") {
        this.#at += 1;
        this.#expression();
        this.#expect("]");
        isCall = false;
      } else if (text === ":" && type === "symbol") {
        this.#at += 1;
        this.#name();
        this.#arguments();
        isCall = true;
      } else if (type === "string" || (type === "symbol" && (text === "(" || text === "{"))) {
        this.#arguments();
        isCall = true;
      } else return isCall;
    }
  }

  #arguments(): void {
    if (this.#peek().type === "string") return void (this.#at += 1);
    if (this.#is("{")) return this.#table();
    this.#expect("(");
    if (!this.#is(")")) this.#expressions();
    this.#expect(")");
  }

  #table(): void {
    this.#expect("{");
    while (!this.#is("}")) {
      if (this.#take("[")) {
        this.#expression();
        this.#expect("]");
        this.#expect("=");
      } else if (this.#peek().type === "name" && this.#tokens[this.#at + 1]?.text === "=") this.#at += 2;
      this.#expression();
      if (!this.#take(",") && !this.#take(";")) break;
    }
    this.#expect("}");
  }

  #parameters(): void {
    this.#expect("(");
    while (!this.#is(")")) {
      if (this.#take("...")) break;
      this.#name();
      if (!this.#take(",")) break;
    }
    this.#expect(")");
    this.#block();
    this.#expect("end");
  }

  #body(open: string, close: string): void {
    this.#expect(open);
    this.#block();
    this.#expect(close);
  }

  #name(): string {
    const { type, text } = this.#peek();
    if (type !== "name") this.#fail(type === "symbol" || type === "end" ? "unexpected symbol" : "'<name>' expected");
    this.#at += 1;
    return text;
  }

  #isBlockEnd(): boolean {
    const { type, text } = this.#peek();
    return type !== "string" && blockEnds.has(text);
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token.type !== "string" && token.text === text;
  }

  #take(text: string): boolean {
    const isHere = this.#is(text);
    if (isHere) this.#at += 1;
    return isHere;
  }

  #expect(text: string): void {
    if (!this.#take(text)) this.#fail(`'${text}' expected`);
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { type: "end", text: "<eof>" };
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #fail(reason: string): never {
    throw new LuaFault(`${reason} near '${this.#peek().text}'`);
  }
}
