// The conformance suite names a function of Node 22 that it does not need for its scenarios.
import { register } from 'node:module';
import * as fs from 'node:fs';

if (!('globSync' in fs)) {
  register('./node20-hooks.mjs', import.meta.url);
}
