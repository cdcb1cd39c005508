import ts from 'typescript';

const NAME = '/checked.ts';

/** @returns what `tsc --strict` says of a file with this text. */
export function typeScriptProblems(text: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    types: [],
    // Without those of browsers: they take seconds, in which no server of the test answers.
    lib: ['lib.es2022.d.ts'],
    skipLibCheck: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === NAME || fileExists(name);
  host.getSourceFile = (name, language, ...more) =>
    name === NAME
      ? ts.createSourceFile(name, text, language)
      : getSourceFile.call(host, name, language, ...more);
  const program = ts.createProgram([NAME], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
