/** The part of Lua that people write in filter functions: no loops, no tables, no inner functions. */
export interface LuaFunction {
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly kind: "local"; readonly names: readonly string[]; readonly values: readonly LuaExpression[] }
  | { readonly kind: "assign"; readonly name: string; readonly value: LuaExpression }
  | { readonly kind: "call"; readonly call: LuaExpression }
  | { readonly kind: "return"; readonly value: LuaExpression | undefined }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | {
      readonly kind: "if";
      readonly branches: readonly { readonly condition: LuaExpression; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    };

export type LuaExpression =
  | { readonly kind: "constant"; readonly value: undefined | boolean | number | string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly table: LuaExpression; readonly key: LuaExpression }
  | { readonly kind: "apply"; readonly target: LuaExpression; readonly inputs: readonly LuaExpression[] }
  | {
      readonly kind: "method";
      readonly target: LuaExpression;
      readonly name: string;
      readonly inputs: readonly LuaExpression[];
    }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: LuaExpression }
  | { readonly kind: "binary"; readonly operator: string; readonly left: LuaExpression; readonly right: LuaExpression };

/** Something this model of Lua does not know: the outcome is unknown. */
export class BeyondModel extends Error {
  override readonly name = "BeyondModel";
}
