import { badAddressIn } from "../../matcher/index.ts";
import { refOf } from "../../model/index.ts";
import { diagnosticOf } from "../finding.ts";
import { addressesOf } from "../entrant.ts";
import { eachEntrant } from "../watch.ts";

/**
 * A route on the gateway (foreign, or ours at its last good version) with an address that passes APISIX's schema and not
 * its parser: every request is answered with 500. In our own specs the decoder refuses such an address.
 * Source: apache/apisix 3.18, apisix/schema_def.lua, remote_addr_def; api7/lua-resty-ipmatcher 0.6.1, new.
 */
export const unparsableAddress = eachEntrant((entrant, { resolved }) => {
  const addresses = addressesOf(entrant.route);
  const bad = addresses === undefined ? undefined : badAddressIn(addresses);
  if (bad === undefined) return [];
  const what = entrant.origin === undefined ? `The foreign route "${entrant.id}"` : `The route "${entrant.id}"`;
  return [
    diagnosticOf({
      code: "UnparsableAddress",
      severity: "error",
      object: refOf(resolved.snapshot.gateway),
      message: `${what} names the client address ${JSON.stringify(bad)}, which the gateway can't read: it answers every request with 500.`,
      why: "APISIX checks addresses loosely when a route is written, and strictly when it builds its router; there one bad address stops all routes.",
      fix: `Correct or delete that route on the gateway.`,
      related: entrant.origin === undefined ? [] : [{ ref: entrant.origin, field: "spec.remoteAddrs" }],
    }),
  ];
});
