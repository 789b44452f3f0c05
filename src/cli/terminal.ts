import type { Options } from '../options.ts';

/** Where the command line prints. `strong` and `faint` leave the text as it is where colours are not wanted. */
export interface Terminal {
  print(line: string): void;
  complain(line: string): void;
  strong(text: string): string;
  faint(text: string): string;
}

/** Colours follow `--color`, and while that is `auto` the NO_COLOR convention (no-color.org) and whether somebody looks. */
export function terminalOf(color: Options['color'], environment: NodeJS.ProcessEnv): Terminal {
  const noColor = (environment['NO_COLOR'] ?? '') !== '';
  const colored = color === 'always' || (color === 'auto' && process.stdout.isTTY && !noColor);
  const styled = (code: number) => (text: string) => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
    strong: styled(1),
    faint: styled(2),
  };
}
