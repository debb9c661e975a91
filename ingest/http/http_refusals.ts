/** What the HTTP server refuses itself, before an app sees a request. */
export const httpRefusals = {
  bad_request: {
    status: 400,
    detail: "The request is not HTTP/1.1 as RFC 9112 defines it.",
  },
  bad_host: {
    status: 400,
    detail: "There must be one Host header, and it must be host or host:port.",
  },
  request_timeout: {
    status: 408,
    detail: "The request did not arrive in time.",
  },
  headers_too_large: {
    status: 431,
    detail: "The headers are larger than is taken.",
  },
  expectation_failed: {
    status: 417,
    detail: "Expect may be 100-continue and nothing else.",
  },
  not_implemented: {
    status: 501,
    detail:
      "CONNECT, and transfer codings other than chunked, are not offered.",
  },
  http_version: {
    status: 505,
    detail: "Only HTTP/1.1 and HTTP/1.0 are offered.",
  },
  crowded: {
    status: 503,
    detail: "Too many requests are unfinished: send it again.",
  },
  not_found: { status: 404, detail: "There is no such page." },
  method_not_allowed: {
    status: 405,
    detail: "This page does not take this method: Allow says which it takes.",
  },
} as const;

export type HttpRefusal = keyof typeof httpRefusals;

export const httpRefusalNames = Object.keys(httpRefusals) as HttpRefusal[];
