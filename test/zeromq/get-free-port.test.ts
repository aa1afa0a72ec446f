import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { getFreePort } from '../../lib/zeromq/get-free-port.js';
import { ZMQPublisher } from '../../lib/zeromq/zmq-publisher.js';

test('a free port can be bound, by anybody', async () => {
  const port = await getFreePort();
  assert.ok(Number.isInteger(port) && port > 0 && port < 65536, String(port));
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, resolve));
  await new Promise((resolve) => server.close(resolve));
});

test('tcp://localhost:PORT binds, as users of xdas write it', async () => {
  const port = await getFreePort();
  await using publisher = new ZMQPublisher(`tcp://localhost:${port}`);
  await publisher.ready;
  assert.equal(publisher.address, `tcp://127.0.0.1:${port}`);
});
