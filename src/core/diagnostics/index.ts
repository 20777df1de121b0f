// A shelf of rules: facts in, all findings out, in a stable order. One rule per file under rules/.
// A warning is never wrong: where a proof would cost more than it is worth, a rule stays silent.
// No fix and no print here. What is remembered from one state to the next saves work and changes nothing.
export { affectedByHosts } from "./affected.ts";
export { diagnose, makeDiagnoser } from "./diagnose.ts";
export type { Facts } from "./facts.ts";
export { rules } from "./rules/index.ts";
