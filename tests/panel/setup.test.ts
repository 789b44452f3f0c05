import { describe, expect, it } from 'vitest';
import file from '../../adapters/file/index.ts';
import testPattern from '../../adapters/test-pattern/index.ts';
import { describeAdapter, type AdapterDefinition } from '../../src/contract/adapter.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import { configOf, fieldsOf } from '../../panel/src/setup/fields.ts';
import { qrPath } from '../../panel/src/shell/qr-path.ts';

const schemaOf = (adapter: AdapterDefinition): JsonObject => describeAdapter(adapter).schema;

/** What a form shows of a configuration, sent back untouched. */
function roundTrip(adapter: AdapterDefinition, config: JsonObject): JsonObject {
  const fields = fieldsOf(schemaOf(adapter));
  const shown = Object.fromEntries(fields.map(({ spec, shown: show }) => [spec.key, show(config[spec.key])]));
  return configOf(fields, shown);
}

describe('the form of an adapter', () => {
  it.each<[string, AdapterDefinition, JsonObject]>([
    ['a file, turned', file, { path: '/clips/a.mp4', rotation: 90, loop: false }],
    ['a pattern with its own size', testPattern, { width: 640, height: null, pattern: 'bars' }],
  ])('sends back what it shows: %s', (_what, adapter, config) => {
    const sent = roundTrip(adapter, config);
    expect(sent).toMatchObject(config);
    expect(adapter.config.safeParse(sent).success).toBe(true);
  });

  it('leaves an empty number open, and lets the daemon say what is wrong with a word', () => {
    const fields = fieldsOf(schemaOf(testPattern));
    expect(configOf(fields, { width: '' })['width']).toBeNull();
    expect(configOf(fields, { width: 'wide' })['width']).toBe('wide');
  });

  it('shows a choice between numbers as a choice', () => {
    const rotation = fieldsOf(schemaOf(file)).find(({ spec }) => spec.key === 'rotation');
    expect(rotation?.spec).toMatchObject({ type: 'enum', choices: ['0', '90', '180', '270'], default: '0' });
  });
});

it('draws a QR code as dark squares on a grid with a quiet zone', () => {
  const { size, d } = qrPath('http://192.168.1.20:8000/');
  expect(size).toBeGreaterThanOrEqual(25);
  // The corner of the finder pattern lies right behind the quiet zone of two.
  expect(d.startsWith('M4 4h1v1h-1z')).toBe(true);
});
