// `npm run check` runs every static check and the unit tests; with --all (`npm test`) integration and end-to-end tests follow.
// One line a step, a step's output only where it fails; the tests show themselves. All steps run, so that one look shows all.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
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
  const reports = mkdtempSync(join(tmpdir(), 'reverie-check-'));
  let passed = await inPairs(staticSteps, step);
  passed = (await tests('unit', reports)) && passed;
  if (all) {
    passed = (await tests('integration', reports)) && passed;
    passed = (await tests('e2e', reports)) && passed;
  }
  const counts = total(reports);
  summary(reports);
  rmSync(reports, { recursive: true });
  if (inCi && counts.skipped > 0) {
    console.error(`check: ${counts.skipped} tests were skipped; in CI nothing is skipped`);
    passed = false;
  }
  if (!passed) console.error('check: failed, see above');
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  process.exitCode = passed ? 0 : 1;
});

/** Two at a time, which is what the smallest machine has cores for; true where all passed. */
async function inPairs(names, work) {
  const waiting = [...names];
  const results = [];
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      results.push(await work(name));
  };
  await Promise.all([worker(), worker()]);
  return results.every(Boolean);
}

async function step(name) {
  const start = performance.now();
  const { status, output } = await run(npmScript(name), 'pipe');
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`check: ${name} ${status === 0 ? 'ok' : 'FAILED'} (${seconds} s)`);
  if (status !== 0) console.log(output);
  return status === 0;
}

async function tests(project, reports) {
  console.log(`check: ${project} tests`);
  // Runners and peers share the two cores with the tests that watch them, so those files go one after another.
  const oneByOne = project === 'unit' ? [] : ['--no-file-parallelism'];
  const reporters = [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, project)}.json`,
  ];
  const { status } = await run(
    tool('vitest', 'run', '--project', project, '--passWithNoTests', ...oneByOne, ...reporters),
    'inherit',
  );
  return status === 0;
}

function total(reports) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reportsIn(reports)) {
    counts.passed += report.numPassedTests;
    // A file that cannot be loaded has no test that could fail, and is a failure all the same.
    counts.failed +=
      report.numFailedTests +
      report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
        .length;
    counts.skipped += report.numPendingTests + report.numTodoTests;
  }
  return counts;
}

/** What failed, once more and last: a long log is often read from its end. A second try that helped is said, too. */
function summary(reports) {
  for (const { testResults } of reportsIn(reports))
    for (const { name, message, assertionResults } of testResults) {
      if (message && assertionResults.length === 0)
        console.error(`FAILED ${relative(root, name)}\n${message}`);
      for (const { status, fullName, failureMessages } of assertionResults)
        if (failureMessages.length > 0) {
          const verdict = status === 'passed' ? 'passed at the second try' : 'FAILED';
          const lines = failureMessages.join('\n').split('\n');
          const ours = lines.filter((line) => !line.includes('node_modules'));
          console.error(`${verdict}: ${relative(root, name)}: ${fullName}\n${ours.join('\n')}`);
        }
    }
}

function reportsIn(reports) {
  const projects = all ? ['unit', 'integration', 'e2e'] : ['unit'];
  return projects.map((project) => reportOf(join(reports, `${project}.json`)));
}

function reportOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}

function run([command, ...args], output) {
  return new Promise((resolve, reject) => {
    const stdio = output === 'pipe' ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(command, args, { cwd: root, stdio, shell: process.platform === 'win32' });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += chunk));
    child.stderr?.on('data', (chunk) => (text += chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output: text }));
  });
}
