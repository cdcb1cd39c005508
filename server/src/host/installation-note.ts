/**
 * Notes outside the database which installations this app uses: in `public/uploads`, the folder that deployments
 * keep and repositories ignore. Where there is no such folder, or it cannot be written, nothing is noted.
 *
 * The note carries its own inode, so that a copy of the folder is not taken for the folder.
 */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Core } from '@strapi/strapi';

import type { Log } from '../delivery/loop/ports';

const FILE = '.guaranteed-webhooks.json';
/** A folder that several databases are used with, during development, keeps the last ones. */
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
      return []; // there is none, or it was not written by us
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
