// Runs: owns time, retries and lifetimes. One queue key per gateway (priorities, ties and shadows are relations, so one
// changed route concerns its whole gateway), coalescing, backoff, leadership, resync against drift.
// Never decides anything about routes itself.
export { GatewaySession, type SessionOptions } from "./gateway-session.ts";
export { type PassOptions, type PassResult, runPass } from "./pass.ts";
export { Operator, type OperatorOptions } from "./operator.ts";
