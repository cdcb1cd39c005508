/**
 * Records outside the database which installations this app uses: in `public/uploads`, which deployments keep
 * and repositories ignore. Does nothing when the folder is missing or read-only.
 *
 * The note contains its own inode, so a copy of the folder is recognized as a copy.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Core } from '@strapi/strapi';

import type { Log } from '../delivery/loop/ports';

const FILE = '.guaranteed-webhooks.json';
/** During development, one folder may be used with several databases. */
const MAX_INSTALLATIONS = 20;

interface Note {
  inode: string;
  installations: string[];
}

export function createInstallationNote(strapi: Core.Strapi, log: Log) {
  const file = (): string => join(strapi.dirs.static.public, 'uploads', FILE);
  const inode = async (): Promise<string> => String((await stat(file(), { bigint: true })).ino);

  async function read(): Promise<string[]> {
    try {
      const note = JSON.parse(await readFile(file(), 'utf8')) as Note;
      return note.inode === (await inode()) ? note.installations : [];
    } catch {
      return []; // no note, or not ours
    }
  }

  return {
    has: async (installation: string): Promise<boolean> => (await read()).includes(installation),

    async add(installation: string): Promise<void> {
      const known = await read();
      if (known.includes(installation)) return;
      try {
        await writeFile(file(), '', { flag: 'a' });
        const installations = [installation, ...known].slice(0, MAX_INSTALLATIONS);
        await writeFile(file(), JSON.stringify({ inode: await inode(), installations }));
      } catch (error) {
        log.debug('the installation is not noted outside the database', { error });
      }
    },
  };
}

export type InstallationNote = ReturnType<typeof createInstallationNote>;
