/** Yes, no, or `undefined`: this model cannot tell (a function in Lua, a variable that no request carries). */
export type Truth = boolean | undefined;

export function not(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
