import { expect, test } from 'vitest';
import { limits, overBudget } from '../../scripts/budgets/judge.ts';
import { measure } from '../../scripts/budgets/measure.ts';

const linesOf = (count: number): string => 'export {};\n'.repeat(count);
const judge = (path: string, text: string): string[] => overBudget([measure(path, text), ...smallFiles]);
const smallFiles = [measure('src/a.ts', linesOf(10)), measure('src/b.ts', linesOf(10))];

test('a file over the cap is named with its length', () => {
  expect(judge('src/long.ts', linesOf(limits.fileLines))).toEqual([]);
  expect(judge('src/long.ts', linesOf(limits.fileLines + 1))).toEqual([
    `src/long.ts has 501 lines; the cap is 500`,
  ]);
});

test('a data table may be as long as its data', () => {
  expect(judge('pipelines/dream/words.ts', `// Data table: words\n${linesOf(900)}`)).toEqual([]);
});

test('a function over the cap is named with its line', () => {
  const body = '  step();\n'.repeat(limits.functionLines - 1);
  expect(judge('src/a.ts', `\nfunction long() {\n${body}}\n`)).toEqual([
    'src/a.ts:2 long has 81 lines; the cap is 80',
  ]);
  expect(judge('src/a.ts', `const arrow = () => {\n${body}};\n`)).toHaveLength(1);
  expect(judge('src/a.ts', `class Hub {\n  take() {\n${body}  }\n}\n`)).toEqual([
    'src/a.ts:2 take has 81 lines; the cap is 80',
  ]);
  expect(judge('tests/a.test.ts', `\nfunction long() {\n${body}}\n`)).toEqual([]);
});

test('the type any is found wherever it is written, and nowhere else', () => {
  expect(judge('src/a.ts', 'let a: any;\nconst b = <any>c;\nfunction d(e: Map<string, any[]>) {}\n')).toEqual(
    ['src/a.ts:1 says any', 'src/a.ts:2 says any', 'src/a.ts:3 says any'],
  );
  expect(judge('src/a.ts', '// any word\nconst any = "any";\n')).toEqual([]);
});

test('the median counts what ships', () => {
  const long = ['src/a.ts', 'adapters/b/run.ts', 'pipelines/c/run.ts'].map((path) =>
    measure(path, linesOf(121)),
  );
  const tests = ['tests/a.test.ts', 'tests/b.test.ts', 'tests/c.test.ts', 'tests/d.test.ts'].map((path) =>
    measure(path, linesOf(5)),
  );
  expect(overBudget([...long, ...tests])).toEqual(['the median file has 121 lines; the budget is 120']);
});
