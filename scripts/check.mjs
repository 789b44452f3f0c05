// `npm run check` runs every static check and the unit tests; with --all (`npm test`) integration and end-to-end tests follow.
// One line a step, a step's output only where it fails; the tests show themselves. All steps run, so that one look shows all.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runScript, setUp } from './setup.mjs';

const all = process.argv.includes('--all');
const inCi = process.env.CI === 'true';
const tool = (name, ...args) => [join(root, 'node_modules', '.bin', name), ...args];
const npmScript = (name) => ['npm', 'run', '--silent', name];

/** The longest first, so that none is left alone at the end. */
const staticSteps = [
  'typecheck',
  'format:check',
  'typecheck:panel',
  'lint',
  'layers',
  'unused',
  'budgets',
  'generated',
];

await runScript(async () => {
  setUp({ withPeers: all });
  const failed = await inPairs(staticSteps, step);
  const reports = [];
  for (const project of all ? ['unit', 'integration', 'e2e'] : ['unit']) {
    const report = await tests(project);
    if (!report.passed) failed.push(`${project} tests`);
    reports.push(report);
  }
  const total = (state) => reports.reduce((sum, { counts }) => sum + counts[state], 0);
  const [passed, broken, skipped] = ['passed', 'failed', 'skipped'].map(total);
  if (inCi && skipped > 0) failed.push(`${skipped} skipped tests (in CI nothing is skipped)`);
  // What failed, once more and last: a long log is often read from its end. A further try that helped is said, too.
  for (const { verdict, where, text } of reports.flatMap(({ findings }) => findings))
    console.error(`${verdict}: ${where}\n${text}`);
  if (failed.length > 0) console.error(`check: FAILED: ${failed.join(', ')}`);
  console.log(`${passed} passed, ${broken} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
});

/** Two at a time, which is what the smallest machine has cores for; the names of those that failed. */
async function inPairs(names, work) {
  const waiting = [...names];
  const failed = [];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      if (!(await work(name))) failed.push(name);
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

async function step(name) {
  const start = performance.now();
  const { status, output } = await run(npmScript(name), 'pipe');
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`check: ${name} ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (status !== 0) console.log(output);
  return status === 0;
}

/** Runs a project of tests; whether it passed, its counts, and what is to be said of it (see check-reporter.mjs). */
async function tests(project) {
  console.log(`check: ${project} tests`);
  // Runners and peers share the two cores with the tests that watch them, so those files go one after another.
  const oneByOne = project === 'unit' ? [] : ['--no-file-parallelism'];
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'check-reporter.mjs')}`];
  const folder = mkdtempSync(join(tmpdir(), 'reverie-check-'));
  const path = join(folder, 'report.json');
  const { status } = await run(
    tool('vitest', 'run', '--project', project, ...oneByOne, ...reporters),
    'inherit',
    { CHECK_REPORT: path },
  );
  const report = readReport(path, `vitest ended with ${status} and left no report`);
  rmSync(folder, { recursive: true });
  return { ...report, passed: status === 0 };
}

function readReport(path, otherwise) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {
      counts: { passed: 0, failed: 1, skipped: 0 },
      findings: [{ verdict: 'FAILED', where: 'the run itself', text: otherwise }],
    };
  }
}

function run([command, ...args], output, env = {}) {
  return new Promise((resolve, reject) => {
    const stdio = output === 'pipe' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(command, args, {
      cwd: root,
      stdio,
      shell: process.platform === 'win32',
      env: { ...process.env, ...env },
    });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += chunk));
    child.stderr?.on('data', (chunk) => (text += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output: text }));
  });
}
