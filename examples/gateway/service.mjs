// A stand-in for the service of a document: it answers every operation of GitHub's document that
// has an example with that example, on 127.0.0.1:8080. No account, no network, nothing is stored.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const file = new URL('node_modules/@octokit/openapi/generated/api.github.com.json', import.meta.url);
const document = JSON.parse(readFileSync(file, 'utf8'));

function followed(value) {
  const reference = value?.$ref;
  if (!reference) {
    return value;
  }
  return followed(reference.slice(2).split('/').reduce((at, key) => at?.[key], document));
}

function fits(template, path) {
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith('{') ? given[i] !== '' : part === given[i]))
  );
}

// A path without placeholders goes before one with them.
const templates = Object.keys(document.paths).sort(
  (a, b) => a.split('{').length - b.split('{').length,
);

function example(method, path) {
  const template = templates.find((one) => fits(one, path) && document.paths[one][method]);
  const responses = document.paths[template]?.[method]?.responses ?? {};
  const status = Object.keys(responses).find((one) => one.startsWith('2'));
  const json = followed(responses[status])?.content?.['application/json'];
  const first = followed(Object.values(json?.examples ?? {})[0]);
  return first ? { status: Number(status), value: first.value } : undefined;
}

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://service').pathname;
  const found = example(request.method.toLowerCase(), path);
  response.writeHead(found?.status ?? 404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(found?.value ?? { message: 'Not Found' }));
});
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`service of ${document.info.title} at http://127.0.0.1:${server.address().port}`);
});
