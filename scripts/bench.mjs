// `npm run bench [-- NAME … [OPTION …]]`: runs the benches of bench/ one after another against the build; JSON lines, a verdict
// each. Options (`--quick`, a length) start with a dash or a digit and go to every bench named.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, runScript, SetupError, setUp } from './setup.mjs';

await runScript(() => {
  setUp();
  const known = readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''));
  const words = process.argv.slice(2);
  const firstOption = words.findIndex((word) => /^[-\d]/.test(word));
  const asked = firstOption < 0 ? words : words.slice(0, firstOption);
  const options = words.slice(asked.length);
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new SetupError(`There is no bench "${unknown}". There are: ${known.join(', ')}.`);
  for (const name of asked.length > 0 ? asked : known) {
    const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const { status } = spawnSync(process.execPath, [tsx, join('bench', `${name}.ts`), ...options], {
      cwd: root,
      stdio: 'inherit',
    });
    if (status !== 0) process.exitCode = 1;
  }
});
