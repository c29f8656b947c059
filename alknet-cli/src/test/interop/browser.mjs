// Opens the example page in Chromium and drives it:
// node browser.mjs CHROMIUM PAGE TOKEN OTHER PINS FOLDER
// PINS are the keys of the two nodes, which the browser takes as if an authority had vouched for them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [executablePath, page, token, other, pins, folder] = process.argv.slice(2);
const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
  executablePath,
  headless: true,
  viewport: { width: 900, height: 800 },
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--ignore-certificate-errors-spki-list=${pins}`,
  ],
});
try {
  const tab = context.pages()[0] ?? await context.newPage();
  const problems = [];
  tab.on('pageerror', problem => problems.push(problem));
  await tab.goto(page);
  assert.equal(await tab.title(), 'A node in the browser');
  assert.equal(
    await tab.evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol), 'h2');

  // A token of nobody is told so.
  await tab.fill('#token', 'alk_nobody');
  await tab.click('#connect button');
  await tab.waitForFunction(() => document.getElementById('state').textContent.startsWith('closed'));

  await tab.fill('#token', token);
  await tab.click('#connect button');
  await tab.waitForFunction(() => document.getElementById('state').textContent.startsWith('connected'));
  assert.equal(await tab.inputValue('#token'), '');
  const names = await tab.$$eval('#operation option', options => options.map(option => option.value));
  assert.ok(names.includes('demo/secret') && !names.includes('demo/stamp'), String(names));

  await tab.selectOption('#operation', 'demo/echo');
  await tab.fill('#input', '{"text":"grüße"}');
  await tab.click('#run');
  await tab.waitForFunction(() => document.getElementById('log').textContent.includes('"text": "grüße"'));

  await tab.selectOption('#operation', 'demo/add');
  await tab.fill('#input', '{"a":"no number"}');
  await tab.click('#run');
  await tab.waitForFunction(() => document.getElementById('log').textContent.includes('INVALID_INPUT'));

  // A live subscription, watched, and stopped.
  await tab.selectOption('#operation', 'demo/ticker');
  await tab.fill('#input', '{"interval_ms":20,"count":1000}');
  await tab.click('#run');
  await tab.waitForFunction(() => document.getElementById('log').textContent.includes('"n":5'));
  await tab.screenshot({ path: join(folder, 'browser-page.png') });
  await tab.click('#stop');
  await tab.waitForFunction(() => document.getElementById('log').textContent.startsWith('— stopped'));
  assert.ok(await tab.isEnabled('#run'));
  await tab.fill('#input', '{"interval_ms":10,"count":3}');
  await tab.click('#run');
  await tab.waitForFunction(() => document.getElementById('log').textContent.startsWith('— complete'));

  // Events by a streaming fetch, as the gateway sends them.
  const events = await tab.evaluate(async token => {
    const reply = await fetch('/subscribe', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ operation: 'demo/ticker', input: { interval_ms: 10, count: 3 } }),
    });
    const seen = [];
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) seen.push(part.value);
    return seen.join('');
  }, token);
  assert.equal(events.match(/^data: /gm).length, 3);

  // The other node lets pages of this one in, for its gateway and for its socket; not the other way round.
  const across = (tab, target) => tab.evaluate(async ([target, token]) => {
    try {
      const reply = await fetch(target + '/call', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ operation: 'demo/whoami', input: {} }),
      });
      return `${reply.status} ${reply.headers.get('x-request-id') !== null}`;
    } catch (refused) {
      return refused.name;
    }
  }, [target, token]);
  assert.equal(await across(tab, other), '200 true');
  const foreign = await context.newPage();
  await foreign.goto(other + '/healthz');
  assert.equal(await across(foreign, page), 'TypeError');

  assert.deepEqual(problems, []);
  console.log('browser: all well');
} finally {
  await context.close();
}
