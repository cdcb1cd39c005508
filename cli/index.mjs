#!/usr/bin/env node
/**
 * `npx strapi-plugin-guaranteed-webhooks COMMAND`: works with a running Strapi over its admin API.
 *
 * Exit codes: 0 done, 1 Strapi or the machine refused it, 2 wrong usage. The help of a command names others.
 */
import { parseArgs } from 'node:util';

import { CliError, UsageError } from './errors.mjs';
import { commandHelp, overallHelp } from './help.mjs';
import { listen } from './listen.mjs';
import { plan } from './plan.mjs';
import { replay } from './replay.mjs';
import { tail } from './tail.mjs';
import { types } from './types.mjs';

/** @type {readonly import('./help.mjs').Command[]} */
const COMMANDS = [listen, tail, replay, types, plan];

const HELP = { help: { type: 'boolean', short: 'h', about: 'Show this help.' } };

/** @param {import('./help.mjs').Command} command */
function parsed(command, args) {
  const { positional } = command;
  try {
    const options = { ...command.options, ...HELP };
    const allowPositionals = positional !== undefined;
    return parseArgs({ args, options, strict: true, allowPositionals });
  } catch (error) {
    throw new UsageError(error.message, command.name);
  }
}

async function main([name, ...args]) {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overallHelp(COMMANDS));
    if (name === undefined) throw new UsageError('name a command');
    return;
  }
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new UsageError(`there is no command "${name}"`);
  try {
    const { values, positionals } = parsed(command, args);
    if (values.help)
      process.stdout.write(commandHelp({ ...command, options: { ...command.options, ...HELP } }));
    else await command.run(values, process.env, positionals);
  } catch (error) {
    if (error instanceof UsageError) error.exitCode = command.usageExitCode ?? error.exitCode;
    throw error;
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CliError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
