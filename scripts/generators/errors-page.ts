import { errorCatalogue } from '../../src/contract/error-catalogue.ts';

/** `docs/reference/errors.md`. */
export function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, entry]) => `| \`${code}\` | ${entry.status} | ${cell(entry.meaning)} | ${cell(entry.remedy)} |`,
  );
  return [
    '# Errors',
    '',
    '<!-- Generated from src/contract/error-catalogue.ts by `npm run generate`. Do not edit. -->',
    '',
    'Every error has a code. REST answers it with the HTTP status below; the page, WebSocket, OSC and the log show the same code,',
    'a message that names the place, and the remedy.',
    '',
    '| code | HTTP | meaning | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
