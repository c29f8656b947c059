'use strict';

/** A connection to a node: the call protocol over a WebSocket, one binary message for one envelope. */
class Node {
  constructor(host, token) {
    const bytes = new TextEncoder().encode(token);
    const bearer = btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    this.pending = new Map();
    this.next = 1;
    this.socket = new WebSocket(`wss://${host}/alknet/call`, ['alknet.call.v1', `alknet.bearer.${bearer}`]);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onmessage = message => this.received(JSON.parse(new TextDecoder().decode(message.data)));
    this.opened = new Promise((resolve, reject) => {
      this.socket.onopen = resolve;
      this.socket.onclose = event => {
        const problem = new Error(event.reason || `closed with ${event.code}`);
        reject(problem);
        for (const request of this.pending.values()) request.failed(problem);
        this.pending.clear();
      };
    });
  }

  send(type, id, payload) {
    this.socket.send(new TextEncoder().encode(JSON.stringify({ type, id, payload })));
  }

  /** Starts a request; values, the end and failures go to the three functions. */
  start(operation, input, value, done, failed) {
    if (this.socket.readyState !== WebSocket.OPEN) throw new Error('not connected');
    const id = String(this.next++);
    this.pending.set(id, { value, done, failed });
    this.send('call.requested', id, { operationId: '/' + operation, input });
    return { id, stop: () => this.pending.delete(id) && this.send('call.aborted', id, {}) };
  }

  /** Calls a query or a mutation. */
  call(operation, input) {
    return new Promise((resolve, reject) => {
      const request = this.start(operation, input, value => {
        this.pending.delete(request.id);
        resolve(value);
      }, resolve, reject);
    });
  }

  received({ type, id, payload }) {
    if (type === 'call.requested') { // this page offers nothing
      this.send('call.error', id, { code: 'NOT_FOUND', message: 'operation not found', retryable: false });
      return;
    }
    const request = this.pending.get(id);
    if (!request) return;
    if (type === 'call.responded') {
      request.value(payload.output);
      return;
    }
    this.pending.delete(id);
    if (type === 'call.completed') request.done();
    else if (type === 'call.error') request.failed(new Error(`${payload.code}: ${payload.message}`));
  }
}
