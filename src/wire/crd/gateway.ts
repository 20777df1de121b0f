import { driftPolicies, gatewayModes, routerFlavors, syncPolicies, type GatewaySpec } from "../../core/model/index.ts";
import { ageColumn, messageColumn, readyColumn } from "./columns.ts";
import { instanceRule, nameText, stays } from "./common.ts";
import {
  choice,
  flag,
  integer,
  object,
  optional,
  portOrName,
  sequence,
  text,
  type ObjectRule,
  type TextRule,
} from "./fields.ts";
import { defineKind } from "./kind.ts";
import { gatewayStatus } from "./status.ts";

const adminUrl: TextRule = {
  cel: [
    "isURL(self)",
    "self.matches(r'^(?i:https?)://[^/?#@\\s]+/?$')",
    "(url(self).getPort() == '' || int(url(self).getPort()) <= 65535)",
  ].join(" && "),
  message:
    "is not the address of an Admin API: write scheme, host and port and nothing else, such as http://apisix-admin.apisix.svc:9180",
  problem: adminUrlProblem,
};

/** Quotes nothing: an address may hold a password. */
function adminUrlProblem(value: string): string | undefined {
  if (/^https?:\/\/[^/]*@/i.test(value)) {
    return "holds a user or password: credentials belong in the Secret that keyFrom names";
  }
  if (/^https?:\/\/[^/?#\s]+\/[^?#\s]+$/i.test(value)) {
    return "has a path: write scheme, host and port alone, /apisix/admin is added";
  }
  return /^https?:\/\/[^/?#@\s]+\/?$/i.test(value) && URL.canParse(value) ? undefined : adminUrl.message;
}

function secretKey(description: string) {
  return object(
    description,
    {
      namespace: text("Namespace of the Secret.", { min: 1, max: 63 }),
      name: nameText("Name of the Secret."),
      key: text("Key in its data.", { min: 1, max: 253 }),
    },
    { isAtomic: true },
  );
}

/** Under another name everything that was written before would stay on the gateway, as nobody's. */
const instanceStays = stays("instance", "create an ApisixGateway of another name, and let the resources refer to it");

const adminService = object(
  "The Service in front of the Admin API, in place of urls: each of its ready endpoints is an address. They are followed as pods come and go.",
  {
    namespace: text("Namespace of the Service.", { min: 1, max: 63 }),
    name: nameText("Name of the Service."),
    port: portOrName("The name of its port, or the number that its endpoints listen on (targetPort)."),
    scheme: optional(
      choice(
        "Protocol of the Admin API; default http. With https the certificate must be good for NAME.NAMESPACE.svc.",
        ["http", "https"],
      ),
    ),
  },
  { isAtomic: true },
);

const oneWay: ObjectRule = {
  cel: "has(self.urls) != has(self.service)",
  message: "needs either urls or service, and not both",
  holds: ({ urls, service }) => (urls === undefined) !== (service === undefined),
};

const spec = object(
  "How to reach one APISIX, and how to treat it.",
  {
    admin: object(
      "Its Admin API.",
      {
        urls: optional(
          sequence(
            "Addresses of the Admin API, such as http://apisix-admin.apisix.svc:9180. With etcd the next one is tried when one does not answer; in standalone mode they are the instances, and each gets the configuration.",
            text(undefined, { min: 1, max: 2048, rules: [adminUrl] }),
            { min: 1, max: 16 },
          ),
        ),
        service: optional(adminService),
        keyFrom: secretKey("The Secret that holds the admin key."),
        caFrom: optional(
          secretKey(
            "The Secret that holds the certificate authority, in PEM, that https addresses are checked against. Left out: those the system trusts.",
          ),
        ),
      },
      { rules: [oneWay] },
    ),
    mode: optional(
      choice(
        "Where the gateway has its configuration from: etcd, or standalone: one document, pushed to every instance. Left out: what the gateway says.",
        gatewayModes,
      ),
    ),
    router: optional(
      choice(
        "The router of the gateway, as apisix.router.http in its configuration says; there is no way to ask it. Default radixtree_host_uri.",
        routerFlavors,
      ),
    ),
    policy: optional(
      choice(
        "What the operator may do on the gateway: sync (everything), upsertOnly (delete nothing), createOnly (change and delete nothing), observe (write nothing and say what it would). Default sync.",
        syncPolicies,
      ),
    ),
    guards: optional(
      object("What a pass must not exceed.", {
        maxDeletes: optional(
          integer(
            "A pass that would delete more objects stops and asks. Default: the greater of 10 and a fifth of the objects.",
            { min: 0, max: 2_147_483_647 },
          ),
        ),
      }),
    ),
    drift: optional(
      choice(
        "What becomes of what others changed on the gateway: correct (put right and told in an event), report (left as it is and told in the status), ignore (left as it is). Changes of resources are written all the same. Default correct.",
        driftPolicies,
      ),
    ),
    pace: optional(
      object("How fast the operator may write to it. Reads are not limited.", {
        concurrency: optional(
          integer(
            "Writes that are under way at the same time, at most. Default 10. In standalone mode each instance gets one at a time.",
            {
              min: 1,
              max: 100,
            },
          ),
        ),
        writesPerSecond: optional(
          integer(
            "Writes begun per second, at most, spread evenly. Default: no limit but the gateway's own speed. In standalone mode a write is a whole configuration, and the limit holds for each instance.",
            { min: 1, max: 10_000 },
          ),
        ),
      }),
    ),
    instance: optional(
      text(
        "Name under which the operator marks its objects on the gateway. Two clusters on one gateway need different ones. Can't be changed. Default: the name of this object.",
        { min: 1, max: 40, rules: [instanceRule] },
      ),
    ),
    takeOver: optional(
      flag(
        "true: write under the instance name even where another cluster holds it, and take its objects over. Set it for the move and remove it afterwards: two clusters that both say so take everything from each other, again and again.",
      ),
    ),
    default: optional(flag("true: objects without gatewayRef belong to this gateway. At most one gateway may say so.")),
  },
  { rules: [instanceStays] },
);

export const gatewayKind = defineKind<"ApisixGateway", GatewaySpec>({
  kind: "ApisixGateway",
  plural: "apisixgateways",
  singular: "apisixgateway",
  shortName: "agw",
  scope: "Cluster",
  description: "One APISIX that the operator writes to. Deleting this object deletes nothing on the gateway.",
  spec,
  status: gatewayStatus,
  columns: [
    { name: "Version", type: "string", jsonPath: ".status.version", description: "Version of APISIX." },
    {
      name: "Routes",
      type: "integer",
      jsonPath: ".status.counts.routes",
      description: "Routes the operator keeps there.",
    },
    readyColumn,
    ageColumn,
    { name: "Mode", type: "string", jsonPath: ".status.mode", description: "etcd or standalone.", wide: true },
    {
      name: "Instance",
      type: "string",
      jsonPath: ".status.instance",
      description: "Name the operator writes under.",
      wide: true,
    },
    messageColumn,
  ],
});
