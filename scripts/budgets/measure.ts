import ts from 'typescript';

export interface FunctionMeasure {
  readonly name: string;
  readonly line: number;
  readonly lines: number;
}

export interface FileMeasure {
  readonly path: string;
  readonly lines: number;
  /** A file of data says so in its first line, `// Data table: …`, and may be as long as its data. */
  readonly isDataTable: boolean;
  readonly functions: readonly FunctionMeasure[];
  /** Lines on which the type `any` is written. */
  readonly anyLines: readonly number[];
}

export function measure(path: string, text: string): FileMeasure {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const functions: FunctionMeasure[] = [];
  const anyLines: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) {
      const line = lineOf(node.getStart(source));
      functions.push({ name: nameOf(node, source), line, lines: lineOf(node.getEnd()) - line + 1 });
    }
    if (node.kind === ts.SyntaxKind.AnyKeyword) anyLines.push(lineOf(node.getStart(source)));
    ts.forEachChild(node, visit);
  };
  visit(source);
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  return { path, lines, isDataTable: text.startsWith('// Data table'), functions, anyLines };
}

function nameOf(node: ts.SignatureDeclaration, source: ts.SourceFile): string {
  if (node.name !== undefined) return node.name.getText(source);
  const parent = node.parent;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText(source)
    : 'a function';
}
