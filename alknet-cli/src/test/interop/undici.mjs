// The gateway by the library undici, over HTTP/1.1 and HTTP/2: node undici.mjs URL TOKEN CERTIFICATE.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent, WebSocket, request } from 'undici';

const [url, token, certificate] = process.argv.slice(2);
const ca = readFileSync(certificate, 'utf8');
const json = { 'content-type': 'application/json' };
const authorised = { ...json, authorization: `Bearer ${token}` };

for (const allowH2 of [false, true]) {
  const dispatcher = new Agent({ allowH2, connections: 20, connect: { ca } });
  const ask = (path, options = {}) => request(url + path, { dispatcher, ...options });
  const call = (operation, input, headers = authorised) =>
    ask('/call', { method: 'POST', headers, body: JSON.stringify({ operation, input }) });

  const health = await ask('/healthz');
  assert.equal(await health.body.text(), 'ok');

  const found = await (await ask('/search?q=demo/', { headers: authorised })).body.json();
  assert.ok(found.output.operations.some(({ name }) => name === 'demo/secret'));

  const many = await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    const reply = await call('demo/add', { a: i, b: 1 });
    assert.equal(reply.statusCode, 200);
    return (await reply.body.json()).output.sum;
  }));
  assert.deepEqual(many, many.map((_, i) => i + 1));

  const refused = await call('demo/secret', {}, json);
  assert.equal(refused.statusCode, 401);
  assert.equal(refused.headers['www-authenticate'], 'Bearer');
  await refused.body.dump();

  const large = await call('demo/echo', { text: 'x'.repeat(500_000) });
  assert.equal((await large.body.json()).output.text.length, 500_000);

  const events = await ask('/subscribe', {
    method: 'POST',
    headers: authorised,
    body: JSON.stringify({ operation: 'demo/ticker', input: { interval_ms: 10, count: 5 } }),
  });
  assert.equal(events.headers['content-type'], 'text/event-stream');
  const text = await events.body.text();
  assert.deepEqual(text.trim().split('\n\n').map(event => JSON.parse(event.slice(6)).n), [1, 2, 3, 4, 5]);
  await dispatcher.close();
}

// Its WebSocket is that of browsers: no header fields, a subprotocol instead.
const bearer = 'alknet.bearer.' + Buffer.from(token).toString('base64url');
const socket = new WebSocket(url.replace(/^https/, 'wss') + '/alknet/call', {
  protocols: ['alknet.call.v1', bearer],
  dispatcher: new Agent({ connect: { ca } }),
});
socket.binaryType = 'arraybuffer';
const answer = await new Promise((resolve, reject) => {
  socket.onerror = ({ error }) => reject(error);
  socket.onmessage = ({ data }) => resolve(JSON.parse(new TextDecoder().decode(data)));
  socket.onopen = () => socket.send(new TextEncoder().encode(JSON.stringify({
    type: 'call.requested', id: '1', payload: { operationId: '/demo/whoami', input: {} },
  })));
});
assert.equal(socket.protocol, 'alknet.call.v1');
assert.equal(answer.payload.output.id, 'operator');
socket.close();
console.log('undici: all well');
