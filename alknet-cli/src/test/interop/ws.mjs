// The call protocol over a WebSocket, by the library ws: node ws.mjs URL TOKEN, with NODE_EXTRA_CA_CERTS.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import WebSocket from 'ws';

const [url, token] = process.argv.slice(2);
const path = url.replace(/^https/, 'wss') + '/alknet/call';

// Without a token there is no socket.
const stranger = new WebSocket(path);
const [, refusal] = await once(stranger, 'unexpected-response');
assert.equal(refusal.statusCode, 401);
stranger.on('error', () => {});
stranger.terminate();

// One socket by the header field, one by the subprotocol a browser would use.
const bearer = 'alknet.bearer.' + Buffer.from(token).toString('base64url');
for (const [protocols, options, chosen] of [
  [[], { headers: { Authorization: `Bearer ${token}` } }, ''],
  [['alknet.call.v1', bearer], {}, 'alknet.call.v1'],
]) {
  const socket = new WebSocket(path, protocols, options);
  const waiting = new Map();
  socket.on('message', (data, binary) => {
    assert.ok(binary);
    const { type, id, payload } = JSON.parse(data);
    waiting.get(id)?.(type, payload);
  });
  await once(socket, 'open');
  assert.equal(socket.protocol, chosen);

  let next = 1;
  const request = (operation, input, seen) => {
    const id = String(next++);
    return new Promise(resolve => {
      waiting.set(id, (type, payload) => seen(type, payload, resolve));
      socket.send(Buffer.from(JSON.stringify({
        type: 'call.requested', id, payload: { operationId: '/' + operation, input },
      })));
    });
  };

  const echoed = await request('demo/echo', { text: 'grüße' }, (type, payload, done) => done({ type, payload }));
  assert.deepEqual(echoed, { type: 'call.responded', payload: { output: { text: 'grüße' } } });

  const secret = await request('demo/secret', {}, (type, payload, done) => done(payload.output));
  assert.deepEqual(secret, { secret: 'the operator may see this' });

  const unknown = await request('no/such', {}, (type, payload, done) => done(payload.code));
  assert.equal(unknown, 'NOT_FOUND');

  const numbers = [];
  await request('demo/ticker', { interval_ms: 10, count: 20 }, (type, payload, done) => {
    if (type === 'call.responded') numbers.push(payload.output.n);
    else done(assert.equal(type, 'call.completed'));
  });
  assert.deepEqual(numbers, Array.from({ length: 20 }, (_, i) => i + 1));

  const pong = once(socket, 'pong');
  socket.ping('still there?');
  assert.equal((await pong)[0].toString(), 'still there?');

  socket.close(1000);
  assert.equal((await once(socket, 'close'))[0], 1000);
}

// A text message is no envelope.
const rude = new WebSocket(path, { headers: { Authorization: `Bearer ${token}` } });
await once(rude, 'open');
rude.send('hello');
assert.equal((await once(rude, 'close'))[0], 1002);
console.log('ws: all well');
