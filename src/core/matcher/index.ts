// How APISIX picks a route: hosts, path buckets, conditions, and the trace of a decision.
// Does what the gateway does, warts included, and cites the Lua it follows; never an opinion of its own.
// Texts that are matched are byte strings (bytes.ts).
export { bytesOf, textOf } from "./bytes.ts";
export { acceptsHost, comparesRawHost, compileHost, effectiveHosts, type HostPattern } from "./host.ts";
export { compileUri, matchesPattern } from "./pattern.ts";
export type { ExactPattern, Segment, TreePattern, UriPattern } from "./uri-pattern.ts";
export { recordedVersion, rulesOf, type RouterRules } from "./rules.ts";
export { addressOf, addressSetOf, badAddressIn, containsAddress, type AddressSet } from "./ip.ts";
export { LuaError, tonumber, tostring, type LuaValue } from "./lua.ts";
export { unknownValue, variableOf, type VariableValue } from "./request/variables.ts";
export type { GatewaySwitches, RawRequest } from "./request/raw.ts";
export { clientAddressOf, normaliseRequest, type Normalised, type RouterRequest } from "./request/request.ts";
export { bucketRuleBetween, compareCandidates, type BucketRule, type Candidate } from "./bucket.ts";
export { evaluate } from "./conditions/evaluate.ts";
export { compileVars, comparisonText, type CompiledVars, type Expression } from "./conditions/expression.ts";
export type { ConditionReport } from "./conditions/condition.ts";
export { match, matchedParams, statusOf, type Matched, type MatchResult } from "./match.ts";
export { MatchCache } from "./match-cache.ts";
export { patternOf, type Pattern } from "./regex/index.ts";
export { RouteTable, tableOf, type TableContent, type TableOptions } from "./table.ts";
export {
  levelText,
  traceMatch,
  type DecidingRule,
  type OrderRule,
  type RunnerUp,
  type Step,
  type Trace,
} from "./trace.ts";
