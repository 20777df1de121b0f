import { bytesOf } from "../../../core/matcher/index.ts";

type Variables = (name: string) => string | undefined;

/**
 * Puts variables into a text: `$name`, `${name}`, `${name ?? default}`; an unknown one is nothing, `\$` stays.
 * The text comes as it was written, the result is a byte string. `escape` is applied to each value.
 * Source: apache/apisix 3.18, apisix/core/utils.lua, resolve_var().
 */
export function resolveTemplate(
  template: string,
  variable: Variables,
  escape: (value: string) => string = (value) => value,
): string {
  return bytesOf(template).replace(
    /(?<!\\)\$(?:\{\s*([^}]+?)\s*\}|([\w.]+))/g,
    (_whole, braced: string | undefined, bare: string | undefined) => {
      const [name = "", byDefault] = (braced ?? bare ?? "").split(/\s*\?\?\s*/);
      const value = variable(name) ?? byDefault;
      return value === undefined ? "" : escape(value);
    },
  );
}

/** Puts captures into a text: `$1`, `${1}`. Source: the same file, resolve_var_with_captures(). */
export function resolveCaptures(template: string, captures: readonly (string | undefined)[]): string {
  return template.replace(/(?<!\\)\$\{?(\d+)\}?/g, (_whole, index: string) => captures[Number(index)] ?? "");
}
