/** Writes secrets as a file of environment variables. Pure. */

const PLAIN = /^[\w+/=.-]+$/;
/** Text between them is read as it is. In double quotes, `\n` would be a new line. */
const QUOTES = ["'", '`', '"'];

function line([name, value]: [string, string]): string {
  const quote = PLAIN.test(value) ? '' : (QUOTES.find((one) => !value.includes(one)) ?? '');
  return `${name}=${quote}${value}${quote}\n`;
}

/** @param variables values by the names that the code in `snippets.ts` reads. */
export const envFile = (variables: Record<string, string>): string =>
  Object.entries(variables).map(line).join('');
