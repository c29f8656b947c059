// Uses a node's tools with the reference client of one era: client.mjs legacy|modern URL TOKEN
const [era, url, token] = process.argv.slice(2);
const headers = token ? { Authorization: `Bearer ${token}` } : {};
const about = { name: 'interop', version: '1.0.0' };

async function connected() {
  if (era === 'legacy') {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
    const { StreamableHTTPClientTransport } = await import(
      '@modelcontextprotocol/sdk/client/streamableHttp.js'
    );
    const client = new Client(about);
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
    return client;
  }
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const client = new Client(about, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return client;
}

const client = await connected();
const use = async (name, args) => {
  const result = await client.callTool({ name, arguments: args });
  return { isError: result.isError ?? false, content: result.structuredContent };
};
const seen = {
  server: client.getServerVersion()?.name,
  tools: (await client.listTools()).tools.map((tool) => tool.name),
  search: await use('search', { query: 'whoami' }),
  schema: await use('schema', { name: 'open/whoami' }),
  call: await use('call', { operation: 'open/whoami' }),
  scalar: await use('call', { operation: 'open/echo', input: 3 }),
  missing: await use('call', { operation: 'open/missing' }),
  batch: await use('batch', { calls: [{ operation: 'open/echo', input: { a: 1 } }] }),
  unknown: await client.callTool({ name: 'nothing' }).then(
    () => 'no error',
    (error) => error.code,
  ),
};
console.log(JSON.stringify(seen));
await client.close();
