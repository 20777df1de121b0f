import {
  type AdminConsumer,
  type AdminId,
  type AnyDesired,
  type CredentialSpec,
  type ResolvedObject,
  type ResourceRef,
  credentialIdOf,
  pinnedIdOf,
  refOf,
  usernameOf,
} from "../model/index.ts";
import { labelsOf } from "./labels.ts";
import { referenceTo } from "./reference.ts";
import { type Context, pluginsWith } from "./source-values.ts";

/** The Admin consumer of a GatewayConsumer, and an Admin credential for each of its credentials. */
export function translateConsumer(
  { manifest, targets }: ResolvedObject<"GatewayConsumer">,
  context: Context,
): readonly AnyDesired[] {
  const { spec } = manifest;
  const origin = refOf(manifest);
  const username = pinnedIdOf(manifest) ?? usernameOf(origin);
  const group = targets.groupRef === undefined ? undefined : referenceTo(targets.groupRef);
  const { plugins, ...hidden } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  const body: AdminConsumer = {
    username,
    ...(spec.desc !== undefined && { desc: spec.desc }),
    ...(group !== undefined && { group_id: group.id }),
    ...(plugins !== undefined && { plugins }),
    labels: labelsOf(spec.labels, context.instance, origin),
  };
  return [
    { kind: "consumers", id: username, body, ...hidden, origin, references: group === undefined ? [] : [group] },
    ...(spec.credentials ?? []).map((credential) => translateCredential(credential, username, origin, context)),
  ];
}

function translateCredential(
  { name, desc, ...spec }: CredentialSpec,
  username: AdminId,
  origin: ResourceRef,
  context: Context,
): AnyDesired {
  const { plugins = {}, ...hidden } = pluginsWith(spec.plugins, spec.pluginsFrom, origin.namespace, context);
  return {
    kind: "credentials",
    id: credentialIdOf(username, name),
    body: { ...(desc !== undefined && { desc }), plugins, labels: labelsOf(undefined, context.instance, origin) },
    ...hidden,
    origin,
    references: [{ kind: "consumers", id: username }],
  };
}
