/** Loads a settings file as Strapi loads its config folder: with `env()`. */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

import { CliError } from './errors.mjs';

/** @param {NodeJS.ProcessEnv} variables */
export function envOf(variables) {
  const read = (convert) => (name, fallback) =>
    name in variables ? convert(variables[name]) : fallback;
  const env = read((text) => text);
  const oneOf = (name, allowed, fallback) => {
    const value = env(name, fallback);
    return allowed.includes(value) ? value : fallback;
  };
  return Object.assign(env, {
    int: read((text) => Number.parseInt(text, 10)),
    float: read((text) => Number.parseFloat(text)),
    bool: read((text) => text === 'true'),
    json: read((text) => JSON.parse(text)),
    array: read((text) =>
      text
        .replace(/^\[(.*)\]$/, '$1')
        .split(',')
        .map((part) => part.trim().replace(/^"|"$/g, ''))
    ),
    date: read((text) => new Date(text)),
    oneOf,
  });
}

/**
 * @param {string} file
 * @param {NodeJS.ProcessEnv} variables
 * @throws {CliError}
 */
export async function loadSettings(file, variables) {
  try {
    if (file.endsWith('.json')) return JSON.parse(await readFile(file, 'utf8'));
    const { default: module } = await import(pathToFileURL(file).href);
    // TypeScript compiles a default export to a property of CommonJS's.
    const settings = module?.default ?? module;
    return typeof settings === 'function' ? settings({ env: envOf(variables) }) : settings;
  } catch (error) {
    throw new CliError(`${file} cannot be loaded: ${error.message}`);
  }
}
