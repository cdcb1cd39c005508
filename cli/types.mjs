/** `types`: writes the types of the events that a Strapi sends. */
import { writeFile } from 'node:fs/promises';

import { connectionOf, CONNECTION_OPTIONS, read } from './admin-api.mjs';
import { CliError, UsageError } from './errors.mjs';

const FORMATS = ['typescript', 'json-schema', 'openapi', 'asyncapi'];

/** @type {import('./help.mjs').Command} */
export const types = {
  name: 'types',
  summary: 'Write the types of the events that Strapi sends.',
  options: {
    ...CONNECTION_OPTIONS,
    out: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      about: 'File to write. Default: the standard output.',
    },
    endpoint: {
      type: 'string',
      value: 'ID',
      about: 'Only the events of this endpoint, in its shape.',
    },
    format: {
      type: 'string',
      value: 'FORMAT',
      about: `${FORMATS.join(', ')}. Default: ${FORMATS[0]}.`,
    },
  },
  notes: [
    'The token needs the permission topics.read of the plugin.',
    'Exit codes: 0 written, 1 Strapi or the file system refused, 2 wrong usage.',
  ],
  async run(values, env) {
    const { format = FORMATS[0], endpoint: endpointId, out } = values;
    if (!FORMATS.includes(format)) {
      throw new UsageError(`--format: "${format}" is none of ${FORMATS.join(', ')}`, 'types');
    }
    if (endpointId !== undefined && !/^[1-9]\d*$/.test(endpointId)) {
      throw new UsageError(`--endpoint: "${endpointId}" is not the id of an endpoint`, 'types');
    }
    const text = await read(connectionOf(values, env, 'types'), '/event-catalog', {
      query: { format, endpointId },
      permission: 'topics.read',
    });
    const document =
      format === 'typescript' ? text : `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
    if (out === undefined) process.stdout.write(document);
    else await write(out, document);
  },
};

async function write(file, text) {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${error.message}`);
  }
  process.stderr.write(`Wrote ${file}\n`);
}
