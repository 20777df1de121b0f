// What to tell whom, as data: conditions, status objects and events, from a decision and what came of it.
// The clock is an argument. No patch is sent from here.
export { type ConditionVerdict, type ObjectVerdict, verdictsOf, type Came } from "./verdict.ts";
export { conditionOf, isTrue, type Condition, type ConditionType } from "./condition.ts";
export { type NameOfId, statusOf } from "./object-status.ts";
export { brokenGatewayStatusOf, gatewayStatusOf, type GatewayHealth, type GatewayStanding } from "./gateway-status.ts";
export { rejectionOf, takenOf } from "./rejection.ts";
export { type EventNote, eventOfNotice, eventsOf } from "./event.ts";
