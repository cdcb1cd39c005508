/** Help texts, made of the commands' own descriptions. */

/**
 * @typedef {object} Option as `node:util` takes it, with what it is for
 * @property {'string' | 'boolean'} type
 * @property {boolean} [multiple] may be given several times
 * @property {string} about
 * @property {string} [short] one letter
 * @property {string} [value] what stands for the value in the help
 */

/**
 * @typedef {object} Command
 * @property {string} name
 * @property {string} summary one sentence
 * @property {{ value: string, about: string, many?: boolean }} [positional] what follows the name
 * @property {Record<string, Option>} options
 * @property {number} [usageExitCode] for wrong usage, when 2 means something else
 * @property {readonly string[]} notes lines below the options
 * @property {(values: Record<string, string | boolean | string[] | undefined>, env: NodeJS.ProcessEnv, positionals: string[]) => Promise<void>} run
 *   throws CliError
 */

const PROGRAM = 'strapi-plugin-guaranteed-webhooks';

/** @param {readonly [string, string][]} rows */
function table(rows) {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
}

/** @param {readonly Command[]} commands */
export const overallHelp = (commands) => `Usage: npx ${PROGRAM} COMMAND [options]

Commands:
${table(commands.map(({ name, summary }) => [name, summary]))}

Help of a command: npx ${PROGRAM} COMMAND --help
`;

/** @param {Command} command */
export function commandHelp({ name, summary, options, notes, positional }) {
  const rows = Object.entries(options).map(([option, { short, value, about }]) => [
    `${short ? `-${short}, ` : ''}--${option}${value ? ` ${value}` : ''}`,
    about,
  ]);
  const operand = positional ? ` ${positional.value}` : '';
  if (positional) rows.unshift([positional.value, positional.about]);
  return `Usage: npx ${PROGRAM} ${name}${operand} [options]

${summary}

Options:
${table(rows)}

${notes.join('\n')}
`;
}
