// What `check.mjs` tells at the end of a run: counts, and everything that made it fail, written as JSON to CHECK_REPORT
// (not REVERIE_…, which the daemons of the tests would read as an option).
// The JSON reporter of Vitest leaves out what fails beside the tests: hooks, errors nobody caught, a file that cannot be loaded.
import { writeFileSync } from 'node:fs';

export default class CheckReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const findings = [];
    const find = (verdict, where, errors) =>
      findings.push({ verdict, where, text: errors.map(textOf).join('\n') });
    for (const module of modules) {
      const file = module.relativeModuleId;
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        counts[state] += 1;
        if (errors?.length > 0)
          find(
            state === 'passed' ? 'passed at a further try' : 'FAILED',
            `${file}: ${test.fullName}`,
            errors,
          );
      }
      for (const suite of [module, ...module.children.allSuites()])
        if (suite.errors().length > 0) {
          counts.failed += 1;
          find('FAILED', `${file}, beside its tests`, suite.errors());
        }
    }
    if (unhandledErrors.length > 0) {
      counts.failed += unhandledErrors.length;
      find('FAILED', 'errors nobody caught', unhandledErrors);
    }
    writeFileSync(process.env.CHECK_REPORT, JSON.stringify({ counts, findings }));
  }
}

/** The error with the lines of its stack that are ours. */
function textOf({ name, message, stack, VITEST_TEST_PATH: path }) {
  const said = stack ?? `${name}: ${message}`;
  const ours = said.split('\n').filter((line) => !line.includes('node_modules'));
  return [...(path ? [`in ${path}`] : []), ...ours].join('\n');
}
