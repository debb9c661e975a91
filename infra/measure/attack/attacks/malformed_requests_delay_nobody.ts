import type { Attack } from "../attack.ts";
import { head } from "../requests.ts";

const PATH = "/api/webhooks/payment-authorized";

export const malformedRequestsDelayNobody: Attack = {
  what: "sends what is no HTTP request over 64 connections",
  caps: { connections: 20_000, bytes: 1e9 },
  run(attacker) {
    const { host } = attacker;
    const nonsense = [
      "\r\n\r\n",
      "GET\r\n\r\n",
      `POST ${PATH}\r\n\r\n`,
      `POST ${PATH} HTTP/9.9\r\nHost: ${host}\r\n\r\n`,
      `POST ${PATH} HTTP/1.1\r\n\r\n`,
      `POST ${PATH} HTTP/1.1\r\nHost: a b/c?d\r\n\r\n`,
      `POST ${PATH} HTTP/1.1\r\nHost : ${host}\r\n\r\n`,
      `POST ${PATH} HTTP/1.1\r\nHost: ${host}\r\n folded\r\n\r\n`,
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      `POST /${"a".repeat(20_000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      head({ host, headers: { "Content-Length": "-1" } }),
      head({ host, headers: { "Content-Length": "9".repeat(40) } }),
      head({
        host,
        headers: { "Content-Length": "3", "Transfer-Encoding": "chunked" },
      }),
      `${head({ host, headers: { "Transfer-Encoding": "chunked" } })}zz\r\n`,
      `${head({ host, headers: { "Transfer-Encoding": "chunked" } })}${
        "f".repeat(40)
      }\r\n`,
      head({ host, method: "DELETE" }),
      head({ host, method: "M".repeat(1_000) }),
      head({ host, headers: { "X-Nul": "a\0b" } }),
    ];
    let next = 0;
    return attacker.sideBySide(64, async (connection) => {
      const request = nonsense[next++ % nonsense.length] ?? "";
      if (await connection.write(request)) await connection.read();
    }, { againAfterMs: 5 });
  },
};
