import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import http2 from "node:http2";
import { connect } from "node:net";
import { test } from "node:test";
import { listening } from "#kit/listening.ts";
import {
  dataFrame,
  headersFrame,
  preface,
  webhookFields,
} from "./http2_frames.ts";

test("a server of HTTP/2 reads the frames as a webhook with its body", async () => {
  const server = http2.createServer();
  const received = new Promise<{ path?: string; body: string }>((resolve) =>
    server.on("stream", (stream, headers) => {
      let body = "";
      stream.setEncoding("utf8").on("data", (text) => {
        body += text;
        if (body.length === 2) resolve({ path: headers[":path"], body });
      });
    })
  );
  const port = await listening(server);
  const socket = connect(port, "127.0.0.1");
  const fields = webhookFields("127.0.0.1", 2);
  socket.write(preface);
  socket.write(headersFrame({ stream: 1, fields }));
  socket.write(dataFrame(1, Buffer.from("{")));
  socket.write(dataFrame(1, Buffer.from("}")));
  assert.deepEqual(await received, {
    path: "/api/webhooks/payment-authorized",
    body: "{}",
  });
  socket.destroy();
  server.close();
});
