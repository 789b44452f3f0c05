import type { Terminal } from '../../../src/cli/terminal.ts';

/** Stands for a terminal without colours; keeps what was printed. */
export class RecordingTerminal implements Terminal {
  readonly printed: string[] = [];
  readonly complaints: string[] = [];

  print(line: string): void {
    this.printed.push(line);
  }

  complain(line: string): void {
    this.complaints.push(line);
  }

  strong(text: string): string {
    return text;
  }

  faint(text: string): string {
    return text;
  }
}
