import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isOscPattern, MAX_PATTERN, readOscPattern } from '../../../../src/protocols/osc/pattern.ts';

function matches(pattern: string, address: string): boolean {
  return readOscPattern(pattern)?.matches(address) ?? false;
}

describe('an OSC pattern', () => {
  it.each([
    ['/main/strength', '/main/strength', true],
    ['/main/strength', '/main/strengths', false],
    ['/main/stren', '/main/strength', false],
    ['/main/?arp', '/main/warp', true],
    ['/main/?arp', '/main/arp', false],
    ['/main?warp', '/main/warp', false],
    ['/main/*', '/main/warp', true],
    ['/main/*', '/main/prompts/0/weight', false],
    ['/main/*', '/main/', true],
    ['/*/strength', '/main/strength', true],
    ['/*/strength', '/strength', false],
    ['/main/s*h', '/main/strength', true],
    ['/main/*e*t*', '/main/strength', true],
    ['/main/*g*e*', '/main/strength', false],
    ['/prompts/[0-3]/weight', '/prompts/2/weight', true],
    ['/prompts/[0-3]/weight', '/prompts/4/weight', false],
    ['/prompts/[3-0]/weight', '/prompts/2/weight', true],
    ['/prompts/[!0-3]/weight', '/prompts/4/weight', true],
    ['/prompts/[!0-3]/weight', '/prompts/3/weight', false],
    ['/a[!x]b', '/a/b', false],
    ['/a[-x]b', '/a-b', true],
    ['/a[x-]b', '/a-b', true],
    ['/a[x!]b', '/a!b', true],
    ['/main/{strength,warp}', '/main/warp', true],
    ['/main/{strength,warp}', '/main/glow', false],
    ['/main/{s,st}rength', '/main/strength', true],
    ['/main/glow{,s}', '/main/glow', true],
    ['//strength', '/strength', true],
    ['//strength', '/main/strength', true],
    ['//weight', '/main/prompts/0/weight', true],
    ['/main//weight', '/main/prompts/0/weight', true],
    ['/main//weight', '/other/prompts/0/weight', false],
    ['//prompts//', '/main/prompts/0/', true],
    ['//*', '/main/strength', true],
    ['', '', true],
    ['*', '', true],
    ['?', '', false],
  ])('%s and %s: %s', (pattern, address, wanted) => {
    expect(matches(pattern, address)).toBe(wanted);
  });

  it.each([
    '/a[b',
    '/a]b',
    '/a{b',
    '/a}b',
    '/a{b{c}d}',
    '/a[b[c]',
    '/{a/b,c}',
    `/${'a'.repeat(MAX_PATTERN)}`,
  ])('%s is refused', (pattern) => {
    expect(readOscPattern(pattern)).toBeNull();
  });

  it('is told from an address', () => {
    for (const pattern of ['/a?', '/a*', '/[a]', '/{a}', '//a', '/a]', '/a}'])
      expect(isOscPattern(pattern)).toBe(true);
    for (const address of ['/main/strength', '/a-b/!c,d', '/', '']) expect(isOscPattern(address)).toBe(false);
  });

  test('and its address decide as plain backtracking does', () => {
    const letter = fc.constantFrom('a', 'b', '-', '/');
    const word = fc.array(fc.constantFrom('a', 'b', '-'), { maxLength: 2 }).map((all) => all.join(''));
    const piece = fc.oneof(
      letter,
      fc.constantFrom('?', '*', '//'),
      fc
        .tuple(fc.boolean(), fc.array(fc.constantFrom('a', 'b', '-'), { maxLength: 4 }))
        .map(([negated, all]) => `[${negated ? '!' : ''}${all.join('')}]`),
      fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => `{${words.join(',')}}`),
    );
    const patterns = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
    const addresses = fc.array(letter, { maxLength: 9 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(patterns, addresses, (pattern, address) => {
        expect(matches(pattern, address)).toBe(backtracking(pattern, address));
      }),
      { numRuns: 5_000 },
    );
  });

  test('of stars in a row matches as one star does', () => {
    const pattern = readOscPattern(`//${'*'.repeat(250)}`);
    expect(['/main/warp', '/warp', '/main/'].map((address) => pattern?.matches(address))).toEqual([
      true,
      true,
      true,
    ]);
  });

  // A matcher that tries every way would not end: there are more ways than atoms.
  test('that is made to be slow is answered all the same', () => {
    const pattern = readOscPattern(`/${'*a'.repeat(120)}b`);
    for (let n = 0; n < 20; n += 1) expect(pattern?.matches(`/${'a'.repeat(250)}`)).toBe(false);
  });
});

/** The plainest reading of the rules, as slow as it may be. */
function backtracking(pattern: string, address: string): boolean {
  if (pattern === '') return address === '';
  const [first, rest] = [pattern.charAt(0), pattern.slice(1)];
  const head = address.charAt(0);
  const one = head !== '' && head !== '/';
  if (pattern.startsWith('//')) {
    if (head !== '/') return false;
    const after = pattern.slice(2);
    return [...address].some((letter, at) => letter === '/' && backtracking(after, address.slice(at + 1)));
  }
  if (first === '?') return one && backtracking(rest, address.slice(1));
  if (first === '*') return backtracking(rest, address) || (one && backtracking(pattern, address.slice(1)));
  if (first === '[') {
    const inner = pattern.slice(1, pattern.indexOf(']'));
    const listed = inner.startsWith('!') ? inner.slice(1) : inner;
    const isIn = one && setHas(listed, head);
    const after = pattern.slice(inner.length + 2);
    return one && isIn !== inner.startsWith('!') && backtracking(after, address.slice(1));
  }
  if (first === '{') {
    const inner = pattern.slice(1, pattern.indexOf('}'));
    const after = pattern.slice(inner.length + 2);
    return inner
      .split(',')
      .some((word) => address.startsWith(word) && backtracking(after, address.slice(word.length)));
  }
  return head === first && backtracking(rest, address.slice(1));
}

function setHas(listed: string, letter: string): boolean {
  if (listed === '') return false;
  if (listed.charAt(1) === '-' && listed.length > 2) {
    const [from, to] = [listed.charAt(0), listed.charAt(2)].sort();
    return (letter >= (from ?? '') && letter <= (to ?? '')) || setHas(listed.slice(3), letter);
  }
  return listed.charAt(0) === letter || setHas(listed.slice(1), letter);
}
