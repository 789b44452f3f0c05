import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

// In a process of its own: what it is about is how that process ends.
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reverie-forked-'));
  const child = "import { writeSync } from 'node:fs'; process.on('message', (text) => writeSync(3, text));";
  writeFileSync(join(folder, 'child.mjs'), child);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a parent with two children, `one` and `other`, which write what they are sent; answers what it printed and its status. */
function parent(code: string): { lines: string[]; errors: string; status: number | null } {
  const module = pathToFileURL(resolve('dist/src/engine/forked.js')).href;
  const file = join(folder, 'parent.mjs');
  writeFileSync(
    file,
    `import { forkHeard } from ${JSON.stringify(module)};
    const start = (name) => forkHeard(${JSON.stringify(join(folder, 'child.mjs'))}, [], { serialization: 'json' },
      (error) => console.log(name, 'junk', error.name)).on('message', (message) => console.log(name, 'says', message));
    const [one, other] = [start('one'), start('other')];
    ${code}`,
  );
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { lines: stdout.trim().split('\n'), errors: stderr, status };
}

it('tells the owner of a child what it wrote that is no message, hears it further, and nobody else is touched', () => {
  const { lines, status } = parent(`
    other.on('message', () => one.send('{"still":"here"}\\n'));
    one.on('message', () => process.exit(3));
    one.send('no message {\\n');
    setTimeout(() => other.send('"fine"\\n'), 500);`);
  expect(lines).toEqual(['one junk SyntaxError', 'other says fine', "one says { still: 'here' }"]);
  expect(status).toBe(3);
});

it('lets a fault of the process itself end it, with its stack', () => {
  const { lines, errors, status } = parent(
    "setTimeout(() => { throw new Error('a fault of our own'); }, 200);",
  );
  expect(lines).toEqual(['']);
  expect(errors).toMatch(/Error: a fault of our own\n\s+at .*parent\.mjs/);
  expect(status).not.toBe(0);
});

it('leaves such a fault to whoever else listens for it', () => {
  const { lines, status } = parent(`
    process.on('uncaughtException', (error) => { console.log('heard', error.message); process.exit(5); });
    setTimeout(() => { throw new Error('a fault of our own'); }, 200);`);
  expect(lines).toEqual(['heard a fault of our own']);
  expect(status).toBe(5);
});
