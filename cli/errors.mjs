/** Errors that are shown as one line, without a stack. */

const PROGRAM = 'npx strapi-plugin-guaranteed-webhooks';

/** Strapi or the machine refused. */
export class CliError extends Error {
  exitCode = 1;
}

/** Strapi does not answer: it may later. */
export class Unreachable extends CliError {}

/** The command line is wrong. */
export class UsageError extends CliError {
  exitCode = 2;

  /** @param {string} [command] whose help to name */
  constructor(message, command) {
    super(`${message}\nSee ${[PROGRAM, command, '--help'].filter(Boolean).join(' ')}`);
  }
}
