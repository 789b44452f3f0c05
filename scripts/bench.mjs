// `npm run bench [-- NAME … [OPTION …]]`: runs the benches of bench/ one after another against the build; JSON lines, a verdict
// each. `--again N` repeats a bench up to N times while the machine was too unquiet for a verdict on some line of it: a line that
// had one keeps the first. All other options (`--quick`, a length) start with a dash or a digit and go to every bench named.
// `--help` says what there is and runs nothing.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root, runScript, SetupError, setUp } from './setup.mjs';

await runScript(async () => {
  const { asked, options, times } = readWords(process.argv.slice(2));
  const known = readdirSync(join(root, 'bench'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replace(/\.ts$/, ''));
  if (options.includes('--help') || options.includes('-h')) return sayWhatThereIs(known);
  setUp();
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new SetupError(`There is no bench "${unknown}". There are: ${known.join(', ')}.`);
  for (const name of asked.length > 0 ? asked : known)
    if (!(await runUntilJudged(name, options, times))) process.exitCode = 1;
});

function sayWhatThereIs(names) {
  console.log('npm run bench [-- NAME … [--again N] [OPTION …]]; without a name all, one after another\n');
  for (const name of names) {
    const [, head = ''] =
      /^\/\*\*(.*?)\*\//s.exec(readFileSync(join(root, 'bench', `${name}.ts`), 'utf8')) ?? [];
    console.log(`${name}\n  ${head.replace(/\n \*/g, '\n ').trim()}\n`);
  }
}

function readWords(words) {
  const again = words.indexOf('--again');
  const times = again < 0 ? 1 : Number(words.splice(again, 2)[1]);
  if (!Number.isInteger(times) || times < 1)
    throw new SetupError('--again takes how often a bench may run, such as --again 5.');
  const firstOption = words.findIndex((word) => /^[-\d]/.test(word));
  const asked = firstOption < 0 ? words : words.slice(0, firstOption);
  return { asked, options: words.slice(asked.length), times };
}

/** Whether the bench kept all its bounds; the void does not count against it, as in a single run. */
async function runUntilJudged(name, options, times) {
  const verdicts = new Map();
  let ended = 0;
  for (let run = 1; run <= times; run++) {
    const { lines, status } = await runOnce(name, options);
    if (lines.length === 0 || run === 1) ended = status;
    for (const line of lines) {
      const key = whatIsMeasured(line);
      if ((verdicts.get(key) ?? 'void') === 'void') verdicts.set(key, line.verdict);
    }
    if (![...verdicts.values()].includes('void')) break;
  }
  if (times === 1 || verdicts.size === 0) return ended === 0;
  return ![...verdicts.values()].includes('fail');
}

/** Words tell the lines of a bench apart, numbers are its figures. */
function whatIsMeasured(line) {
  return JSON.stringify(
    Object.entries(line).filter(
      ([key, value]) => typeof value === 'string' && !/verdict|asWritten/.test(key),
    ),
  );
}

function runOnce(name, options) {
  const tsx = join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  // What a bench says to have grown is what is left when all that can be given back was.
  const child = spawn(process.execPath, [tsx, '--expose-gc', join('bench', `${name}.ts`), ...options], {
    cwd: root,
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  const lines = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    console.log(text);
    if (text.startsWith('{"bench":')) lines.push(JSON.parse(text));
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ lines, status })));
}
