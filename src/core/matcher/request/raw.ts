/** A request as a client sends it; strings are text (UTF-8 on the wire), not byte strings. */
export interface RawRequest {
  readonly method: string;
  /** The request target as sent: `/a%20b?x=1`, or absolute. */
  readonly target: string;
  /** Absent: 1.1. */
  readonly http?: "1.0" | "1.1";
  /** In the order sent, Host among them; a name may occur several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
  /** The client as the gateway sees it once real-ip is done; absent: 127.0.0.1. */
  readonly remoteAddr?: string;
  /** Absent: http. */
  readonly scheme?: "http" | "https";
  /** Port the gateway listens on; absent: 9080, or 9443 for https. */
  readonly port?: number;
}

/** Switches of the gateway's static configuration that change what the router sees. All are off by default. */
export interface GatewaySwitches {
  /** `apisix.delete_uri_tail_slash` */
  readonly deletesTailSlash?: boolean;
  /** `apisix.normalize_uri_like_servlet` */
  readonly normalisesLikeServlet?: boolean;
  /** `apisix.match_uri_encoded_slash` (≥ 3.18) */
  readonly keepsEncodedSlash?: boolean;
}
