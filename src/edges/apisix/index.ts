// One APISIX over its Admin API: reads what it holds, carries out plans, and says what went wrong in our own words.
// Owns connections, addresses, timeouts and the circuit breaker; decides nothing about routes and repeats no step.
// No error, log line or message that leaves here holds the admin key, a request body or an error of the HTTP client.
export { type ApplyOptions, ApisixClient, type ApisixClientOptions } from "./client.ts";
export type { Credentials } from "./credentials.ts";
export { DocumentApi, type DocumentApiOptions, type HeldDocument } from "./document-api.ts";
export type { Call } from "./call.ts";
export { type Line, holdLine } from "./line.ts";
export { AdminApiError } from "./errors.ts";
export type { Timeouts } from "./connection.ts";
