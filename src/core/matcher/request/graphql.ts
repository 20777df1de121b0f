/** What the gateway keeps of a GraphQL document: its first definition. */
export interface GraphqlSummary {
  readonly name: string;
  /** `query` or `mutation`; `undefined` for a fragment. */
  readonly operation: string | undefined;
  /** `"noName"` where a field at the root is an inline fragment: the gateway raises an error there. */
  readonly rootFields: readonly string[] | "noName";
}

interface Selection {
  readonly name: string | undefined;
}

/**
 * Reads a document with the grammar of the gateway's own parser, which is older and narrower than the specification: no
 * subscriptions, no `null`, no block strings; commas where there is white space between items. `undefined`: refused.
 * Source: bjornbytes/graphql-lua 0.0.2, graphql/parse.lua; apache/apisix 3.18, apisix/core/ctx.lua, get_parsed_graphql.
 */
export function summariseGraphql(document: string): GraphqlSummary | undefined {
  const reader = new Reader(withoutComments(document));
  return reader.readDocument();
}

/** A parsing expression grammar by hand: each `read…` takes its text and answers, or puts the place back and refuses. */
class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  readDocument(): GraphqlSummary | undefined {
    this.skipBlanks();
    const definitions = this.readList(() => this.readOperation() ?? this.readFragment());
    return this.at === this.text.length ? definitions[0] : undefined;
  }

  private readOperation(): GraphqlSummary | undefined {
    return this.attempt(() => this.readNamedOperation()) ?? this.attempt(() => this.readBareOperation());
  }

  private readBareOperation(): GraphqlSummary | undefined {
    const selections = this.readSelectionSet();
    return selections === undefined ? undefined : summaryOf("", "query", selections);
  }

  private readNamedOperation(): GraphqlSummary | undefined {
    const operation = this.take(/query|mutation/y);
    if (operation === undefined) return undefined;
    this.skipBlanks();
    const name = this.readName() ?? "";
    this.attempt(() => this.readVariableDefinitions());
    this.attempt(() => this.readDirectives());
    const selections = this.readSelectionSet();
    return selections === undefined ? undefined : summaryOf(name, operation, selections);
  }

  private readFragment(): GraphqlSummary | undefined {
    return this.attempt(() => {
      if (this.take(/fragment/y) === undefined) return undefined;
      this.skipBlanks();
      const name = this.readFragmentName();
      if (name === undefined) return undefined;
      this.skipBlanks();
      if (!this.readTypeCondition()) return undefined;
      this.skipBlanks();
      const selections = this.readSelectionSet();
      return selections === undefined ? undefined : summaryOf(name, undefined, selections);
    });
  }

  private readSelectionSet(): readonly Selection[] | undefined {
    return this.attempt(() => {
      if (this.take(/[ \t\r\n]*\{[ \t\r\n]*/y) === undefined) return undefined;
      const selections = this.readList(() => this.readSelection());
      return this.take(/[ \t\r\n]*\}/y) === undefined ? undefined : selections;
    });
  }

  private readSelection(): Selection | undefined {
    return (
      this.attempt(() => this.readField()) ??
      this.attempt(() => this.readSpread()) ??
      this.attempt(() => this.readInline())
    );
  }

  private readField(): Selection | undefined {
    this.skipBlanks();
    this.take(/[ \t\r\n]*[A-Za-z_]\w*:[ \t\r\n]*/y); // alias
    const name = this.readName();
    if (name === undefined) return undefined;
    this.attempt(() => this.readArguments());
    this.attempt(() => this.readDirectives());
    this.readSelectionSet();
    return { name };
  }

  private readSpread(): Selection | undefined {
    if (this.take(/[ \t\r\n]*\.\.\.[ \t\r\n]*/y) === undefined) return undefined;
    const name = this.readFragmentName();
    if (name === undefined) return undefined;
    this.attempt(() => this.readDirectives());
    return { name };
  }

  private readInline(): Selection | undefined {
    if (this.take(/[ \t\r\n]*\.\.\.[ \t\r\n]*/y) === undefined) return undefined;
    this.attempt(() => (this.readTypeCondition() ? true : undefined));
    this.attempt(() => this.readDirectives());
    return this.readSelectionSet() === undefined ? undefined : { name: undefined };
  }

  private readTypeCondition(): boolean {
    return this.take(/on[ \t\r\n]*[A-Za-z_]\w*/y) !== undefined;
  }

  private readArguments(): true | undefined {
    if (this.take(/\(/y) === undefined) return undefined;
    const values = this.readList(() => this.attempt(() => this.readArgument()));
    return values.length > 0 && this.take(/\)/y) !== undefined ? true : undefined;
  }

  private readArgument(): true | undefined {
    return this.take(/[ \t\r\n]*[A-Za-z_]\w*:/y) === undefined ? undefined : this.readValue();
  }

  private readDirectives(): true | undefined {
    this.skipBlanks();
    const directives = this.readList(() =>
      this.attempt(() => {
        if (this.take(/@[A-Za-z_]\w*/y) === undefined) return undefined;
        this.attempt(() => this.readArguments());
        return true;
      }),
    );
    this.skipBlanks();
    return directives.length > 0 ? true : undefined;
  }

  private readVariableDefinitions(): true | undefined {
    if (this.take(/[ \t\r\n]*\(/y) === undefined) return undefined;
    const definitions = this.readList(() => this.attempt(() => this.readVariableDefinition()));
    return definitions.length > 0 && this.take(/\)/y) !== undefined ? true : undefined;
  }

  private readVariableDefinition(): true | undefined {
    if (this.take(/[ \t\r\n]*\$[A-Za-z_]\w*[ \t\r\n]*:[ \t\r\n]*/y) === undefined || !this.readType()) return undefined;
    this.attempt(() => (this.take(/[ \t\r\n]*=/y) === undefined ? undefined : this.readValue()));
    this.take(/,*[ \t\r\n]*/y);
    return true;
  }

  private readType(): boolean {
    const isList = this.attempt(() => {
      if (this.take(/\[[ \t\r\n]*/y) === undefined || !this.readType()) return undefined;
      return this.take(/[ \t\r\n]*\]/y);
    });
    if (isList === undefined && this.readName() === undefined) return false;
    this.take(/!/y);
    return true;
  }

  private readValue(): true | undefined {
    this.skipBlanks();
    const isScalar =
      this.take(/\$[A-Za-z_]\w*/y) ??
      this.attempt(() => this.readObject()) ??
      this.attempt(() => this.readListValue()) ??
      this.readEnum() ??
      this.take(/"(?:\\"|[^"\n])*"/y) ??
      this.take(/true|false/y) ??
      this.take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?/y);
    return isScalar === undefined ? undefined : true;
  }

  private readObject(): true | undefined {
    if (this.take(/\{[ \t\r\n]*/y) === undefined) return undefined;
    this.readList(() =>
      this.attempt(() => {
        if (this.take(/[ \t\r\n]*[A-Za-z_]\w*[ \t\r\n]*:[ \t\r\n]*/y) === undefined) return undefined;
        const value = this.readValue();
        this.take(/,*/y);
        return value;
      }),
    );
    return this.take(/[ \t\r\n]*\}/y) === undefined ? undefined : true;
  }

  private readListValue(): true | undefined {
    if (this.take(/\[/y) === undefined) return undefined;
    this.readList(() => this.attempt(() => this.readValue()));
    return this.take(/\]/y) === undefined ? undefined : true;
  }

  /** A name that does not begin with `true`, `false` or `null`. */
  private readEnum(): string | undefined {
    return this.take(/(?!true|false|null)[A-Za-z_]\w*/y);
  }

  private readFragmentName(): string | undefined {
    return this.take(/(?!on(?![A-Za-z_]))[A-Za-z_]\w*/y);
  }

  private readName(): string | undefined {
    return this.take(/[A-Za-z_]\w*/y);
  }

  /** Items with white space and any number of commas between them. */
  private readList<Item>(readItem: () => Item | undefined): Item[] {
    const items: Item[] = [];
    for (;;) {
      const item = readItem();
      if (item === undefined) return items;
      items.push(item);
      this.take(/[ \t\r\n]*,*[ \t\r\n]*/y);
    }
  }

  private attempt<Result>(read: () => Result | undefined): Result | undefined {
    const before = this.at;
    const result = read();
    if (result === undefined) this.at = before;
    return result;
  }

  private skipBlanks(): void {
    this.take(/[ \t\r\n]*/y);
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.at += match[0].length;
    return match[0];
  }
}

function summaryOf(name: string, operation: string | undefined, selections: readonly Selection[]): GraphqlSummary {
  const names = selections.map((selection) => selection.name);
  const rootFields = names.filter((field) => field !== undefined);
  return { name, operation, rootFields: rootFields.length === names.length ? rootFields : "noName" };
}

/** From "#" to the end of the line, unless an odd number of quotes stands before it. */
function withoutComments(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      for (let hash = line.indexOf("#"); hash >= 0; hash = line.indexOf("#", hash + 1)) {
        const quotes = line.slice(0, hash).match(/[^\\]"/g)?.length ?? 0;
        if (quotes % 2 === 0) return line.slice(0, hash);
      }
      return line;
    })
    .join("\n");
}
