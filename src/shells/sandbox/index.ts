// An embedded stand-in for APISIX: the Admin API in front, a small proxy behind, the matcher between.
// For development and tests; it is held to the recorded answers of a real gateway and guards nothing.
// Every plugin is checked and stored; those listed in plugins/run.ts also do something.
export {
  defaultAdminKey,
  sandboxModes,
  startSandbox,
  type Sandbox,
  type SandboxMode,
  type SandboxOptions,
} from "./sandbox.ts";
export type { AdminCall, AdminCounters } from "./admin/ledger.ts";
