import type { LogLevel } from '../../../src/contract/log.ts';

export type { LogLevel };

/** Each with what is worse. */
export const logLevels: readonly { readonly value: LogLevel; readonly label: string }[] = [
  { value: 'debug', label: 'Everything' },
  { value: 'info', label: 'What happens' },
  { value: 'warn', label: 'Warnings' },
  { value: 'error', label: 'Errors' },
];
