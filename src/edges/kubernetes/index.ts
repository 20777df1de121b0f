// The Kubernetes API, spoken over one keep-alive transport: reads that stay true (reflector, store), writes that touch
// one thing (status, finalizer, event), and a Lease that says who may write.
// It knows no resource of ours but by name, compares nothing with a gateway, and retries no write.
export { type Cluster, openCluster } from "./cluster.ts";
export { type Clock, sleep, systemClock } from "./clock.ts";
export { type ClusterConfig, ConfigError, type ConfigSource, loadConfig } from "./config.ts";
export { Transport, type RequestReport, type TransportOptions } from "./transport.ts";
export { KubeError, type KubeFailure, type StatusCause, isKubeError } from "./errors.ts";
export {
  type CallOptions,
  type JsonPatchStep,
  KubeClient,
  type ListPage,
  type Selection,
  type WatchOptions,
} from "./client.ts";
export type { WatchEvent } from "./watch.ts";
export {
  type KubeMeta,
  type KubeObject,
  type ObjectName,
  type ResourceType,
  customResource,
  customResourceDefinitions,
  endpointSlices,
  events,
  leases,
  namespaces,
  configMaps,
  secrets,
  storeKeyOf,
} from "./resource.ts";
export {
  type ListReason,
  Reflector,
  type ReflectorOptions,
  type ReflectorReport,
  type ReflectorTimings,
  type SyncState,
} from "./reflector.ts";
export { type Change, type Store, trimmed } from "./store.ts";
export { EventRecorder, type EventRecorderOptions, type KubeEvent, type RecorderReport } from "./event-recorder.ts";
export { type ElectorOptions, type LeaseTimings, acquireLease, leaseTimings } from "./lease.ts";
export { LeaseLost, Leadership } from "./leadership.ts";
export { type FinalizerTarget, addFinalizer, removeFinalizer } from "./finalizers.ts";
export { type Endpoint, EndpointFollower, type EndpointFollowerOptions, type Endpoints } from "./endpoints.ts";
export { SecretFollower, type SecretFollowerOptions, type SecretValue, readSecretKey } from "./secrets.ts";
